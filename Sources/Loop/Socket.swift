internal import CLinux
internal import Glibc
public import Net

/// A socket that closes itself when its last owner lets go. Never blocks; CLOEXEC, so that no child keeps it open.
public final class Socket: Sendable {
    public let descriptor: Int32

    /// Takes over an open descriptor: one that was handed to this process, or the end of a pair.
    public init(owning descriptor: Int32) {
        self.descriptor = descriptor
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    deinit { close(descriptor) }

    /// The same socket under a high number, where there is one. Linux takes down what a dead process leaves from the
    /// highest descriptor to the lowest (task work runs last in, first out), and each packet socket costs it 10 to 400 ms:
    /// what others must hear of at once has to come before.
    public func raised() -> Socket {
        let high = fcntl(descriptor, F_DUPFD_CLOEXEC, 512)
        return high < 0 ? self : Socket(owning: high)
    }

    init(domain: Int32, type: __socket_type, subject: String) throws(SystemError) {
        let flags = Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        descriptor = socket(domain, flags, 0)
        guard descriptor >= 0 else { throw SystemError("socket", subject) }
    }

    /// Where a socket may be bound.
    public struct Binding: OptionSet, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Several sockets share the port, and the kernel spreads the flows.
        public static let reusePort = Self(rawValue: 1)
        /// The address need not exist yet.
        public static let freebind = Self(rawValue: 2)
    }

    /// A datagram socket, bound to `local` or, when nil, to whatever the kernel chooses.
    public static func udp(_ family: Family, bind local: Endpoint? = nil, _ binding: Binding = [])
        throws(SystemError) -> Socket
    {
        let socket = try Socket(domain: family.domain, type: SOCK_DGRAM, subject: "udp")
        if let local { try socket.bind(local, binding) }
        return socket
    }

    /// A listening stream socket.
    public static func listen(at local: Endpoint, _ binding: Binding = [], backlog: Int32 = 128)
        throws(SystemError) -> Socket
    {
        let socket = try Socket(domain: local.address.family.domain, type: SOCK_STREAM, subject: "\(local)")
        try socket.set(SOL_SOCKET, SO_REUSEADDR, 1)
        try socket.bind(local, binding)
        guard Glibc.listen(socket.descriptor, backlog) == 0 else { throw SystemError("listen", "\(local)") }
        return socket
    }

    /// A stream socket whose connection is under way; a `Stream` says when it is there. `prepare` sets what its first packet
    /// must have already.
    public static func connect(
        to remote: Endpoint, from local: Address? = nil, prepare: (Socket) throws(SystemError) -> Void = { _ in }
    ) throws(SystemError) -> Socket {
        let socket = try Socket(domain: remote.address.family.domain, type: SOCK_STREAM, subject: "\(remote)")
        try prepare(socket)
        if let local { try socket.bind(Endpoint(local, port: 0, zone: local.isLinkLocal ? remote.zone : 0), []) }
        try socket.connect(remote)
        return socket
    }

    /// A listening Unix socket. An old one at `path` must be removed before; `umask` decides who may connect. A path
    /// that begins with `@` is an abstract name.
    public static func listen(unix path: String, backlog: Int32 = 128) throws(SystemError) -> Socket {
        let socket = try Socket(domain: AF_UNIX, type: SOCK_STREAM, subject: path)
        var address = try sockaddr(unix: path)
        guard landfall_bind(socket.descriptor, &address) == 0 else { throw SystemError("bind", path) }
        guard Glibc.listen(socket.descriptor, backlog) == 0 else { throw SystemError("listen", path) }
        return socket
    }

    /// Fails with EAGAIN while the listener's queue is full.
    public static func connect(unix path: String) throws(SystemError) -> Socket {
        let socket = try Socket(domain: AF_UNIX, type: SOCK_STREAM, subject: path)
        var address = try sockaddr(unix: path)
        guard landfall_connect(socket.descriptor, &address) == 0 else { throw SystemError("connect", path) }
        return socket
    }

    /// Two connected Unix sockets that keep message boundaries.
    public static func pair() throws(SystemError) -> (Socket, Socket) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw SystemError("socketpair") }
        return (Socket(owning: ends[0]), Socket(owning: ends[1]))
    }

    private func bind(_ local: Endpoint, _ binding: Binding) throws(SystemError) {
        if local.address.family == .ipv6 { try set(Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
        if binding.contains(.reusePort) { try set(SOL_SOCKET, SO_REUSEPORT, 1) }
        if binding.contains(.freebind) { try set(Int32(IPPROTO_IP), IP_FREEBIND, 1) }
        var address = sockaddr(local)
        guard landfall_bind(descriptor, &address) == 0 else { throw SystemError("bind", "\(local)") }
    }

    /// Fixes the other end; of a stream socket, begins to connect.
    public func connect(_ remote: Endpoint) throws(SystemError) {
        var address = sockaddr(remote)
        guard landfall_connect(descriptor, &address) == 0 || errno == EINPROGRESS else {
            throw SystemError("connect", "\(remote)")
        }
    }

    /// Sets an integer option.
    public func set(_ level: Int32, _ option: Int32, _ value: Int32) throws(SystemError) {
        guard landfall_option(descriptor, level, option, value) == 0 else { throw SystemError("setsockopt") }
    }

    /// Routers on the way are to drop the packet after `hops` of them.
    public func setTTL(_ hops: Int32, _ family: Family) throws(SystemError) {
        switch family {
        case .ipv4: try set(Int32(IPPROTO_IP), IP_TTL, hops)
        case .ipv6: try set(Int32(IPPROTO_IPV6), IPV6_UNICAST_HOPS, hops)
        }
    }

    /// DSCP, in the upper six bits (RFC 2474).
    public func setTrafficClass(_ value: Int32, _ family: Family) throws(SystemError) {
        switch family {
        case .ipv4: try set(Int32(IPPROTO_IP), IP_TOS, value)
        case .ipv6: try set(Int32(IPPROTO_IPV6), IPV6_TCLASS, value)
        }
    }

    public func setNoDelay() throws(SystemError) { try set(Int32(IPPROTO_TCP), TCP_NODELAY, 1) }

    public var local: Endpoint? {
        var address = landfall_sockaddr()
        return landfall_getsockname(descriptor, &address) == 0 ? endpoint(address) : nil
    }

    public var remote: Endpoint? {
        var address = landfall_sockaddr()
        return landfall_getpeername(descriptor, &address) == 0 ? endpoint(address) : nil
    }

    /// The user at the other end of a Unix socket, as it was when the connection was made.
    public var peerUser: UInt32? { UInt32(exactly: landfall_peer_uid(descriptor)) }

    /// The process at the other end of a Unix socket: of one that listens, the one that began to. nil where this PID namespace
    /// doesn't have it.
    public var peerProcess: Int32? {
        let pid = landfall_peer_pid(descriptor)
        return pid > 0 ? pid : nil
    }

    /// The groups of that user's process, as they were then.
    public var peerGroups: [UInt32] {
        // The kernel's own bound is 65,536; who is in more than a thousand is in none of ours.
        [UInt32](unsafeUninitializedCapacity: 1024) { groups, count in
            count = max(0, Int(landfall_peer_groups(descriptor, groups.baseAddress, 1024)))
        }
    }

    /// Whether it carries datagrams.
    public var isDatagram: Bool {
        var type: Int32 = 0
        var length = socklen_t(MemoryLayout.size(ofValue: type))
        return getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &length) == 0 && type == SOCK_DGRAM.rawValue
    }

    /// Why a connection that was under way failed; nil when it did not.
    public var pendingError: SystemError? {
        let code = landfall_pending_error(descriptor)
        return code == 0 ? nil : SystemError("connect", code: code)
    }

    /// Whoever is next in the queue of a listening socket; nil when nobody is.
    public func accept() throws(SystemError) -> (socket: Socket, from: Endpoint?)? {
        var address = landfall_sockaddr()
        let accepted = landfall_accept(descriptor, &address)
        guard accepted >= 0 else {
            if [EAGAIN, EINTR, ECONNABORTED].contains(errno) { return nil }
            throw SystemError("accept")
        }
        return (Socket(accepted), endpoint(address))
    }

    /// One that has the flags of all our sockets already.
    private init(_ accepted: Int32) { descriptor = accepted }

    /// Sends one datagram, or the beginning of what a stream has to say. Returns how many bytes went, 0 when the
    /// socket is full.
    public func send(_ bytes: some RandomAccessCollection<UInt8>) throws(SystemError) -> Int {
        let sent =
            bytes.withContiguousStorageIfAvailable { Glibc.send(descriptor, $0.baseAddress, $0.count, nosignal) }
            ?? Array(bytes).withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, nosignal) }
        guard sent >= 0 else {
            if errno == EAGAIN || errno == EINTR { return 0 }
            throw SystemError("send")
        }
        return sent
    }

    /// Tells the other end of a stream that no more comes. What it sends can still be received.
    public func endSending() throws(SystemError) {
        guard shutdown(descriptor, Int32(SHUT_WR)) == 0 else { throw SystemError("shutdown") }
    }

    /// What has arrived, `limit` bytes at most: one datagram, or a piece of a stream. Empty at the end of a stream; nil
    /// when nothing is there.
    public func receive(_ limit: Int) throws(SystemError) -> [UInt8]? {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
            count = recv(descriptor, buffer.baseAddress, limit, 0)
            initialized = max(0, count)
        }
        guard count >= 0 else {
            if errno == EAGAIN || errno == EINTR { return nil }
            throw SystemError("recv")
        }
        return bytes
    }

    /// The same into memory that is used again, from its beginning: how many bytes there are, 0 at the end of a stream; nil
    /// when nothing is there.
    public func receive(into buffer: inout [UInt8]) throws(SystemError) -> Int? {
        let count = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else {
            if errno == EAGAIN || errno == EINTR { return nil }
            throw SystemError("recv")
        }
        return count
    }

    /// No segment that is sent or asked for has more than `bytes` of data. On a listening socket it holds for the
    /// connections that come of it.
    public func setSegmentSize(_ bytes: Int32) throws(SystemError) { try set(Int32(IPPROTO_TCP), TCP_MAXSEG, bytes) }
}

private let nosignal = Int32(MSG_NOSIGNAL)

extension Family {
    var domain: Int32 { self == .ipv4 ? AF_INET : AF_INET6 }
}
