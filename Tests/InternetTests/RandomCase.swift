import Geo
import Internet
import Net

/// A random small Internet with random sites, from a seed.
struct RandomCase {
    var random: SeededRandom
    var ases: [ASN] = []
    var relationships: [Relationship] = []
    var originations: [Origination] = []

    init(seed: UInt64, largest: Int = 200) {
        random = SeededRandom(seed: seed)
        // Most are small, where rare combinations are frequent; some are as large as asked for.
        let draw = Double.random(in: 0..<1, using: &random)
        let size = 3 + Int(draw * draw * draw * Double(largest - 2))
        var numbers = Set<UInt32>()
        while numbers.count < size { numbers.insert(UInt32.random(in: 1...999, using: &random)) }
        ases = numbers.sorted().map { ASN($0) }.shuffled(using: &random)
        link()
        for _ in 0..<Int.random(in: 1...6, using: &random) { originations.append(origination()) }
    }

    /// ASes are customers only of those before them, so there is no circle.
    private mutating func link() {
        for customer in 1..<ases.count {
            var taken = Set<Int>()
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let provider = Int.random(in: 0..<customer, using: &random)
                if taken.insert(provider).inserted {
                    relationships.append(.provider(ases[provider], of: ases[customer]))
                }
            }
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let peer = Int.random(in: 0..<customer, using: &random)
                if taken.insert(peer).inserted { relationships.append(.peers(ases[customer], ases[peer])) }
            }
        }
        if relationships.isEmpty { relationships.append(.peers(ases[0], ases[1])) }
        let linked = Set(relationships.flatMap { [$0.first, $0.second] })
        ases.removeAll { !linked.contains($0) }
    }

    mutating func pick() -> ASN { ases[Int.random(in: 0..<ases.count, using: &random)] }

    mutating func origination() -> Origination {
        let site = Int.random(in: 0...4, using: &random)
        var origination: Origination
        switch Int.random(in: 0...9, using: &random) {
        case 0...3: origination = Origination(site: site, origin: pick())
        case 4: origination = Origination(site: site, origin: pick(), to: .neighbor(pick(), .provider))
        default:
            let relation = [Relation.provider, .provider, .peer, .customer][Int.random(in: 0...3, using: &random)]
            // A network of its own, whose number lies among the others'.
            origination = Origination(site: site, origin: own, to: .neighbor(pick(), relation))
        }
        if Int.random(in: 0...2, using: &random) == 0 { origination.prepend = Int.random(in: 0...3, using: &random) }
        if Int.random(in: 0...2, using: &random) == 0 { origination.actions = actions() }
        if Bool.random(using: &random) {
            origination.routerID = RouterID(rawValue: UInt32.random(in: 1...9, using: &random))
        }
        if Bool.random(using: &random) { origination.place = place() }
        return origination
    }

    /// A number that no AS of the graph has, and that lies among theirs.
    var own: ASN { ASN((500...).first { number in !ases.contains(ASN(UInt32(number))) }.map { UInt32($0) } ?? 1000) }

    mutating func actions() -> [ExportAction] {
        (0..<Int.random(in: 1...3, using: &random)).map { _ in
            let at = pick()
            let neighbors = relationships.filter { $0.first == at || $0.second == at }
            let target: ExportAction.Target =
                switch Int.random(in: 0...3, using: &random) {
                case 0: .everyone
                case 1: .all(Relation.allCases[Int.random(in: 0...2, using: &random)])
                default:
                    neighbors.randomElement(using: &random).map { .neighbor($0.first == at ? $0.second : $0.first) }
                        ?? .everyone
                }
            let withholds = Bool.random(using: &random)
            return ExportAction(
                at: at, to: target, withholds ? .withhold : .prepend(Int.random(in: 0...3, using: &random)))
        }
    }

    mutating func place() -> Place {
        Place(
            name: "", latitude: Double.random(in: -80...80, using: &random),
            longitude: Double.random(in: -180...180, using: &random))
    }
}
