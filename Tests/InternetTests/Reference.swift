import Geo
import Internet
import Net

/// The slow way to find out who lands where: every AS holds every path that its neighbors tell it, as a list of AS
/// numbers, chooses by comparing them one by one, and tells its neighbors, again and again, until nothing changes. It
/// shares no code with what it judges, only the types in which sites say what they announce.
struct Reference {
    struct Best: Equatable {
        /// 0 own, 1 from a customer, 2 from a peer, 3 from a provider.
        var rank: Int
        var path: [ASN]
        /// An own route's repetitions, which only others see.
        var ownPrepend = 0
        var fromSite: Bool
        var origination: Int
    }

    var links: [ASN: [(neighbor: ASN, relation: Relation)]] = [:]
    var originations: [Origination]
    var withdrawn: Set<Int> = []
    var failed: Set<ASN> = []
    var tie: (_ at: ASN, _ route: Best, _ origination: Origination) -> [Int]
    private(set) var best: [ASN: Best] = [:]

    init(
        _ relationships: [Relationship], _ originations: [Origination],
        tie: @escaping (ASN, Best, Origination) -> [Int] = { _, route, _ in [Int(route.path.first?.rawValue ?? 0)] }
    ) {
        for link in relationships {
            links[link.first, default: []].append((link.second, link.isPeering ? .peer : .customer))
            links[link.second, default: []].append((link.first, link.isPeering ? .peer : .provider))
        }
        (self.originations, self.tie) = (originations, tie)
    }

    private var announced: [Int] { originations.indices.filter { !withdrawn.contains($0) } }

    /// - Returns: false if it goes round in circles.
    mutating func run() -> Bool {
        best = [:]
        var waiting = Set(links.keys)
        for _ in 0..<2000 {
            var next = Set<ASN>()
            for asn in waiting.sorted() {
                let choice = candidates(at: asn).first
                guard choice != best[asn] else { continue }
                best[asn] = choice
                next.formUnion((links[asn] ?? []).map(\.neighbor))
            }
            if next.isEmpty { return true }
            waiting = next
        }
        return false
    }

    func isOrigin(_ asn: ASN) -> Bool { announced.contains { originations[$0].origin == asn } }

    /// Best first.
    func candidates(at asn: ASN) -> [Best] {
        guard !failed.contains(asn) else { return [] }
        var all: [Best] = []
        for index in announced {
            let origination = originations[index]
            switch origination.recipient {
            case .everyone:
                guard origination.origin == asn else { continue }
                let own = Best(rank: 0, path: [], ownPrepend: origination.prepend, fromSite: true, origination: index)
                all.append(own)
            case .neighbor(asn, let relation):
                let path = [ASN](repeating: origination.origin, count: 1 + origination.prepend)
                let rank = relation == .provider ? 1 : relation == .peer ? 2 : 3
                all.append(Best(rank: rank, path: path, fromSite: true, origination: index))
            case .neighbor: continue
            }
        }
        // What an AS announces itself it doesn't take from others; its own sites reach each other inside.
        if isOrigin(asn) {
            all.removeAll { $0.rank > 0 }
        } else {
            all += (links[asn] ?? []).compactMap { heard(by: asn, $0) }
        }
        return all.sorted { key($0, asn).lexicographicallyPrecedes(key($1, asn)) }
    }

    private func heard(by asn: ASN, _ link: (neighbor: ASN, relation: Relation)) -> Best? {
        guard let theirs = best[link.neighbor] else { return nil }
        let weAreCustomer = link.relation == .provider
        guard theirs.rank <= 1 || weAreCustomer else { return nil }
        let weAre: Relation = weAreCustomer ? .customer : link.relation == .peer ? .peer : .provider
        var repeats = 1 + theirs.ownPrepend
        var longest = 0
        for action in originations[theirs.origination].actions where action.at == link.neighbor {
            let concerned =
                switch action.target {
                case .everyone: true
                case .all(let relation): relation == weAre
                case .neighbor(let one): one == asn
                }
            guard concerned else { continue }
            switch action.effect {
            case .withhold: return nil
            case .prepend(let count): longest = max(longest, count)
            }
        }
        repeats += longest
        let path = [ASN](repeating: link.neighbor, count: repeats) + theirs.path
        guard !path.contains(asn) else { return nil }
        let rank = link.relation == .customer ? 1 : link.relation == .peer ? 2 : 3
        return Best(rank: rank, path: path, fromSite: false, origination: theirs.origination)
    }

    private func key(_ route: Best, _ asn: ASN) -> [Int] {
        [route.rank, route.path.count + route.ownPrepend] + tie(asn, route, originations[route.origination])
            + [route.fromSite ? 0 : Int(route.path.first?.rawValue ?? 0), route.origination]
    }

    // MARK: Sets of equals

    func equals(at asn: ASN) -> [Best] {
        let all = candidates(at: asn)
        return all.filter {
            $0.rank == all[0].rank && $0.path.count + $0.ownPrepend == all[0].path.count + all[0].ownPrepend
        }
    }

    /// Followed through ASes that tell all their equals alike.
    func equalSites(at asn: ASN, _ known: inout [ASN: Set<Int>]) -> Set<Int> {
        if let sites = known[asn] { return sites }
        var sites = Set<Int>()
        for route in equals(at: asn) {
            let asked = route.path.first.map { next in
                announced.contains { originations[$0].actions.contains { $0.at == next } } || isSilent(next)
            }
            if route.fromSite || asked == true {
                sites.insert(originations[route.origination].site)
            } else if let next = route.path.first {
                sites.formUnion(equalSites(at: next, &known))
            }
        }
        known[asn] = sites
        return sites
    }

    private func isSilent(_ asn: ASN) -> Bool { failed.contains(asn) || (isOrigin(asn) && best[asn] == nil) }
}
