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
    var hosts: [Host]
    var neighbors: [NeighborDraft]

    func site(_ asn: ASN, _ holdTime: Duration, isAnchor: Bool) -> Site {
        Site(
            name: name, place: place, asn: self.asn ?? asn, isAnchor: self.isAnchor ?? isAnchor, isStandby: isStandby,
            capacity: capacity, hosts: hosts,
            neighbors: neighbors.map { $0.neighbor(holdTime, at: self.asn ?? asn) })
    }
}

struct NeighborDraft: Sendable {
    var neighbor: Neighbor
    var holdTime: Duration?
    var scope: Neighbor.Scope?

    /// Routes for routers of our own AS stay there unless the file says otherwise.
    func neighbor(_ usual: Duration, at own: ASN) -> Neighbor {
        var neighbor = self.neighbor
        neighbor.holdTime = holdTime ?? usual
        neighbor.scope = scope ?? (neighbor.asn == own ? .local : .global)
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
        let hosts = keys.optional("hosts", named("host", record("{unicast: …}") { HostDraft(keys: &$0) }))
        let neighbors = keys.required("neighbors", list(of: .neighbor))
        // Hosts that were refused may have router IDs.
        let drafts = keys.has("hosts") ? hosts ?? [] : [HostDraft(name: keys.label)]
        let complete = keys.complete(drafts, routerID)
        guard let place, let neighbors, !complete.isEmpty else { return nil }
        (name, self.place, self.capacity) = (keys.label, place, capacity ?? Capacity())
        (self.hosts, self.neighbors) = (complete, neighbors)
    }
}

/// A host whose router ID may stand elsewhere.
private struct HostDraft: Sendable {
    var name: String
    var unicast: [Address] = []
    var routerID: RouterID?

    /// Its own, that of the site, or its IPv4 address.
    func host(_ ofSite: RouterID?) -> Host? {
        let id = routerID ?? ofSite ?? unicast.lazy.compactMap(\.v4).first.map(RouterID.init(rawValue:))
        return id.map { Host(name: name, unicast: unicast, routerID: $0) }
    }
}

extension Keys {
    /// The hosts with their router IDs; what is said for the site counts for its only host.
    fileprivate mutating func complete(_ drafts: [HostDraft], _ routerID: RouterID?) -> [Host] {
        if drafts.count > 1, has("router-id") {
            refuse("router-id", "the site has \(drafts.count) hosts; give each a router-id of its own under hosts")
            return []
        }
        let hosts = drafts.compactMap { $0.host(routerID) }
        if hosts.count < drafts.count, routerID != nil || !has("router-id") {
            let which = drafts.count > 1 ? drafts.filter { $0.host(nil) == nil }.map(\.name) : ["the site's host"]
            let have = which.count > 1 ? "have" : "has"
            refuse("\"router-id\" is missing, and \(listed(which)) \(have) no IPv4 address that could stand for it")
        }
        return hosts
    }
}

extension Capacity {
    fileprivate init?(keys: inout Keys) {
        bitsPerSecond = keys.optional("bits", .rate)
        queriesPerSecond = keys.optional("queries", .rate)
    }
}

extension HostDraft {
    init?(keys: inout Keys) {
        let unicast = keys.required("unicast", oneOrList(of: .unicast))
        routerID = keys.optional("router-id", .routerID)
        name = keys.label
        guard let unicast, routerID != nil || !keys.has("router-id") else { return nil }
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
        // Whether it may be left out depends on whose AS the neighbor is in (Rules).
        let role = keys.optional("role", .choice(Neighbor.Role.self))
        let port = keys.optional("port", .number(1...UInt16.max), default: 179)
        let passive = keys.optional("passive", .flag, default: false)
        holdTime = keys.optional("hold-time", .holdTime)
        let link = SessionLink(keys: &keys)
        let maxPrefixes = keys.optional("max-prefixes", .number(1...10_000_000), default: 1000)
        let strict = keys.optional("strict-role", .flag, default: false)
        let prepend = keys.optional("prepend", .number(0...16), default: 0)
        let med = keys.optional("med", .number(0...UInt32.max))
        let localPref = keys.optional("local-pref", .number(0...UInt32.max))
        let communities = keys.optional("communities", list(of: .community))
        let large = keys.optional("large-communities", list(of: .largeCommunity))
        scope = keys.optional("scope", .choice(Neighbor.Scope.self))
        let standby = keys.optional("standby", .flag, default: false)
        var states = Announce.StateOverrides()
        states.healthy = keys.optional("healthy", .attributes)
        states.degraded = keys.optional("degraded", .attributes)
        states.draining = keys.optional("drain", .drainAttributes)
        keys.later("bfd")
        guard let name, let address, let asn, let link, role != nil || !keys.has("role") else { return nil }
        neighbor = Neighbor(
            name: name, address: address, port: port, asn: asn, role: role ?? .internal, passive: passive,
            holdTime: .zero, link: link, maxPrefixes: maxPrefixes, isStrict: strict, prepend: prepend, med: med,
            localPref: localPref, communities: communities ?? [],
            largeCommunities: large ?? [], states: states, scope: .global, isStandby: standby)
    }
}

extension SessionLink {
    /// Keys of the neighbor itself.
    init?(keys: inout Keys) {
        hops = keys.optional("multihop", .number(1...255))
        ttlSecurity = keys.optional("ttl-security", .flag, default: false)
        let text = keys.optional("password", .password)
        let file = keys.optional(
            "password-file", .path("the path of a file with the password", in: keys.reading.folder))
        if keys.has("password"), keys.has("password-file") {
            keys.refuse("password-file", "there is a password as well; leave one of them out")
        }
        guard text != nil || !keys.has("password"), file != nil || !keys.has("password-file") else { return nil }
        password = text.map { .text($0) } ?? file.map { .file($0) }
    }
}

extension Kind where Value == Secret {
    /// What TCP-MD5 takes (RFC 2385 §4.5; Linux, at most 80 bytes).
    fileprivate static var password: Kind {
        scalar("a password of 1 to 80 bytes, without control characters", mayBeSecret: true) { text in
            let clean = text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7f }
            return clean && (1...80).contains(text.utf8.count) ? Secret(text) : nil
        }
    }
}
