package import BGP
internal import Net

/// Where a route came from, as far as a policy can ask.
package enum Source: Hashable, Sendable {
    /// Ourselves.
    case local
    /// A neighbor of our own AS.
    case own
    /// A neighbor of another AS, whose role nobody told us (nil) or did.
    case other(Role?)
}

/// Only to Customer (RFC 9234 §5): a route that went down or across must not go up or across again.
enum OnlyToCustomer {
    /// Whether a route from this neighbor is a leak (ingress rules 1 and 2).
    static func isLeak(_ facts: Facts, from role: Role, _ asn: ASN) -> Bool {
        guard facts.flags.contains(.hasOTC) else { return false }
        return switch role {
        case .customer, .routeServerClient: true
        case .peer: facts.onlyToCustomer != asn.rawValue
        default: false
        }
    }

    /// Ingress rule 3: whoever gives it to us gives it to a customer or peer.
    static func isSetOnImport(from role: Role) -> Bool { [.provider, .peer, .routeServer].contains(role) }

    /// Egress rule 1.
    static func isSetOnExport(to role: Role) -> Bool { [.customer, .peer, .routeServerClient].contains(role) }

    /// Egress rule 2.
    static func stays(_ facts: Facts, from role: Role) -> Bool {
        facts.flags.contains(.hasOTC) && [.provider, .peer, .routeServer].contains(role)
    }
}
