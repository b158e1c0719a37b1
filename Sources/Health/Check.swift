/// What is asked of a service, how often, and what counts as an answer. A check is made at the service's own address,
/// as a client would make it.
public struct Check: Hashable, Sendable {
    /// How operators know it: `dns www.example.org A`.
    public var name: String
    public var kind: Kind
    public var every: Duration
    public var timeout: Duration
    /// The interval between a first failure and the verdict; nil: no other than `every`.
    public var fast: Duration?
    public var policy: Monitor.Policy
    /// While a file of this path exists, the service is out of service on purpose, and this check says so.
    public var disable: String?
    /// The neighbor whose link it looks at: it acts there alone (ANNOUNCING 11). nil: everywhere.
    public var neighbor: String?

    public enum Kind: Hashable, Sendable {
        case dns(DNSCheck)
        case tcp(TCPCheck)
        case http(HTTPCheck)
        case icmp(EchoCheck)
        case exec(ExecCheck)
    }

    /// What a failure says something about (ANNOUNCING 3).
    public enum Reach: String, Hashable, Sendable, CaseIterable {
        /// About this site.
        case local
        /// About what all sites depend on: it would fail everywhere at once, so it withdraws nobody.
        case shared
    }

    public init(
        name: String, kind: Kind, every: Duration, timeout: Duration, fast: Duration? = nil, policy: Monitor.Policy,
        disable: String? = nil, neighbor: String? = nil
    ) {
        (self.name, self.kind, self.every, self.timeout, self.fast) = (name, kind, every, timeout, fast)
        (self.policy, self.disable, self.neighbor) = (policy, disable, neighbor)
    }
}
