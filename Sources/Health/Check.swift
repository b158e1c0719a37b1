public import DNS

/// What is asked of a service, how often, and what counts as an answer. A check is made at the service's own address,
/// as a client would make it.
public struct Check: Hashable, Sendable {
    /// How operators know it: `dns www.example.org A`.
    public var name: String
    public var kind: Kind
    public var every: Duration
    public var timeout: Duration
    public var policy: Monitor.Policy

    public enum Kind: Hashable, Sendable {
        case dns(DNSCheck)
    }

    public init(name: String, kind: Kind, every: Duration, timeout: Duration, policy: Monitor.Policy) {
        (self.name, self.kind, self.every, self.timeout, self.policy) = (name, kind, every, timeout, policy)
    }
}

/// One question, and what its answer must look like.
public struct DNSCheck: Hashable, Sendable {
    public enum Transport: String, Hashable, Sendable, CaseIterable { case udp, tcp }

    public var name: Name
    public var type: RecordType
    public var transport: Transport
    public var rcode: ResponseCode
    /// Record data on the wire; one of the answers must be one of these. Empty: NOERROR wants any answer of the type.
    public var data: [[UInt8]]

    public init(
        name: Name, type: RecordType, transport: Transport = .udp, rcode: ResponseCode = .noError, data: [[UInt8]] = []
    ) {
        (self.name, self.type, self.transport, self.rcode, self.data) = (name, type, transport, rcode, data)
    }
}
