import Announce
import Geo
import Net
import YAML

/// A site, which may leave much to `network` and `announce`, and these may stand further down.
struct SiteDraft: Sendable {
    var name: String
    var place: Place
    var asn: ASN?
    var isAnchor: Bool?
    var isStandby: Bool
    var capacity: Capacity
    var host: Host
    var routerID: RouterID
    var neighbors: [NeighborDraft]

    func site(_ asn: ASN, _ holdTime: Duration, isAnchor: Bool) -> Site {
        Site(
            name: name, place: place, asn: self.asn ?? asn, isAnchor: self.isAnchor ?? isAnchor, isStandby: isStandby,
            capacity: capacity, host: host, routerID: routerID,
            neighbors: neighbors.map { $0.neighbor(holdTime) })
    }
}

struct NeighborDraft: Sendable {
    var neighbor: Neighbor
    var holdTime: Duration?

    func neighbor(_ usual: Duration) -> Neighbor {
        var neighbor = self.neighbor
        neighbor.holdTime = holdTime ?? usual
        return neighbor
    }
}

extension Kind where Value == [SiteDraft] {
    static var sites: Kind { named("site", record { SiteDraft(keys: &$0) }) }
}

extension Kind where Value == NeighborDraft {
    fileprivate static var neighbor: Kind {
        record("{name: …, address: …, asn: …, role: …}") { NeighborDraft(keys: &$0) }
    }
}

extension SiteDraft {
    fileprivate init?(keys: inout Keys) {
        let place = keys.required("place", .place)
        asn = keys.optional("asn", .asn)
        isAnchor = keys.optional("anchor", .flag)
        isStandby = keys.optional("standby", .flag, default: false)
        let capacity = keys.optional("capacity", record { Capacity(keys: &$0) })
        let routerID = keys.optional("router-id", .routerID)
        let hosts = keys.optional("hosts", named("host", record("{unicast: …}") { Host(keys: &$0) }))
        let neighbors = keys.required("neighbors", list(of: .neighbor))
        if let hosts, hosts.count > 1 {
            keys.refuse("hosts", "several hosts at a site are not supported by this version")
        }
        let host = hosts?.first ?? Host(name: keys.label, unicast: [])
        guard let id = routerID ?? host.unicast.lazy.compactMap(\.v4).first.map(RouterID.init(rawValue:)) else {
            // A host that was refused may have one.
            if !keys.has("router-id"), !keys.has("hosts") || hosts?.isEmpty == false { keys.lacksRouterID() }
            return nil
        }
        guard let place, let neighbors else { return nil }
        (name, self.place, self.capacity) = (keys.label, place, capacity ?? Capacity())
        (self.host, self.routerID, self.neighbors) = (host, id, neighbors)
    }
}

extension Keys {
    fileprivate mutating func lacksRouterID() {
        refuse("\"router-id\" is missing, and the site's host has no IPv4 address that could stand for it")
    }
}

extension Capacity {
    fileprivate init?(keys: inout Keys) {
        bitsPerSecond = keys.optional("bits", .rate)
        queriesPerSecond = keys.optional("queries", .rate)
    }
}

extension Host {
    fileprivate init?(keys: inout Keys) {
        let unicast = keys.required("unicast", oneOrList(of: .unicast))
        name = keys.label
        guard let unicast else { return nil }
        self.unicast = unicast
        if Set(unicast.map(\.family)).count < unicast.count {
            keys.refuse("unicast", "has two addresses of one family; it should be one of each at most")
        }
    }
}

extension NeighborDraft {
    fileprivate init?(keys: inout Keys) {
        let name = keys.required("name", .name)
        let address = keys.required("address", .unicast)
        let asn = keys.required("asn", .asn)
        let role = keys.required("role", .choice(Neighbor.Role.self))
        let port = keys.optional("port", .number(1...UInt16.max), default: 179)
        let passive = keys.optional("passive", .flag, default: false)
        holdTime = keys.optional("hold-time", .holdTime)
        let prepend = keys.optional("prepend", .number(0...16), default: 0)
        let med = keys.optional("med", .number(0...UInt32.max))
        let communities = keys.optional("communities", list(of: .community))
        let large = keys.optional("large-communities", list(of: .largeCommunity))
        let scope = keys.optional("scope", .choice(Neighbor.Scope.self))
        let standby = keys.optional("standby", .flag, default: false)
        var states = Announce.StateOverrides()
        states.healthy = keys.optional("healthy", .attributes)
        states.degraded = keys.optional("degraded", .attributes)
        states.draining = keys.optional("drain", .drainAttributes)
        keys.later("bfd", "password")
        guard let name, let address, let asn, let role else { return nil }
        neighbor = Neighbor(
            name: name, address: address, port: port, asn: asn, role: role, passive: passive, holdTime: .zero,
            prepend: prepend, med: med, communities: communities ?? [], largeCommunities: large ?? [],
            states: states, scope: scope ?? .global, isStandby: standby)
    }
}
