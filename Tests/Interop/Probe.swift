public import BGP
import Glibc
import Loop
import Net
import Peers

/// A connection to the router over which we say any bytes, from an address of its own: what our speaker wouldn't say.
public final class Probe: Sendable {
    private let make: Make
    private let wire: Wire
    private let socket: Socket

    /// How the router took what it heard.
    public enum Reaction: Sendable, Equatable, CustomStringConvertible {
        case said(Message)
        case notified(Notification)
        /// Without a word.
        case closed

        public var description: String {
            switch self {
            case .said(let message): "\(message.type)"
            case .notified(let notification): "\(notification)"
            case .closed: "closes the connection"
            }
        }
    }

    public init(_ make: Make, _ link: Link, on wire: Wire) async throws {
        (self.make, self.wire) = (make, wire)
        let socket = try Socket.connect(to: Endpoint(link.theirs, port: 179), from: link.ours)
        self.socket = socket
        try await eventually("\(make) takes a connection from \(link.ours)") {
            if let error = socket.pendingError { throw PeerError("\(error)") }
            return socket.remote != nil
        }
    }

    private var direction: Wire.Direction? {
        socket.local.flatMap { local in socket.remote.map { Wire.Direction(from: $0, to: local) } }
    }

    /// Everything that came over this connection.
    public var heard: [Wire.Saying] {
        wire.sayings.filter { $0.direction == direction }
    }

    public func send(_ bytes: [UInt8]) async {
        var rest = bytes[...]
        for _ in 0..<200 where !rest.isEmpty {
            guard let sent = try? socket.send(rest) else { return }
            rest = rest.dropFirst(sent)
            if sent == 0 { try? await Task.sleep(for: .milliseconds(5)) }
        }
    }

    /// The first of these: such a message, a NOTIFICATION, the end of the connection.
    public func reaction(_ wanted: (Message) -> Bool) async throws -> Reaction {
        var reaction: Reaction?
        try await eventually("\(make) reacts") {
            reaction = look(wanted)
            return reaction != nil
        }
        return reaction ?? .closed
    }

    /// The same, as far as it has happened.
    func look(_ wanted: (Message) -> Bool) -> Reaction? {
        let bytes = try? socket.receive(65536)
        for case .success(let message) in heard.map(\.message) {
            if case .notification(let notification) = message { return .notified(notification) }
            if wanted(message) { return .said(message) }
        }
        return bytes?.isEmpty == true || socket.pendingError != nil ? .closed : nil
    }

    public func close() { shutdown(socket.descriptor, Int32(SHUT_RDWR)) }
}
