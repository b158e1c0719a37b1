import Geo
import Net

/// A tie-break as the kernel wants it: numbers whose order decides, and distances along links.
struct TieOrder: Sendable {
    /// By position: odd, and the lower, the better.
    let order: [UInt32]
    /// Positions, best first.
    private let byOrder: [UInt32]
    /// In steps of 2 km, beside ``Adjacency/ends``; empty unless distance decides.
    private let distances: [[UInt16]]
    private let places: [Place?]
    private let routerIDs: [RouterID]

    init(_ tieBreak: TieBreak, _ graph: ASGraph) throws(PropagationError) {
        var ids: [RouterID] = []
        var places: [Place?] = []
        switch tieBreak {
        case .lowestASN: break
        case .routerID(let given): ids = given
        case .nearest(let given): places = given
        }
        for count in [ids.count, places.count] where count != 0 && count != graph.count {
            throw .tieBreakSize(count, ases: graph.count)
        }
        let byID = ids.isEmpty ? graph.byNumber : Self.sorted(ids, graph)
        var order = byID
        for (rank, position) in byID.enumerated() { order[Int(position)] = UInt32(2 * rank + 1) }
        (self.order, byOrder, routerIDs, self.places) = (order, byID, ids, places)
        let known = places
        distances = known.isEmpty ? [] : Relation.allCases.map { Self.distances(graph[$0], known) }
    }

    private static func sorted(_ ids: [RouterID], _ graph: ASGraph) -> [UInt32] {
        graph.byNumber.sorted {
            let (a, b) = (Int($0), Int($1))
            return (ids[a], graph.ases[a]) < (ids[b], graph.ases[b])
        }
    }

    private static func distances(_ links: Adjacency, _ places: [Place?]) -> [UInt16] {
        var steps: [UInt16] = []
        steps.reserveCapacity(links.ends.count)
        for position in places.indices {
            for end in links.ends[links.range(position)] {
                steps.append(Self.steps(places[position], places[Int(end)]))
            }
        }
        return steps
    }

    /// Half of the Earth's girth is 10,008 steps.
    private static func steps(_ a: Place?, _ b: Place?) -> UInt16 {
        guard let a, let b else { return UInt16(RouteWord.farthest) }
        let kilometers = a.kilometers(to: b)
        return kilometers.isFinite ? UInt16(min(kilometers / 2, 16_000)) : UInt16(RouteWord.farthest)
    }

    var usesDistance: Bool { !distances.isEmpty }
    var usesRouterIDs: Bool { !routerIDs.isEmpty }

    /// Beside the neighbors that are `relation` to their AS.
    func distances(_ relation: Relation) -> [UInt16] { usesDistance ? distances[Int(relation.rawValue)] : [] }

    /// In place in a word.
    @inline(__always)
    func distance(_ relation: Relation, at index: Int) -> UInt64 {
        usesDistance ? UInt64(distances[Int(relation.rawValue)][index]) << RouteWord.distanceShift : 0
    }

    /// Distance and order of a site in the eyes of the AS at `position`: even, so that it comes before the AS that it is
    /// compared with and behind the one before that.
    func tie(of origination: Origination, at position: Int, _ graph: ASGraph) -> UInt64 {
        let distance = usesDistance ? UInt64(Self.steps(places[position], origination.place)) : 0
        return distance << RouteWord.distanceShift | UInt64(2 * rank(of: origination, graph)) << RouteWord.orderShift
    }

    private func rank(of origination: Origination, _ graph: ASGraph) -> Int {
        guard !routerIDs.isEmpty else { return graph.lowerBound(origination.origin) }
        guard let id = origination.routerID else { return graph.count }
        var (low, high) = (0, byOrder.count)
        while low < high {
            let middle = (low + high) / 2
            if routerIDs[Int(byOrder[middle])] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The order in which sites win ties against each other where one AS hears several: by router ID or AS number, then in
    /// the order given.
    func order(of originations: [Origination]) -> [Int] {
        let usesID = !routerIDs.isEmpty
        func key(_ index: Int) -> (UInt64, Int) {
            let id = originations[index].routerID.map { UInt64($0.rawValue) } ?? .max
            return (usesID ? id : UInt64(originations[index].origin.rawValue), index)
        }
        return originations.indices.sorted { key($0) < key($1) }
    }

    /// The position of the next hop of a route; nil when that is a site.
    func nextHop(_ word: UInt64) -> Int? {
        let order = RouteWord.order(word)
        return order & 1 == 1 ? Int(byOrder[Int(order >> 1)]) : nil
    }
}
