public import Announce
public import Geo
public import Health
public import Net

/// What a `landfall.yaml` says of a network, checked: its sites and services, and what surrounds them in a rehearsal.
public struct Network: Sendable {
    public var name: String
    public var asn: ASN
    public var prefixes: [Prefix]
    public var holdTime: Duration
    public var sites: [Site]
    public var services: [Service]
    public var announce: Announce.Policy
    /// Less specific prefixes that anchors announce whatever the verdicts.
    public var covers: [Prefix]
    public var hooks: Hooks
    /// nil: nothing listens for Prometheus.
    public var metrics: Metrics?
    public var internet: Internet?
    public var rehearsal: Rehearsal

    /// The announced prefix that an address is in.
    public func prefix(containing address: Address) -> Prefix? { prefixes.first { $0.contains(address) } }

    /// Every host with the index of its site, in the order of the file.
    public var hosts: [(site: Int, host: Host)] {
        sites.indices.flatMap { site in sites[site].hosts.map { (site, $0) } }
    }

    /// Indexes into `hosts` of all that a name means: a host, or all those of a site; none for an unknown name.
    public func hosts(named name: String) -> [Int] {
        let hosts = hosts
        return hosts.indices.filter { hosts[$0].host.name == name || sites[hosts[$0].site].name == name }
    }
}

/// A point of presence.
public struct Site: Sendable {
    public var name: String
    public var place: Place
    /// What it announces from: the network's own AS, or one for this site alone (RFC 6382).
    public var asn: ASN
    /// Verdicts alone never withdraw here.
    public var isAnchor: Bool
    /// Used when there is no other.
    public var isStandby: Bool
    public var capacity: Capacity
    /// One or more; each runs an agent and has sessions of its own with every neighbor.
    public var hosts: [Host]
    public var neighbors: [Neighbor]

    /// Whether a neighbor has more than one route to choose from, or to spread flows over.
    public var hasSeveralHosts: Bool { hosts.count > 1 }
}

/// What a site can carry; nil where the file doesn't say.
public struct Capacity: Hashable, Sendable {
    public var bitsPerSecond: UInt64?
    public var queriesPerSecond: UInt64?
}

/// A server at a site. Its name is the only one in the network: steps, identities and reports say it without the site.
public struct Host: Hashable, Sendable {
    public var name: String
    /// Its own addresses, at most one of each family: what BGP sessions are opened from. Empty: the kernel chooses.
    public var unicast: [Address]
    public var routerID: RouterID

    public init(name: String, unicast: [Address], routerID: RouterID) {
        (self.name, self.unicast, self.routerID) = (name, unicast, routerID)
    }

    /// Its own address of a family.
    public func address(_ family: Family) -> Address? { unicast.first { $0.family == family } }
}

/// A router that a site speaks BGP with.
public struct Neighbor: Hashable, Sendable {
    /// What it is to us (RFC 9234's roles, seen from our side).
    public enum Role: String, Hashable, Sendable, CaseIterable {
        case provider, peer
        /// Of an exchange: it passes on the routes of its clients (RFC 7947), and we are one of them.
        case routeServer = "route-server"
        case customer
        /// A router of the site's own AS (iBGP).
        case `internal`
    }

    public var name: String
    public var address: Address
    public var port: UInt16
    public var asn: ASN
    public var role: Role
    /// Wait for the neighbor to connect instead of connecting.
    public var passive: Bool
    public var holdTime: Duration
    public var link: SessionLink
    /// It may announce so many; none of them is used.
    public var maxPrefixes: Int
    /// It must say that its role goes with ours (RFC 9234 §4.2).
    public var isStrict: Bool
    public var prepend: Int
    public var med: UInt32?
    /// For an internal one; nil: the usual 100.
    public var localPref: UInt32?
    public var communities: [Community]
    public var largeCommunities: [LargeCommunity]
    /// What states look like here, where it is not as everywhere.
    public var states: Announce.StateOverrides
    public var scope: Scope
    /// Used when there is no other.
    public var isStandby: Bool

    /// How far routes may go.
    public enum Scope: String, Hashable, Sendable, CaseIterable {
        case global
        /// Not beyond the neighbor's AS: NO_EXPORT (RFC 4786 §4.4.3).
        case local
    }
}

/// How far away a neighbor may be, and how it shows that it is itself.
public struct SessionLink: Hashable, Sendable {
    /// nil: on a link of ours, or anywhere inside our AS.
    public var hops: UInt8?
    /// Packets that come from further away are dropped (RFC 5082).
    public var ttlSecurity = false
    public var password: Password?

    /// Of our packets; nil: as usual. To a neighbor in another AS that is on our link, nothing may travel further.
    public func ttl(isInternal: Bool) -> Int32? {
        if ttlSecurity { return 255 }
        return hops.map(Int32.init) ?? (isInternal ? nil : 1)
    }

    /// What TCP segments are signed with (RFC 2385).
    public enum Password: Hashable, Sendable {
        case text(Secret)
        /// The first line of a file, read when the session is configured.
        case file(String)
    }
}

/// What answers on addresses that every site has.
public struct Service: Sendable {
    public var name: String
    public var addresses: [Address]
    /// nil: somebody else's program serves it.
    public var serve: Serve?
    public var checks: [Check]
    /// Whether verdicts alone leave it announced; nil: as at the whole site.
    public var isAnchor: Bool?
    /// Queries a second that one host can answer of it; nil: it has a part in what its site can.
    public var capacity: UInt64?

    /// The checks of one of its addresses at a site. One of a neighbor's link is made only where there is such a neighbor,
    /// and for the addresses that it is told about.
    public func checks(of address: Address, at site: Site) -> [Check] {
        checks.filter { check in
            guard let name = check.neighbor else { return true }
            return site.neighbors.contains { $0.name == name && $0.address.family == address.family }
        }
    }
}

/// Our own server.
public struct Serve: Hashable, Sendable {
    /// The sites where it runs; elsewhere another program answers.
    public var sites: [String]
    public var dns: DNSServe
}

public struct DNSServe: Hashable, Sendable {
    /// Paths of zone files, relative ones made relative to the folder of the configuration file.
    public var zones: [ZoneFile]
    /// What NSID, `id.server` and `hostname.bind` say; `{site}` and `{host}` are replaced. nil hides it.
    public var identity: String?
    /// What `version.bind` says; nil hides it.
    public var version: String?
    public var port: UInt16
    public var threads: Int
    /// nil: other hosts aren't asked, and don't hear what zones are here.
    public var sameData: SameData?
    /// Signatures that end sooner are an alarm.
    public var signatureMargin: Duration
    public var tcp: TCPLimits
}

/// What clients over TCP may take of each thread.
public struct TCPLimits: Hashable, Sendable {
    public var connections: Int
    /// From one IPv4 address or one IPv6 /64.
    public var perClient: Int
    /// How long a connection may be without a whole query, or its client without reading.
    public var idle: Duration
}

/// Whether every host serves the same zones: each asks the others, at their own addresses.
public struct SameData: Hashable, Sendable {
    public var every: Duration
    /// A zone that differs for so long is an alarm: one that was changed reaches sites one after the other.
    public var after: Duration
}

/// A zone file, and where the configuration names it, for errors.
public struct ZoneFile: Hashable, Sendable {
    /// What is read of one; the root zone has 2 MB.
    package static let mostBytes = 256 << 20

    public var path: String
    public var line: Int
    public var column: Int
}

/// The small Internet of a rehearsal.
public struct Internet: Sendable {
    public var ases: [AutonomousSystem]
    public var links: [Link]
    /// Who makes a route that carries GRACEFUL_SHUTDOWN the last one to be used (RFC 8326 §3.2).
    public var gracefulShutdown: GracefulShutdown

    public enum GracefulShutdown: String, Hashable, Sendable, CaseIterable {
        case everyone
        /// Only the ASes that sites are connected to.
        case neighbor
        case nobody
    }

    public struct AutonomousSystem: Sendable {
        public var name: String
        public var asn: ASN
        public var place: Place
        /// The name of the client that lives here.
        public var client: String?
    }

    /// Indexes into `ases`.
    public struct Link: Hashable, Sendable {
        public enum Relation: Hashable, Sendable {
            /// `a` is the provider of `b`.
            case transit
            case peering
        }
        public var a: Int
        public var b: Int
        public var relation: Relation
    }
}

/// What is done to the network in a rehearsal, and what clients must see.
public struct Rehearsal: Sendable {
    public var queriesPerSecond: Int
    public var deadline: Duration
    public var programs: [Program]
    public var steps: [Step]

    /// How many ports a client goes through: when it comes to one again, the query before is answered or lost.
    public var flows: Int { Int(Int64(queriesPerSecond) * deadline.wholeMilliseconds * 5 / 4000) + 8 }
    /// How long that takes.
    public var round: Duration { .nanoseconds(Int64(flows) * 1_000_000_000 / Int64(queriesPerSecond)) }
    /// Below those that Linux chooses itself.
    public static let mostFlows = 28_000

    /// Somebody else's program, started beside agents.
    public struct Program: Hashable, Sendable {
        public var name: String
        /// nil: at every site.
        public var site: String?
        /// nil: on every host there.
        public var host: String?
        /// `{site}` and `{host}` are replaced.
        public var command: [String]

        public func runs(at site: Site, on host: Host) -> Bool {
            (self.site ?? site.name) == site.name && (self.host ?? host.name) == host.name
        }
    }
}
