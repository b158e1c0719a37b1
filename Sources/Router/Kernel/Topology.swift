internal import Kernel
internal import Net
internal import RIB

/// What a prefix's packets are to do, as BGP says it.
struct Wish: Hashable, Sendable {
    var family: Family
    var isBlackhole: Bool
    var nextHops: [NextHop]
}

struct NextHop: Hashable, Sendable {
    var address: Address?
    /// With the neighbor on whose link it is (RFC 2545 §3).
    var linkLocal: Address?
    var neighbor: NeighborID?
}

/// What the kernel does with a prefix's packets.
struct Target: Hashable, Sendable {
    var kind: Route.Kind
    /// In the order of `TableRoute`.
    var ways: [TableRoute.Way]
}

struct Cost: Hashable, Sendable {
    /// nil: out of reach.
    var value: UInt32?
}

/// What lies around the router: interfaces, neighbors, and routes that are not BGP's. By these next hops are resolved.
///
/// RFC 4271 §9.1.2.1 wants a next hop to be resolvable, and resolution not to go in circles. It doesn't here: routes of our
/// own protocol are never asked. They would answer differently depending on what they themselves brought about, as when a
/// neighbor several hops away announces the prefix that its own address is in.
struct Topology: Sendable {
    var others = OtherRoutes()
    private var links: [Int32: Interface] = [:]
    private var neighbors: [NeighborID: Place] = [:]

    /// Where a neighbor is.
    struct Place: Hashable, Sendable {
        var address: Address
        /// The one that is configured.
        var interface: String?
        var isInternal = false
    }

    struct Resolution: Sendable {
        var ways: [TableRoute.Way]
        var cost: UInt32
    }

    // MARK: Interfaces

    mutating func setLinks(_ all: [Interface]) {
        links = Dictionary(all.map { ($0.index, $0) }, uniquingKeysWith: { $1 })
    }

    func link(_ index: Int32) -> Interface? { links[index] }

    mutating func setLink(_ index: Int32, _ link: Interface?) { links[index] = link }

    private func index(of name: String) -> Int32? { links.values.first { $0.name == name }?.index }

    /// Packets can leave by it: it is up, and there is somebody at the other end of the cable.
    private func carries(_ index: Int32) -> Bool { links[index].map { $0.isUp && $0.hasCarrier } ?? false }

    // MARK: Next hops

    /// True when that is news.
    mutating func setNeighbor(_ id: NeighborID, _ place: Place) -> Bool {
        neighbors.updateValue(place, forKey: id) != place
    }

    func resolve(_ nextHop: NextHop) -> Resolution? {
        if let way = wayByLink(nextHop) { return Resolution(ways: [way], cost: 0) }
        return nextHop.address.flatMap(resolve)
    }

    /// By the link-local address, on the link to the neighbor. RFC 2545 §3 has one beside a global address only where all three
    /// are on one link, but inside an AS some pass both on: then it is somebody on a link of theirs, unless the global one is
    /// on this link too.
    private func wayByLink(_ nextHop: NextHop) -> TableRoute.Way? {
        guard let linkLocal = nextHop.linkLocal, let id = nextHop.neighbor, let interface = interface(id),
            carries(interface)
        else { return nil }
        let isInternal = neighbors[id]?.isInternal ?? false
        if isInternal, let address = nextHop.address, !isOnLink(address, interface) { return nil }
        return .init(interface: interface, gateway: linkLocal)
    }

    private func isOnLink(_ address: Address, _ interface: Int32) -> Bool {
        others.match(address)?.ways.contains { $0.interface == interface && $0.gateway == nil } ?? false
    }

    /// Where a neighbor is: the interface that is configured, or the one that its address is on.
    private func interface(_ id: NeighborID) -> Int32? {
        guard let neighbor = neighbors[id] else { return nil }
        if let name = neighbor.interface { return index(of: name) }
        guard let ways = resolve(neighbor.address)?.ways, ways.count == 1, ways.first?.gateway == neighbor.address
        else {
            return nil
        }
        return ways.first?.interface
    }

    /// By the longest match among the routes of others. What is on a link of ours costs nothing, what lies behind a gateway
    /// the metric of the route that leads there.
    func resolve(_ address: Address) -> Resolution? {
        guard let route = others.match(address), route.kind == .unicast else { return nil }
        var ways = route.ways.filter { carries($0.interface) }
        guard !ways.isEmpty else { return nil }
        let isOnLink = ways.allSatisfy { $0.gateway == nil }
        for index in ways.indices { ways[index].gateway = ways[index].gateway ?? address }
        return Resolution(ways: ways, cost: isOnLink ? 0 : route.metric)
    }

    /// nil: none of its next hops can be reached. Of several, those that can share the packets.
    func outcome(of wish: Wish) -> Target? {
        if wish.isBlackhole { return Target(kind: .blackhole, ways: []) }
        var ways: Set<TableRoute.Way> = []
        for nextHop in wish.nextHops { ways.formUnion(resolve(nextHop)?.ways ?? []) }
        return ways.isEmpty ? nil : Target(kind: .unicast, ways: ways.sorted())
    }
}
