import Geo
import Net

/// How a synthetic Internet comes to be: AS by AS, each linked to some that are there already.
struct Growth {
    struct Member {
        var asn: ASN
        var metro: Int
        var kind: Kind
    }

    enum Kind {
        case tier1
        case transit
        case stub
        case content
    }

    let metros = Metro.all
    private(set) var ases: [Member] = []
    private(set) var links: [Relationship] = []
    private(set) var exchanges: [(metro: Int, members: [Int])] = []
    private let size: Int
    private var random: SeededRandom
    private var numbers = Set<UInt32>()
    private var pairs = Set<UInt64>()
    /// Who may be chosen as a provider: each once, and once more for every customer.
    private var ballot: [Int] = []
    private var cumulativeWeights: [Int] = []

    init(_ options: SyntheticInternet.Options) {
        func clamped(_ value: Int, _ range: ClosedRange<Int>) -> Int {
            min(max(value, range.lowerBound), range.upperBound)
        }
        size = clamped(options.ases, SyntheticInternet.Options.asesPossible)
        random = SeededRandom(seed: options.seed)
        let count = clamped(options.exchanges, SyntheticInternet.Options.exchangesPossible)
        exchanges = (0..<count).map { ($0, []) }
        var sum = 0
        for metro in metros {
            sum += metro.weight
            cumulativeWeights.append(sum)
        }
    }

    mutating func run() {
        // Of the ASes of August 2024 one in seven has customers, and nineteen are CAIDA's clique.
        let tier1 = min(19, max(3, size / 40))
        let transit = tier1 + max(2, size / 7)
        for number in 0..<size {
            let kind: Kind =
                number < tier1 ? .tier1 : number < transit ? .transit : chance(0.004) ? .content : .stub
            add(kind)
        }
        for index in exchanges.indices { peer(at: index) }
    }

    private mutating func add(_ kind: Kind) {
        let index = ases.count
        ases.append(Member(asn: number(for: kind), metro: metro(), kind: kind))
        if kind == .tier1 {
            for other in 0..<index { link(index, other, isPeering: true) }
        } else {
            for _ in 0..<providers(kind) { addProvider(to: index) }
        }
        if kind == .tier1 || kind == .transit { ballot += repeatElement(index, count: kind == .tier1 ? 3 : 1) }
        join(index)
    }

    // MARK: Transit

    /// Most stubs have one or two.
    private mutating func providers(_ kind: Kind) -> Int {
        let draw = Double.random(in: 0..<1, using: &random)
        return switch kind {
        case .tier1: 0
        case .transit, .content: draw < 0.25 ? 1 : draw < 0.6 ? 2 : draw < 0.85 ? 3 : 4
        case .stub: draw < 0.46 ? 1 : draw < 0.84 ? 2 : draw < 0.95 ? 3 : 4
        }
    }

    /// Those with many customers are likelier, and those near by.
    private mutating func addProvider(to customer: Int) {
        for attempt in 0..<40 {
            let candidate = ballot[Int.random(in: ballot.indices, using: &random)]
            guard attempt > 30 || chance(likelihood(candidate, customer)) else { continue }
            guard link(candidate, customer, isPeering: false) else { continue }
            ballot.append(candidate)
            return
        }
    }

    private func likelihood(_ provider: Int, _ customer: Int) -> Double {
        if ases[provider].kind == .tier1 { return 0.3 }
        let distance = metros[ases[provider].metro].place.kilometers(to: metros[ases[customer].metro].place)
        return distance < 800 ? 1 : distance < 3000 ? 0.3 : 0.03
    }

    // MARK: Exchanges

    private mutating func join(_ index: Int) {
        let member = ases[index]
        let (home, abroad): (Double, Double) =
            switch member.kind {
            case .tier1: (0.3, 0.1)
            case .transit: (0.8, 0.04)
            case .content: (1, 0.8)
            case .stub: (0.2, 0.004)
            }
        for exchange in exchanges.indices where chance(exchanges[exchange].metro == member.metro ? home : abroad) {
            exchanges[exchange].members.append(index)
        }
    }

    /// Content networks peer with nearly everybody, those who sell transit to the world with nearly nobody.
    private mutating func peer(at exchange: Int) {
        let members = exchanges[exchange].members
        for (place, one) in members.enumerated() {
            for other in members[..<place] {
                let openness = min(openness(one), openness(other))
                if chance(openness) { link(one, other, isPeering: true) }
            }
        }
    }

    private func openness(_ index: Int) -> Double {
        switch ases[index].kind {
        case .tier1: 0.01
        case .transit: 0.35
        case .stub: 0.5
        case .content: 0.9
        }
    }

    // MARK: Draws

    private mutating func chance(_ likelihood: Double) -> Bool { Double.random(in: 0..<1, using: &random) < likelihood }

    private mutating func metro() -> Int {
        let draw = Int.random(in: 0..<(cumulativeWeights.last ?? 1), using: &random)
        return cumulativeWeights.firstIndex { draw < $0 } ?? 0
    }

    /// Old networks have low numbers, and half of the stubs four-byte ones, or more when two bytes run short.
    private mutating func number(for kind: Kind) -> ASN {
        let short = min(0.5, 25_000 / Double(size))
        while true {
            let range: ClosedRange<UInt32> =
                switch kind {
                case .tier1: 100...9_999
                case .transit: 1_000...64_000
                case .stub, .content: chance(short) ? 1_000...64_000 : 131_072...800_000
                }
            let number = UInt32.random(in: range, using: &random)
            if numbers.insert(number).inserted { return ASN(number) }
        }
    }

    /// The first is the provider. False: the two are linked already, or are one.
    @discardableResult
    private mutating func link(_ first: Int, _ second: Int, isPeering: Bool) -> Bool {
        let pair = UInt64(min(first, second)) << 32 | UInt64(max(first, second))
        guard first != second, pairs.insert(pair).inserted else { return false }
        links.append(Relationship(first: ases[first].asn, second: ases[second].asn, isPeering: isPeering))
        return true
    }
}
