package import BGP
package import Net

/// What most networks do (Gao and Rexford, "Stable Internet Routing Without Global Coordination", 2001): customers' routes
/// are preferred to peers', and those to providers'; everybody hears of customers' routes and our own, and customers hear
/// of all.
///
/// Routers of one AS tell each other what is a customer's by a community, since a route that came over iBGP doesn't show it.
/// What has neither that nor an empty path isn't passed on to peers and providers: it may be one of theirs. Only to Customer
/// says the same the other way round (RFC 9234), where all routers of the AS know it.
package enum GaoRexford {
    package static func localPref(_ role: Role) -> UInt32 {
        switch role {
        case .customer, .routeServerClient: 200
        case .peer, .routeServer: 150
        default: 100
        }
    }

    /// A customer's route, with the numbers of the examples in RFC 8195 §3.2.
    package static func mark(_ asn: ASN) -> LargeCommunity { LargeCommunity(asn.rawValue, relation, 2) }

    private static let relation: UInt32 = 3

    /// - Parameter asn: ours.
    package static func importing(from role: Role, in asn: ASN) -> Policy {
        var changes: [Policy.Change] = [
            .localPref(localPref(role)), .removeLarge(LargeCommunityPattern(asn.rawValue, relation)),
        ]
        if role == .customer || role == .routeServerClient { changes.append(.addLarge(mark(asn))) }
        return Policy("Gao–Rexford", [.init("from a \(role)", then: changes, .accept)])
    }

    /// - Parameter asn: ours.
    package static func exporting(to role: Role, in asn: ASN) -> Policy {
        if role == .customer || role == .routeServerClient {
            return Policy("Gao–Rexford", [.init("everything to a \(role)", .accept)])
        }
        let customers = LargeCommunityPattern(mark(asn))
        return Policy(
            "Gao–Rexford",
            [
                .init(
                    "our own and customers' routes to a \(role)",
                    when: [.from([.local, .other(.customer), .other(.routeServerClient)])], .accept),
                .init("our AS's own, from another router of ours", when: [.from([.own]), .pathLength(0...0)], .accept),
                .init(
                    "customers' routes, from another router of ours",
                    when: [.from([.own]), .largeCommunity(customers)], .accept),
                .init("what isn't known to be a customer's", .reject),
            ])
    }
}
