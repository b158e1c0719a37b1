import Health
import Loop
import Net
import Peers
import Probe

/// Makes checks on a loop of its own.
struct Probing {
    let loop: Loop
    let prober: Prober

    init(loop: Loop? = nil) throws {
        self.loop = try loop ?? Loop(name: "probe-test")
        prober = Prober(loop: self.loop)
    }

    static func check(
        _ kind: Check.Kind, timeout: Duration = .seconds(5), every: Duration = .seconds(3600), fast: Duration? = nil,
        disable: String? = nil
    ) -> Check {
        let policy = Monitor.Policy(rise: 1, fall: 1, lease: .seconds(3))
        return Check(
            name: "test", kind: kind, every: every, timeout: timeout, fast: fast, policy: policy, disable: disable)
    }

    /// The first result, and what a program printed.
    func result(_ check: Check, at address: Address = .loopback) async -> (result: ProbeResult, output: String?) {
        let (results, continuation) = AsyncStream<ProbeResult>.makeStream()
        let id = await prober.watch(check, at: address, port: 53) { continuation.yield($0) }
        var iterator = results.makeAsyncIterator()
        let result = await iterator.next() ?? .impossible(reason: "nothing")
        let output = await prober.output(of: id)
        await prober.stop(id)
        return (result, output)
    }

    /// What came back to the first probe.
    func received(_ kind: Check.Kind, at address: Address = .loopback, port: UInt16 = 53) async -> Received {
        let (results, continuation) = AsyncStream<ProbeResult>.makeStream()
        let id = await prober.watch(Self.check(kind), at: address, port: port) { continuation.yield($0) }
        var iterator = results.makeAsyncIterator()
        _ = await iterator.next()
        let received = await prober.received(of: id)
        await prober.stop(id)
        return received
    }

    func result(_ kind: Check.Kind, at address: Address = .loopback, timeout: Duration = .seconds(5)) async
        -> ProbeResult
    {
        await result(Self.check(kind, timeout: timeout), at: address).result
    }
}

extension Address {
    static let loopback = Address(v4: 0x7f00_0001)
}

extension ProbeResult {
    /// `answered`, `degraded: …`, `wrong: …`, `unknown: …`: without the time, which differs.
    var text: String {
        switch self {
        case .answered: "answered"
        case .degraded(let reason, _): "degraded: \(reason)"
        case .failed(let reason, let kind): "\(kind): \(reason)"
        case .impossible(let reason): "unknown: \(reason)"
        case .disabled(let reason): "disabled: \(reason)"
        }
    }
}

/// A server on loopback that a test scripts: what it says at once, and what to everything it hears.
final class ScriptedServer: @unchecked Sendable {
    // SAFETY: everything but `endpoint` is touched on the loop only.
    let endpoint: Endpoint
    private var listener: Listener?
    private var streams: [Stream] = []

    /// - Parameter closes: after it has answered once.
    init(_ loop: Loop, greeting: [UInt8] = [], reply: [UInt8] = [], closes: Bool = false) throws {
        let socket = try Socket.listen(at: Endpoint(.loopback, port: 0))
        endpoint = try required(socket.local)
        loop.submit {
            self.listener = try? Listener(loop: loop, socket: socket) { socket, _ in
                self.serve(loop, socket, greeting, reply, closes)
            }
        }
    }

    private func serve(_ loop: Loop, _ socket: Socket, _ greeting: [UInt8], _ reply: [UInt8], _ closes: Bool) {
        var stream: Stream?
        stream = try? Stream(loop: loop, socket: socket) { event in
            guard case .received = event else { return }
            stream?.send(reply)
            if closes { stream?.close() }
        }
        if let stream { streams.append(stream) }
        stream?.send(greeting)
    }

    /// One that hangs up without reading what it was told: the kernel resets the connection.
    init(resettingOn loop: Loop) throws {
        let socket = try Socket.listen(at: Endpoint(.loopback, port: 0))
        endpoint = try required(socket.local)
        loop.submit {
            self.listener = try? Listener(loop: loop, socket: socket) { socket, _ in
                let watch = try? loop.watch(socket.descriptor, for: .readable) { _ in self.unread = [] }
                if let watch { self.unread.append(Unread(loop: loop, socket: socket, watch: watch)) }
            }
        }
    }

    private var unread: [Unread] = []

    private final class Unread {
        let loop: Loop
        let socket: Socket
        let watch: Watch

        init(loop: Loop, socket: Socket, watch: Watch) { (self.loop, self.socket, self.watch) = (loop, socket, watch) }
        deinit { loop.cancel(watch) }
    }
}
