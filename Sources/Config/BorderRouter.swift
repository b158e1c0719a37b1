package import Net
package import RIB

/// A BGP router of its own, as `landfall router` runs it: a speaker that takes routes from its neighbors, chooses, and
/// passes them on.
package struct BorderRouter: Hashable, Sendable {
    package var name: String
    package var asn: ASN
    package var routerID: RouterID
    /// nil: nobody can connect to it.
    package var port: UInt16?
    package var habit: Habit
    package var decision: DecisionOptions
    package var networks: [Originated]
    /// nil: the kernel is left alone.
    package var kernel: KernelTable?
    package var policies: [RoutePolicy]
    package var neighbors: [Neighbor]

    package typealias RoutePolicy = Policy

    package var policyNames: [String] { policies.map(\.name) }

    /// What counts where a neighbor has no policies of its own.
    package enum Habit: String, Hashable, Sendable, CaseIterable {
        /// By each neighbor's role.
        case gaoRexford = "gao-rexford"
        /// Nothing from and to other ASes (RFC 8212).
        case plain
    }

    /// A prefix of its own.
    package struct Originated: Hashable, Sendable {
        package var prefix: Prefix
        package var med: UInt32?
        package var communities: [Community] = []
        package var largeCommunities: [LargeCommunity] = []
    }

    /// Where routes go in the kernel.
    package struct KernelTable: Hashable, Sendable {
        package var table: UInt32
        package var `protocol`: UInt8
        package var metric: UInt32
    }

    package struct Neighbor: Hashable, Sendable {
        package var name: String
        package var address: Address
        /// That a link-local address is on.
        package var interface: String?
        package var port: UInt16
        package var asn: ASN
        /// nil: nobody said.
        package var role: Role?
        package var passive: Bool
        package var localAddress: Address?
        package var holdTime: Duration
        package var connectRetry: Duration
        package var link: SessionLink
        /// It must say that its role goes with ours (RFC 9234 §4.2).
        package var isStrict: Bool
        /// What is exchanged; empty: the family of the address.
        package var families: [Family]
        /// Ours, for families other than that of the session.
        package var nextHops: [Address]
        package var limits: Limits
        package var mrai: Duration
        /// One after the other; nil: as the router's habit is.
        package var importing: [PolicyName]?
        package var exporting: [PolicyName]?
        package var acceptsASSets: Bool
        package var honorsGracefulShutdown: Bool
        /// nil: as the kind of neighbor asks for.
        package var checksFirstAS: Bool?
        package var nextHop: NextHop?
        /// Its next hops must be on the link to it; nil: where it is in another AS and on our link.
        package var checksNextHop: Bool?
        /// Its routes may ask to discard their packets; nil: in our own AS.
        package var honorsBlackhole: Bool?
        package var cost: UInt32
        package var logsRoutes: Bool
        /// It is asked to use other ways (RFC 8326).
        package var isDraining: Bool

        package func isInternal(to router: BorderRouter) -> Bool { asn == router.asn }
    }

    /// What a neighbor is to us (RFC 9234's roles, seen from our side).
    package enum Role: String, Hashable, Sendable, CaseIterable {
        case provider, peer
        /// Of an exchange (RFC 7947), and we are its client.
        case routeServer = "route-server"
        /// And we are the route server.
        case routeServerClient = "route-server-client"
        case customer
        /// A router of our own AS (iBGP).
        case `internal`
    }

    package enum NextHop: String, Hashable, Sendable, CaseIterable {
        /// Our own address.
        case own = "self"
        /// As it came.
        case keep
    }

    /// How much is taken from a neighbor, and told to it, of each family.
    package struct Limits: Hashable, Sendable {
        package var prefixes: [Family: Int]?
        /// Percent of that.
        package var warning: Int
        /// How long its session stays down after more; nil: until somebody looks.
        package var hold: Duration?
        package var prefixesOut: [Family: Int]?

        /// About twice of what the Internet has, where nothing is said: nobody's table is endless.
        package static let usual: [Family: Int] = [.ipv4: 2_000_000, .ipv6: 500_000]
    }

    /// Of the file, or one of those that are always there.
    package enum PolicyName: Hashable, Sendable {
        case own(String)
        case all, none, gaoRexford

        /// Words that no policy of the file can have as its name.
        package static let reserved: [(word: String, name: Self)] = [
            ("all", .all), ("none", .none), ("gao-rexford", .gaoRexford),
        ]
    }
}

extension BorderRouter.PolicyName: CustomStringConvertible {
    /// As the file has it.
    package var description: String {
        if case .own(let name) = self { return name }
        return Self.reserved.first { $0.name == self }?.word ?? ""
    }
}
