internal import Kernel
internal import Net

/// Routes of other protocols, by which next hops are resolved, and in whose place none of ours is put. At most `limit`
/// prefixes, so that another program's full table doesn't become our memory.
struct OtherRoutes: Sendable {
    static let limit = 100_000
    /// RT_TABLE_MAIN.
    static let mainTable: UInt32 = 254
    private var routes: [Prefix: [TableRoute]] = [:]
    /// For each family and length, how many prefixes.
    private var lengths = [[Int](repeating: 0, count: 33), [Int](repeating: 0, count: 129)]
    /// How many there was no room for.
    private(set) var ignored = 0

    var count: Int { routes.count }

    /// The one that packets of the router itself would take: by the main table, the lowest metric of the longest prefix.
    func match(_ address: Address) -> TableRoute? {
        let lengths = lengths[address.family == .ipv4 ? 0 : 1]
        for length in stride(from: address.family.width, through: 0, by: -1) where lengths[length] > 0 {
            guard let prefix = Prefix(address, length: length), let found = routes[prefix] else { continue }
            let usable = found.filter { $0.table == Self.mainTable && $0.tos == 0 }
            if let best = usable.min(by: { $0.metric < $1.metric }) { return best }
        }
        return nil
    }

    /// What another program has where ours would be.
    func rival(_ prefix: Prefix, table: UInt32, metric: UInt32) -> TableRoute? {
        routes[prefix]?.first { $0.isRival(table: table, metric: metric) }
    }

    /// - Parameter replacing: whatever has the same key goes; an IPv6 route is always the whole of what has it.
    mutating func insert(_ route: TableRoute, replacing: Bool) {
        guard routes.count < Self.limit || routes[route.prefix] != nil else {
            ignored += 1
            return
        }
        if routes[route.prefix] == nil { lengths[place(route)][route.prefix.length] += 1 }
        if replacing || route.prefix.family == .ipv6 { routes[route.prefix]?.removeAll { $0.hasKey(of: route) } }
        if routes[route.prefix]?.contains(route) != true { routes[route.prefix, default: []].append(route) }
    }

    /// Of an IPv6 route, some of its ways may go and others stay.
    mutating func remove(_ route: TableRoute) {
        guard var same = routes[route.prefix],
            let place = same.firstIndex(where: { $0.hasKey(of: route) && $0.shares(aWayWith: route) })
        else { return }
        let rest = route.prefix.family == .ipv6 ? same[place].ways.filter { !route.ways.contains($0) } : []
        if rest.isEmpty { same.remove(at: place) } else { same[place] = same[place].with(rest) }
        set(route.prefix, same)
    }

    /// The kernel drops IPv4 routes of an interface that goes down without a word.
    mutating func removeIPv4(on interface: Int32) {
        for (prefix, same) in routes where prefix.family == .ipv4 {
            let rest = same.filter { $0.ways.isEmpty || !$0.ways.allSatisfy { $0.interface == interface } }
            if rest.count < same.count { set(prefix, rest) }
        }
    }

    private mutating func set(_ prefix: Prefix, _ rest: [TableRoute]) {
        routes[prefix] = rest.isEmpty ? nil : rest
        if rest.isEmpty { lengths[prefix.family == .ipv4 ? 0 : 1][prefix.length] -= 1 }
    }

    private func place(_ route: TableRoute) -> Int { route.prefix.family == .ipv4 ? 0 : 1 }
}

extension TableRoute {
    /// Of a route of ours to the same prefix: it has our place, or is the network on a link, which comes before all that others
    /// say. IPv4's has the metric 0 already; IPv6's has 256, and would lose.
    func isRival(table: UInt32, metric: UInt32) -> Bool {
        self.table == table && tos == 0 && (self.metric == metric || isLink)
    }

    /// The kernel made it (RTPROT_KERNEL), for an address of an interface.
    private var isLink: Bool { `protocol` == 2 && ways.contains { $0.gateway == nil } }

    /// Why there is no place for one of ours with this metric.
    func reason(against metric: UInt32) -> String {
        self.metric == metric
            ? "a route of protocol \(`protocol`) has the same metric, \(metric)" : "it is the network on a link of ours"
    }

    fileprivate func hasKey(of other: Self) -> Bool {
        (table, metric, tos) == (other.table, other.metric, other.tos)
    }

    fileprivate func shares(aWayWith other: Self) -> Bool {
        kind != .unicast || ways == other.ways || ways.contains { other.ways.contains($0) }
    }

    fileprivate func with(_ ways: [Way]) -> Self {
        var route = Self(prefix, table: table, protocol: `protocol`, metric: metric, kind: kind, ways: ways)
        route.tos = tos
        return route
    }
}
