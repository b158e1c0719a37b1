package import BGP

/// What most networks do (Gao and Rexford, "Stable Internet Routing Without Global Coordination", 2001): customers' routes
/// are preferred to peers', and those to providers'; everybody hears of customers' routes and our own, and customers hear
/// of all.
package enum GaoRexford {
    package static func localPref(_ role: Role) -> UInt32 {
        switch role {
        case .customer, .routeServerClient: 200
        case .peer, .routeServer: 150
        default: 100
        }
    }

    package static func importing(from role: Role) -> Policy {
        Policy("Gao–Rexford", [.init("from a \(role)", then: [.localPref(localPref(role))], .accept)])
    }

    package static func exporting(to role: Role) -> Policy {
        switch role {
        case .customer, .routeServerClient: Policy("Gao–Rexford", [.init("everything to a \(role)", .accept)])
        default:
            Policy(
                "Gao–Rexford",
                [
                    .init(
                        "our own and customers' routes to a \(role)",
                        when: [.from([.local, .own, .other(.customer), .other(.routeServerClient)])], .accept)
                ])
        }
    }
}
