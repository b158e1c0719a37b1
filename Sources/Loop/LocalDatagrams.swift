internal import CLinux
internal import Glibc
public import Net

extension Socket {
    /// A Unix socket for datagrams, connected to nobody; one that is to receive some is bound to a path.
    public static func localDatagrams(at path: String? = nil) throws(SystemError) -> Socket {
        let socket = try Socket(domain: AF_UNIX, type: SOCK_DGRAM, subject: "unix datagrams")
        guard let path else { return socket }
        var address = try sockaddr(unix: path)
        guard landfall_bind(socket.descriptor, &address) == 0 else { throw SystemError("bind", path) }
        return socket
    }

    /// Sends one datagram to whoever is bound to `path` now: a receiver that was replaced is found again. A path that
    /// begins with `@` is an abstract name. Never waits: a receiver whose queue is full is EAGAIN.
    public func send(_ bytes: [UInt8], toUnix path: String) throws(SystemError) {
        var address = try sockaddr(unix: path)
        guard landfall_send_to(descriptor, bytes, bytes.count, &address) >= 0 else { throw SystemError("send", path) }
    }
}
