public import Net

/// Where agents show what they count, as Prometheus reads it. The file is one for all hosts, so it says a kind of place.
public struct Metrics: Hashable, Sendable {
    public enum Listening: Hashable, Sendable {
        /// 127.0.0.1 and ::1.
        case loopback
        /// The host's own addresses, as the file has them.
        case unicast
        /// Those of them that the host has.
        case addresses([Address])
    }

    public var port: UInt16
    public var listening: Listening

    public init(port: UInt16, listening: Listening = .loopback) { (self.port, self.listening) = (port, listening) }

    /// Where the agent of a host listens.
    public func endpoints(on host: Host) -> [Endpoint] {
        let addresses =
            switch listening {
            case .loopback: [Address(v4: 0x7f00_0001), Address(v6: 1)]
            case .unicast: host.unicast
            case .addresses(let addresses): addresses
            }
        return addresses.map { Endpoint($0, port: port) }
    }
}
