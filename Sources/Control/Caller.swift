internal import Loop

/// Who asks over a Unix socket, as the kernel says (SO_PEERCRED, SO_PEERGROUPS): as it was when the connection was made.
public struct Caller: Hashable, Sendable {
    /// nil: the kernel doesn't say.
    public var user: UInt32?
    public var groups: [UInt32]

    public init(user: UInt32?, groups: [UInt32] = []) { (self.user, self.groups) = (user, groups) }

    init(_ socket: Socket) { self.init(user: socket.peerUser, groups: socket.peerGroups) }
}
