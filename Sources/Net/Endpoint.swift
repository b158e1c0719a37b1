/// An address and a port: where a socket is bound or connected.
public struct Endpoint: Hashable, Sendable, CustomStringConvertible {
    public var address: Address
    public var port: UInt16

    public init(_ address: Address, port: UInt16) { (self.address, self.port) = (address, port) }

    /// `192.0.2.1:53`, `[2001:db8::1]:53`.
    public var description: String { address.family == .ipv4 ? "\(address):\(port)" : "[\(address)]:\(port)" }
}
