/// An address and a port: where a socket is bound or connected.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    public var address: Address
    public var port: UInt16
    /// The interface on which a link-local address is meant, by its index; 0: any, or none needed (RFC 4007 §6).
    public var zone: UInt32 = 0

    public init(_ address: Address, port: UInt16, zone: UInt32 = 0) {
        (self.address, self.port, self.zone) = (address, port, zone)
    }

    /// `192.0.2.1:53`, `[2001:db8::1]:53`, `[fe80::1%2]:179`.
    public var description: String {
        guard address.family == .ipv6 else { return "\(address):\(port)" }
        return zone == 0 ? "[\(address)]:\(port)" : "[\(address)%\(zone)]:\(port)"
    }
}
