/// What a speaker is to the one at the other end, as it says itself (RFC 9234 §4.1).
public struct Role: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let provider = Self(rawValue: 0)
    public static let routeServer = Self(rawValue: 1)
    public static let routeServerClient = Self(rawValue: 2)
    public static let customer = Self(rawValue: 3)
    public static let peer = Self(rawValue: 4)

    /// What the other end must be (RFC 9234 §4.2, table 2); nil for a role that nobody has defined.
    public var opposite: Self? {
        switch self {
        case .provider: .customer
        case .customer: .provider
        case .routeServer: .routeServerClient
        case .routeServerClient: .routeServer
        case .peer: .peer
        default: nil
        }
    }

    /// Routes that go to such a neighbor may only go on to customers: they get ONLY_TO_CUSTOMER (RFC 9234 §5, egress 1).
    var getsOnlyToCustomer: Bool { [.customer, .peer, .routeServerClient].contains(self) }

    /// Routes that have ONLY_TO_CUSTOMER must not go to such a neighbor (RFC 9234 §5, egress 2).
    public var mustNotGetOnlyToCustomer: Bool { [.provider, .peer, .routeServer].contains(self) }
}

extension Role: CustomStringConvertible {
    public var description: String {
        switch self {
        case .provider: "provider"
        case .routeServer: "route server"
        case .routeServerClient: "route server's client"
        case .customer: "customer"
        case .peer: "peer"
        default: "role \(rawValue)"
        }
    }
}
