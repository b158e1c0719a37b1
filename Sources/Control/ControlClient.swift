internal import Glibc
public import HTTP
internal import Loop
public import Net

/// Asks an agent one thing, and waits for the answer. For commands; blocks its thread.
public enum ControlClient {
    public enum Failure: Error {
        /// Nobody listens, or we may not connect.
        case unreachable(SystemError)
        case silent(after: Duration)
        case garbled(HTTPError)
        /// An agent of another version: HTTP, but not the answer that we know.
        case foreign
    }

    public static func send(_ request: Request, to path: String, within limit: Duration = .seconds(5))
        throws(Failure) -> Response
    {
        do {
            let deadline = Loop.now + limit
            let socket = try connect(path, deadline)
            var unsent = request.encoded[...]
            while !unsent.isEmpty {
                unsent = unsent.dropFirst(try socket.send(unsent))
                if !unsent.isEmpty { try wait(socket, Int16(POLLOUT), deadline, limit) }
            }
            return try receive(socket, deadline, limit)
        } catch let error as SystemError {
            throw .unreachable(error)
        } catch let error as Failure {
            throw error
        } catch {
            throw .silent(after: limit)
        }
    }

    /// The process that listens there, whether it answers or not; nil when nobody does.
    public static func listener(at path: String) -> Int32? { (try? Socket.connect(unix: path))?.peerProcess }

    /// A full queue empties as soon as the agent's loop turns.
    private static func connect(_ path: String, _ deadline: Instant) throws(SystemError) -> Socket {
        while true {
            do { return try Socket.connect(unix: path) } catch {
                guard error.code == EAGAIN, Loop.now < deadline else { throw error }
                usleep(10_000)
            }
        }
    }

    private static func receive(_ socket: Socket, _ deadline: Instant, _ limit: Duration) throws -> Response {
        var decoder = Decoder(maxBody: 64 << 20)
        while true {
            do { if let response = try decoder.response() { return response } } catch { throw Failure.garbled(error) }
            try wait(socket, Int16(POLLIN), deadline, limit)
            guard let bytes = try socket.receive(65536) else { continue }
            if bytes.isEmpty { throw Failure.unreachable(SystemError("recv", code: ECONNRESET)) }
            decoder.receive(bytes)
        }
    }

    private static func wait(_ socket: Socket, _ events: Int16, _ deadline: Instant, _ limit: Duration) throws {
        var entry = pollfd(fd: socket.descriptor, events: events, revents: 0)
        let left = (deadline - Loop.now).milliseconds
        guard left > 0, poll(&entry, 1, Int32(left.rounded(.up))) > 0 else { throw Failure.silent(after: limit) }
    }
}

extension ControlClient.Failure {
    /// Somebody may be there, and we may not ask.
    package var isForbidden: Bool {
        if case .unreachable(let error) = self { [EACCES, EPERM].contains(error.code) } else { false }
    }
}

extension ControlClient.Failure: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unreachable(let error): "\(error)"
        case .silent(let limit): "no answer within \(limit.shortText)"
        case .garbled(let error): "the answer is no HTTP (\(error))"
        case .foreign: "the answer is none that this version knows: the agent is of another one"
        }
    }
}
