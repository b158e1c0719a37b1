internal import BGP
package import Net
package import RIB
package import Speaker

extension Router {
    /// What a router is told to be; a value, so that two can be compared and the difference carried out.
    package struct Configuration: Hashable, Sendable {
        package var asn: ASN
        package var routerID: RouterID
        /// nil: nobody can connect to us.
        package var listenPort: UInt16? = 179
        package var neighbors: [Neighbor]
        /// Prefixes of our own.
        package var networks: [Originated] = []
        package var decision = DecisionOptions()
        /// nil: the kernel is left alone.
        package var kernel: KernelOptions?

        package init(asn: ASN, routerID: RouterID, neighbors: [Neighbor]) {
            (self.asn, self.routerID, self.neighbors) = (asn, routerID, neighbors)
        }
    }

    package struct Neighbor: Hashable, Sendable {
        /// How BGP is spoken with it; its name is unique among the neighbors.
        package var session: Speaker.Neighbor
        /// What is made of its routes, and what it is told.
        package var routes: RIB.Neighbor
        /// The least time between two announcements to it (RFC 4271 §9.2.1.1, MinRouteAdvertisementIntervalTimer); withdrawals
        /// go at once.
        package var mrai: Duration = .zero
        /// Added to what its next hops cost inside our AS (RFC 4271 §9.1.2.2 (e)).
        package var cost: UInt32 = 0
        /// In another AS and one hop away, its next hops must be on the link to it (RFC 4271 §5.1.3).
        package var checksNextHop = true
        /// Its routes' coming and going is told, one event each.
        package var logsRoutes = false

        package init(session: Speaker.Neighbor, routes: RIB.Neighbor) {
            (self.session, self.routes) = (session, routes)
        }
    }

    /// A prefix that we announce ourselves.
    package struct Originated: Hashable, Sendable {
        package var prefix: Prefix
        package var med: UInt32?
        package var communities: [Community] = []
        package var largeCommunities: [LargeCommunity] = []

        package init(prefix: Prefix) { self.prefix = prefix }
    }

    /// How routes get into the kernel's table.
    package struct KernelOptions: Hashable, Sendable {
        /// rtnetlink's RT_TABLE_MAIN is 254.
        package var table: UInt32 = 254
        /// What routes of ours are known by (rtm_protocol); 186 is what Linux sets aside for BGP (RTPROT_BGP).
        package var `protocol`: UInt8 = 186
        /// Lower is preferred (RTA_PRIORITY).
        package var metric: UInt32 = 20
        /// How long the routes that a predecessor left may stay without being wanted, unless all neighbors have sent their
        /// End-of-RIB before.
        package var settle: Duration = .seconds(120)
        /// A neighbor that offers no graceful restart and is silent for so long, or up to twice that, has said all that it
        /// has: it needn't send an End-of-RIB.
        package var quiet: Duration = .seconds(10)

        package init() {}

        /// In words; nil: the kernel is left alone.
        static func difference(from old: Self?, to new: Self?) -> String {
            guard let old else { return "putting routes into the kernel" }
            guard let new else { return "leaving the kernel alone" }
            return old.table != new.table
                ? "another table of the kernel" : "another metric of the kernel's routes"
        }
    }
}
