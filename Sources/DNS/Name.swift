/// A domain name as its labels on the wire, without compression (RFC 1035 §3.1).
public struct Name: Hashable, Sendable {
    public let wire: [UInt8]
}
