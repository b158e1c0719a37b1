internal import CLinux
internal import Glibc
public import Net

/// A conversation over a Unix socket, blocking: for asking a program on this machine something.
public final class LocalStream {
    private let descriptor: Int32

    /// No call takes longer than `timeout`.
    public init(path: String, timeout: Duration) throws(SystemError) {
        descriptor = landfall_local_stream(path, Int(timeout.nanoseconds / 1_000_000))
        guard descriptor >= 0 else { throw SystemError("connect", path) }
    }

    deinit { close(descriptor) }

    public func send(_ text: String) throws(SystemError) {
        let bytes = Array(text.utf8)
        guard Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else {
            throw SystemError("send")
        }
    }

    /// What has come, at least one byte; empty at the end.
    public func receive() throws(SystemError) -> [UInt8] {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count >= 0 else { throw SystemError("receive") }
        return Array(chunk[..<count])
    }
}
