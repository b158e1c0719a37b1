/// Where packets go when several prefixes contain an address: each AS on the way follows the longest one that it has a
/// route to, whatever the AS before it had.
public struct Forwarding: Sendable {
    /// By position: another position, a site (as −2 − its number), or nowhere.
    private var hops: [Int32]
    private static let nowhere: Int32 = -1

    public init(_ graph: ASGraph) { hops = [Int32](repeating: Self.nowhere, count: graph.count) }

    /// Adds the routes to one more prefix, which lies in all that were added before.
    public mutating func add(_ plan: Propagation) {
        precondition(plan.graph.count == hops.count, "plans of one graph")
        for position in hops.indices {
            guard let site = plan.site(at: position) else { continue }
            hops[position] = plan.nextHop(at: position).map { Int32($0) } ?? -2 - Int32(site)
        }
    }

    /// The site that each AS lands on, by position; nil: its packets are dropped on the way.
    public func landings() -> [Int?] {
        var ends = [Int32?](repeating: nil, count: hops.count)
        var way: [Int] = []
        for start in hops.indices {
            way.removeAll(keepingCapacity: true)
            var position = start
            // A way never comes back: who hears a longer prefix heard it from somebody who has it.
            while ends[position] == nil, way.count <= hops.count {
                way.append(position)
                guard hops[position] >= 0 else {
                    ends[position] = hops[position]
                    break
                }
                position = Int(hops[position])
            }
            for passed in way { ends[passed] = ends[position] ?? Self.nowhere }
        }
        return ends.map { end in end.flatMap { $0 == Self.nowhere ? nil : Int(-2 - $0) } }
    }
}

extension Propagation {
    /// The position of the AS that the one at `position` sends packets to; nil: to a site, or nowhere.
    public func nextHop(at position: Int) -> Int? {
        let word = routes[position]
        return word == RouteWord.none || word < RouteWord.customer ? nil : tie.nextHop(word)
    }
}
