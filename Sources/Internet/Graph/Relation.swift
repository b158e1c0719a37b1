public import Net

/// What a neighbor is to an AS, in the business sense that decides who tells whom (Gao 2001): a provider is paid for
/// reaching everybody, a customer pays, peers exchange what their customers have.
public enum Relation: UInt8, Hashable, Sendable, CaseIterable {
    case customer
    case peer
    case provider

    /// What we are to that neighbor.
    public var reverse: Self {
        switch self {
        case .customer: .provider
        case .peer: .peer
        case .provider: .customer
        }
    }
}

extension Relation: CustomStringConvertible {
    public var description: String {
        switch self {
        case .customer: "customer"
        case .peer: "peer"
        case .provider: "provider"
        }
    }
}

/// Two neighbors, and what the second is to the first: a customer or a peer.
public struct Relationship: Hashable, Sendable {
    public var first: ASN
    public var second: ASN
    public var isPeering: Bool

    public static func peers(_ first: ASN, _ second: ASN) -> Self {
        Self(first: first, second: second, isPeering: true)
    }

    public static func provider(_ first: ASN, of second: ASN) -> Self {
        Self(first: first, second: second, isPeering: false)
    }
}

extension Relationship: CustomStringConvertible {
    public var description: String {
        isPeering ? "\(first) and \(second) are peers" : "\(first) is a provider of \(second)"
    }
}
