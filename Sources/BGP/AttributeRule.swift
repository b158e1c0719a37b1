/// What the definition of an attribute asks for, and what breaking it costs (RFC 7606 §7, RFC 6793 §6, RFC 8092 §6, RFC
/// 9234 §5).
struct AttributeRule {
    /// Other flags than these cost the route, whatever else the attribute's errors cost (RFC 7606 §3 c).
    var kind: AttributeFlags
    var reaction: Reaction
    /// Such attributes are ignored when they come from another AS (RFC 7606 §7.5, §7.9, §7.10).
    var internalOnly = false

    private static let wellKnown: AttributeFlags = [.transitive]
    private static let optionalTransitive: AttributeFlags = [.optional, .transitive]
    private static let optional: AttributeFlags = [.optional]

    /// nil for attributes that we don't know.
    static func of(_ code: AttributeCode) -> Self? {
        switch code {
        case .origin, .asPath, .nextHop: Self(kind: wellKnown, reaction: .treatAsWithdrawal)
        case .med: Self(kind: optional, reaction: .treatAsWithdrawal)
        case .localPref: Self(kind: wellKnown, reaction: .treatAsWithdrawal, internalOnly: true)
        case .atomicAggregate: Self(kind: wellKnown, reaction: .discardAttribute)
        case .aggregator: Self(kind: optionalTransitive, reaction: .discardAttribute)
        case .communities, .extendedCommunities, .ipv6ExtendedCommunities, .largeCommunities:
            Self(kind: optionalTransitive, reaction: .treatAsWithdrawal)
        case .onlyToCustomer: Self(kind: optionalTransitive, reaction: .treatAsWithdrawal)
        case .originatorID, .clusterList:
            Self(kind: optional, reaction: .treatAsWithdrawal, internalOnly: true)
        case .mpReach, .mpUnreach: Self(kind: optional, reaction: .disableFamily)
        case .as4Path, .as4Aggregator: Self(kind: optionalTransitive, reaction: .discardAttribute)
        default: nil
        }
    }
}
