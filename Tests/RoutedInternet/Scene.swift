public import Internet
public import Net

/// An AS graph with router IDs, and sites that announce one prefix to some of its ASes: everything that decides where
/// packets go. The same seed gives the same one.
public struct Scene: Sendable {
    public let graph: ASGraph
    /// What the sites announce from: no AS of the graph.
    public let asn: ASN
    public private(set) var siteCount = 0
    /// One for each session of a site.
    public private(set) var originations: [Origination] = []
    let ids: [ASN: RouterID]
    private(set) var siteIDs: [RouterID] = []
    private var random: SeededRandom

    /// On an Internet that nobody measured.
    public init(seed: UInt64, ases: Int, sites: Int) {
        var options = SyntheticInternet.Options()
        (options.seed, options.ases, options.exchanges) = (seed, ases, max(2, ases / 12))
        self.init(SyntheticInternet(options).graph, seed: seed, sites: sites)
    }

    /// Router IDs have no order that AS numbers have: what decides a tie is nothing else.
    public init(_ graph: ASGraph, seed: UInt64, sites: Int) {
        self.graph = graph
        random = SeededRandom(seed: seed)
        asn = ASN((64_500...).first { graph.position(of: ASN($0)) == nil } ?? 64_500)
        let numbers = (0..<UInt32(graph.count + sites)).map { RouterID(rawValue: 0x0a00_0001 + $0) }
            .shuffled(using: &random)
        ids = Dictionary(uniqueKeysWithValues: zip(graph.ases, numbers))
        siteIDs = Array(numbers[graph.count...])
        for site in 0..<sites { connect(site) }
    }

    /// To one or two ASes, most often its providers; some routes are prepended, and some stay where they are told.
    private mutating func connect(_ site: Int) {
        siteCount += 1
        let count = Int.random(in: 0...2, using: &random) == 0 ? 2 : 1
        for position in Array(0..<graph.count).shuffled(using: &random).prefix(count) {
            let neighbor = graph.ases[position]
            let relation: Relation =
                [.provider, .provider, .provider, .provider, .peer, .customer]
                .randomElement(using: &random) ?? .provider
            var told = Origination(site: site, origin: asn, to: .neighbor(neighbor, relation))
            if Int.random(in: 0...2, using: &random) == 0 { told.prepend = Int.random(in: 1...2, using: &random) }
            if Int.random(in: 0...9, using: &random) == 0 { told.actions = [.noExport(at: neighbor)] }
            told.routerID = siteIDs[site]
            originations.append(told)
        }
    }

    // MARK: What is planned

    /// The plan when all that is broken: of what a plan knows as a what-if, it is one.
    func plan(without broken: [Break] = []) throws -> Propagation {
        let cut = broken.compactMap { if case .link(let link) = $0 { link } else { nil } }
        let left =
            cut.isEmpty ? graph : try ASGraph(graph.relationships.filter { !cut.contains($0) }, alone: graph.ases)
        var plan = try Propagation(left, .routerID(left.ases.map { ids[$0] ?? RouterID(rawValue: 0) }))
        try plan.announce(originations)
        let changes = broken.compactMap(\.change)
        if !changes.isEmpty { try plan.change(changes) }
        return plan
    }

    /// Nothing, each site's withdrawal, one of its sessions, links that packets take, an AS on their way, and nothing
    /// again.
    public mutating func moments(links: Int, ases: Int) throws -> [[Break]] {
        let plan = try plan()
        let used = (0..<graph.count).compactMap { position in plan.nextHop(at: position).map { (position, $0) } }
        let taken = used.shuffled(using: &random).prefix(links).compactMap { link(graph.ases[$0.0], graph.ases[$0.1]) }
        let passed = Set(used.map(\.1)).sorted().shuffled(using: &random).prefix(ases)
        var moments: [[Break]] = [[]] + (0..<siteCount).map { [.site($0)] }
        moments += originations.indices.shuffled(using: &random).prefix(1).map { [.session($0)] }
        moments += taken.map { [.link($0)] } + passed.map { [.system(graph.ases[$0])] }
        return moments + [[]]
    }

    private func link(_ a: ASN, _ b: ASN) -> Relationship? {
        graph.relationships.first { [$0.first, $0.second] == [a, b] || [$0.first, $0.second] == [b, a] }
    }
}

/// Something that is broken.
public enum Break: Hashable, Sendable {
    /// It withdraws what it announced.
    case site(Int)
    /// A site's link to one neighbor, by the origination's number.
    case session(Int)
    /// Between two ASes.
    case link(Relationship)
    /// Every link of an AS.
    case system(ASN)

    fileprivate var change: Change? {
        switch self {
        case .site(let site): .withdraw(site: site)
        case .session(let number): .withdrawOrigination(number)
        case .system(let asn): .fail(asn)
        case .link: nil
        }
    }
}

extension Break: CustomStringConvertible {
    public var description: String {
        switch self {
        case .site(let site): "site \(site) withdraws"
        case .session(let number): "the link of announcement \(number) is down"
        case .link(let link): "the link between \(link.first) and \(link.second) is down"
        case .system(let asn): "all links of \(asn) are down"
        }
    }
}
