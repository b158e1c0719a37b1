public import Net

/// A connection, and perhaps a few words over it.
public struct TCPCheck: Hashable, Sendable {
    public var port: UInt16
    /// Sent as soon as the connection is there.
    public var send: [UInt8]
    /// Must come within the first `mostRead` bytes; empty: a connection is enough.
    public var expect: [UInt8]

    public static let mostRead = 4096

    public init(port: UInt16, send: [UInt8] = [], expect: [UInt8] = []) {
        (self.port, self.send, self.expect) = (port, send, expect)
    }
}

/// An ICMP echo (RFC 792, RFC 4443 §4).
public struct EchoCheck: Hashable, Sendable {
    /// nil: the service's own address, which says little more than that the host has it; another is that of a router on
    /// the way, say.
    public var address: Address?

    public init(address: Address? = nil) { self.address = address }
}

/// A program that looks for itself, with the exit codes of monitoring plugins: 0 healthy, 1 degraded, 2 failing, and
/// anything else unknown.
public struct ExecCheck: Hashable, Sendable {
    /// The program, a path or a name to be found in PATH, and its arguments; `{address}` in them is replaced.
    public var command: [String]
    /// The first number that it prints for machines is the queries a second at the address (ANNOUNCING 7).
    public var tellsLoad: Bool

    /// So much of its output is kept.
    public static let mostKept = 4096
    /// A program that prints more than this is ended: it would keep the agent busy.
    public static let mostRead = 16 << 20

    public init(command: [String], tellsLoad: Bool = false) {
        (self.command, self.tellsLoad) = (command, tellsLoad)
    }
}
