/// What has happened on all sessions with one neighbor since the start. Only ever grows.
public struct Counters: Hashable, Sendable {
    public struct Messages: Hashable, Sendable {
        public var opens: UInt64 = 0
        public var updates: UInt64 = 0
        public var notifications: UInt64 = 0
        public var keepalives: UInt64 = 0
        public var refreshes: UInt64 = 0

        public var total: UInt64 { opens + updates + notifications + keepalives + refreshes }

        mutating func count(_ type: MessageType) {
            switch type {
            case .open: opens += 1
            case .update: updates += 1
            case .notification: notifications += 1
            case .keepalive: keepalives += 1
            case .routeRefresh: refreshes += 1
            default: break
            }
        }
    }

    public var received = Messages()
    public var sent = Messages()
    /// Messages of the neighbor that broke a rule of their format.
    public var malformed: UInt64 = 0
    /// UPDATEs whose routes are well formed and can't be used (``RouteFlaw``).
    public var flawed: UInt64 = 0
    /// Prefixes in the neighbor's UPDATEs, those that came again counted again.
    public var announced: UInt64 = 0
    public var withdrawn: UInt64 = 0
    /// Times that both connected at once (RFC 4271 §6.8).
    public var collisions: UInt64 = 0
    /// The neighbor's connections that were refused, since its session was up or is held down.
    public var refusedConnections: UInt64 = 0
    /// Times that the session came up.
    public var ups: UInt64 = 0

    public init() {}
}
