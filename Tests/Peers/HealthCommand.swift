/// How a peer's checker looks whether the service answers: a command, run on a schedule. What is nil is left at the
/// peer's default.
public struct HealthCommand: Sendable {
    public var command: String
    /// Seconds.
    public var interval, timeout: Double?
    public var rise, fall: Int?

    public init(
        _ command: String, interval: Double? = nil, timeout: Double? = nil, rise: Int? = nil, fall: Int? = nil
    ) {
        self.command = command
        (self.interval, self.timeout, self.rise, self.fall) = (interval, timeout, rise, fall)
    }
}

/// The BGP session of a host that announces one service address, as its peers' configurations need it.
public struct HostSession: Sendable {
    public var host, router: String
    public var asn, routerASN: UInt32
    /// With its length: 203.0.113.53/32.
    public var address: String
    public var holdTime: Int

    public init(
        host: String, asn: UInt32, router: String, routerASN: UInt32, address: String, holdTime: Int = 3
    ) {
        (self.host, self.asn, self.router, self.routerASN) = (host, asn, router, routerASN)
        (self.address, self.holdTime) = (address, holdTime)
    }
}
