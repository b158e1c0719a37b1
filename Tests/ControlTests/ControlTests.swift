import Control
import Glibc
import HTTP
import Loop
import Net
import Peers
import Synchronization
import Testing

/// A control server on a socket of its own, in a folder of its own.
private actor Host {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    nonisolated let path: String
    private var server: ControlServer?
    /// What was asked for, in order.
    private(set) var targets: [String] = []
    private(set) var users: [UInt32?] = []

    init() async throws {
        loop = try Loop(name: "control")
        var template = Array("/tmp/landfall-control-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self) + "/control"
        try start()
    }

    private func start() throws {
        var limits = ControlServer.Limits()
        limits.connections = 4
        limits.requestTime = .milliseconds(200)
        server = try ControlServer(loop: loop, socket: .listen(unix: path), limits: limits) {
            request, caller, reply in
            self.targets.append(request.target)
            self.users.append(caller.user)
            let response = Response(200, body: Array(request.target.utf8))
            if request.target == "/later" {
                self.loop.after(.milliseconds(300)) { reply(response) }
            } else {
                reply(response)
            }
        }
    }

    var counters: ControlServer.Counters? { server?.counters }

    func stop() {
        server?.close()
        server = nil
        unlink(path)
        rmdir(String(path.dropLast("/control".count)))
    }
}

@Suite("The control socket")
struct ControlTests {
    @Test("answers what it is asked")
    func answers() async throws {
        let host = try await Host()
        let response = try ControlClient.send(Request("GET", "/status"), to: host.path)
        #expect(response.status == 200 && response.body == Array("/status".utf8))
        await host.stop()
    }

    @Test("garbage is counted and answered with an error, and the next client is served")
    func garbage() async throws {
        let host = try await Host()
        for count in 1...10 {
            let socket = try Socket.connect(unix: host.path)
            _ = try socket.send(Array("\u{1}\u{2}garbage\r\n\r\n".utf8))
            try await eventually("it is counted") { await host.counters?.malformed == UInt64(count) }
        }
        #expect(try ControlClient.send(Request("GET", "/next"), to: host.path).status == 200)
        #expect(await host.counters?.malformed == 10)
        await host.stop()
    }

    @Test("idle connections are closed when their time is over, so that a flood of them passes")
    func flood() async throws {
        let host = try await Host()
        let idle = try (0..<40).map { _ in try Socket.connect(unix: host.path) }
        _ = try idle[39].send(Array("GET /trunc".utf8))
        try await Task.sleep(for: .milliseconds(400))
        #expect(try ControlClient.send(Request("GET", "/next"), to: host.path).status == 200)
        #expect(await host.counters.map { $0.refused > 0 } == true)
        await host.stop()
    }

    @Test("who sends a thousand requests at once waits between them, and nobody else does", .timeLimit(.minutes(1)))
    func pipelining() async throws {
        let host = try await Host()
        let haveAsked = Atomic(false)
        host.loop.submit { while !haveAsked.load(ordering: .acquiring) { usleep(1000) } }
        let (greedy, modest) = (try Socket.connect(unix: host.path), try Socket.connect(unix: host.path))
        let request = Request("GET", "/greedy").encoded
        _ = try greedy.send(Array(repeatElement(request, count: 1000).joined()))
        _ = try modest.send(Request("GET", "/modest").encoded)
        haveAsked.store(true, ordering: .releasing)
        var targets: [String] = []
        while !targets.contains("/modest") || targets.count <= 10 { targets = await host.targets }
        #expect(try #require(targets.firstIndex(of: "/modest")) < 10)
        await host.stop()
    }

    @Test("an answer may come later than a request may take, and in its turn; the server knows who asked")
    func later() async throws {
        let host = try await Host()
        let socket = try Socket.connect(unix: host.path)
        _ = try socket.send(Request("GET", "/later").encoded + Request("GET", "/next").encoded)
        var text = ""
        try await eventually("both answers") {
            text += String(decoding: try socket.receive(65536) ?? [], as: UTF8.self)
            return text.contains("/next")
        }
        let (first, second) = (text.firstRange(of: "/later"), text.firstRange(of: "/next"))
        #expect(try #require(first).lowerBound < #require(second).lowerBound)
        #expect(await host.users == [geteuid(), geteuid()])
        await host.stop()
    }

    @Test("who goes away before the answer is there disturbs nobody")
    func impatient() async throws {
        let host = try await Host()
        do {
            let socket = try Socket.connect(unix: host.path)
            _ = try socket.send(Request("GET", "/later").encoded)
            try await Task.sleep(for: .milliseconds(50))
        }
        try await Task.sleep(for: .milliseconds(400))
        #expect(try ControlClient.send(Request("GET", "/next"), to: host.path).status == 200)
        await host.stop()
    }

    @Test("a session without a hold timer is an alarm: neither side would notice the other's silence")
    func holdTimeZero() {
        var status = Status()
        var neighbor = Status.Neighbor()
        (neighbor.name, neighbor.state, neighbor.holdTimeSeconds) = ("r4", "Established", 90)
        status.neighbors = [neighbor]
        #expect(status.alarms(announcing: [], keeping: []).isEmpty)
        status.neighbors[0].holdTimeSeconds = 0
        let alarms = status.alarms(announcing: [], keeping: [])
        #expect(alarms.count == 1 && alarms[0].text.hasPrefix("neighbor r4 wants a hold time of 0"))
    }

    @Test("a client learns that nobody listens")
    func nobody() {
        #expect(throws: ControlClient.Failure.self) {
            try ControlClient.send(Request("GET", "/status"), to: "/nonexistent/socket")
        }
    }
}
