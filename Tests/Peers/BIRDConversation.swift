import Glibc

/// A connection to a BIRD's control socket that stays open, for whoever asks often: birdc would be a process each time.
public final class BIRDConversation: Sendable {
    private let socket: Int32

    init(at path: String) throws(PeerError) {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        var limit = timeval(tv_sec: 2, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, __CONST_SOCKADDR_ARG(__sockaddr__: $0), socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            let reason = String(cString: strerror(errno))
            close(socket)
            throw PeerError("no conversation with BIRD at \(path): \(reason)")
        }
        _ = try reply()
    }

    deinit { close(socket) }

    public func hasRoute(to prefix: String) throws(PeerError) -> Bool {
        let words = Array("show route for \(prefix)\n".utf8)
        guard send(socket, words, words.count, Int32(MSG_NOSIGNAL)) == words.count else {
            throw PeerError("BIRD has hung up")
        }
        return try reply().contains(prefix)
    }

    /// Lines with a number and a hyphen, or a blank for another of the same number; the last one has a space instead.
    private func reply() throws(PeerError) -> String {
        var text = ""
        var piece = [UInt8](repeating: 0, count: 4096)
        while !(text.hasSuffix("\n") && Self.isEnd(text.split(separator: "\n").last ?? "")) {
            let count = recv(socket, &piece, piece.count, 0)
            guard count > 0 else { throw PeerError("BIRD says no more") }
            text += String(decoding: piece[..<count], as: UTF8.self)
        }
        return text
    }

    private static func isEnd(_ line: Substring) -> Bool {
        line.count > 4 && line.prefix(4).allSatisfy(\.isNumber) && line.dropFirst(4).first == " "
    }
}

extension BIRD {
    public func conversation() throws(PeerError) -> BIRDConversation { try BIRDConversation(at: socket) }
}
