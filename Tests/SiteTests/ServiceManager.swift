import Glibc
import Loop
import Net
import Peers

/// What a service manager hears on its notification socket: a test's own in place of systemd's.
final class ServiceManager {
    let path: String
    private let socket: Socket
    private(set) var messages: [String] = []

    init(at path: String) throws {
        self.path = path
        socket = try Socket.localDatagrams(at: path)
        chmod(path, 0o666)
    }

    /// All that has come, oldest first.
    @discardableResult
    func hear() -> [String] {
        while let message = try? socket.receive(4096) { messages.append(String(decoding: message, as: UTF8.self)) }
        return messages
    }

    /// What comes from now on.
    func forget() {
        hear()
        messages = []
    }

    func hears(_ text: String) async throws(PeerError) {
        try await eventually("the service manager hears \(text)") {
            hear().contains { $0.contains(text) }
        }
    }
}
