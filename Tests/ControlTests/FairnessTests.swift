@testable import Control
import Glibc
import HTTP
import Loop
import Net
import Peers
import Testing

/// Who is heard, and who has to go.
@Suite("Many at the control socket")
struct FairnessTests {
    @Test("users take turns, however many requests one of them has")
    func turns() {
        var turns = Turns()
        for id in 1...1000 { turns.add(id, of: 1000) }
        turns.add(2000, of: 0)
        turns.add(2001, of: 0)
        turns.remove(2, of: 1000)
        #expect((0..<6).map { _ in turns.next() } == [1, 2000, 3, 2001, 4, 5])
        for id in 6...1000 { #expect(turns.next() == id) }
        #expect(turns.next() == nil && turns.isEmpty)
    }

    @Test("of too many, those go that have said nothing, of the user who has the most, the oldest first")
    func crowd() {
        var members = (1...80).map { Crowd.Member(id: $0, user: 1000, stage: $0 <= 4 ? .asking : .idle) }
        members += (81...90).map { Crowd.Member(id: $0, user: 0, stage: .idle) }
        #expect(Crowd.leaving(members) == Array(5...15))
        for index in members.indices where members[index].user == 1000 { members[index].stage = .served }
        #expect(Crowd.leaving(members).isEmpty, "what is being done is done")
        #expect(Crowd.leaving([]).isEmpty)
    }

    @Test("of two users with as many connections, root is the one that stays")
    func root() {
        let members = (1...8).map { Crowd.Member(id: $0, user: $0.isMultiple(of: 2) ? 0 : 1000, stage: .idle) }
        #expect(Crowd.leaving(members) == [1])
    }

    @Test("between two requests the loop does what else is due")
    func oneInATurn() async throws {
        let host = try await Counting()
        let sockets = try (0..<200).map { _ in try Socket.connect(unix: host.path) }
        for (index, socket) in sockets.enumerated() { _ = try socket.send(Request("GET", "/\(index)").encoded) }
        try await eventually("every request is served") { await host.turnsOfRequests.count >= 200 }
        let turns = await host.turnsOfRequests
        #expect(Set(turns).count == 200, "no two requests in one turn")
        await host.stop()
    }

    @Test("those who ask the same at once are told the same; who asks later is told anew")
    func shared() async throws {
        let host = try await Counting()
        // The loop stands still until all have asked.
        var gate: [Int32] = [-1, -1]
        #expect(pipe2(&gate, O_CLOEXEC) == 0)
        let (exit, entrance) = (gate[0], gate[1])
        host.loop.submit {
            var byte: UInt8 = 0
            read(exit, &byte, 1)
            close(exit)
        }
        let sockets = try (0..<100).map { _ in try Socket.connect(unix: host.path) }
        for socket in sockets { _ = try socket.send(Request("GET", "/status").encoded) }
        close(entrance)
        for socket in sockets {
            var answer: [UInt8]?
            try await eventually("an answer") {
                answer = try socket.receive(100)
                return answer != nil
            }
            #expect(answer?.starts(with: Array("HTTP/1.1 200".utf8)) == true)
        }
        // One for each look at the sockets, which finds dozens of them.
        let looks = await host.turnsOfRequests.count
        #expect((1...20).contains(looks), "\(looks)")
        _ = try ControlClient.send(Request("GET", "/status"), to: host.path)
        #expect(await host.turnsOfRequests.count == looks + 1)
        await host.stop()
    }

    @Test("orders are carried out one by one, however alike they are")
    func orders() async throws {
        let host = try await Counting()
        let sockets = try (0..<20).map { _ in try Socket.connect(unix: host.path) }
        for socket in sockets { _ = try socket.send(Request("POST", "/drain").encoded) }
        try await eventually("each is carried out") { await host.turnsOfRequests.count >= 20 }
        #expect(await host.turnsOfRequests.count == 20)
        await host.stop()
    }

    @Test("a reader that never reads holds one answer, and no more than all may hold together")
    func neverReads() async throws {
        let host = try await Counting(answer: 400_000)
        let sockets = try (0..<20).map { _ in try Socket.connect(unix: host.path) }
        for (index, socket) in sockets.enumerated() {
            let request = Request("GET", "/\(index)").encoded
            _ = try socket.send(Array(repeatElement(request, count: 50).joined()))
        }
        try await eventually("each is served once, and then has an answer to read") {
            await host.turnsOfRequests.count >= 20
        }
        #expect(try ControlClient.send(Request("GET", "/next"), to: host.path).status == 200)
        #expect(await host.turnsOfRequests.count == 21)
        #expect(await host.refused ?? 0 >= 20 - 1_000_000 / 200_000, "1 MB is what all may hold")
        await host.stop()
    }
}

/// A control server that notes in which turn of its loop each request came.
private actor Counting {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    nonisolated let path: String
    private var server: ControlServer?
    private var turn = 0
    private(set) var turnsOfRequests: [Int] = []
    var refused: UInt64? { server?.counters.refused }

    init(answer: Int = 0) async throws {
        loop = try Loop(name: "control")
        path = "@landfall-control-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try start(Array(repeating: 0x20, count: answer))
    }

    private func start(_ answer: [UInt8]) throws {
        var limits = ControlServer.Limits()
        limits.memory = 1_000_000
        server = try ControlServer(loop: loop, socket: .listen(unix: path, backlog: 1024), limits: limits) {
            _, _, reply in
            self.turnsOfRequests.append(self.turn)
            reply(Response(200, body: answer))
        }
        count()
    }

    private func count() {
        turn += 1
        if server != nil { loop.after(.zero) { self.count() } }
    }

    func stop() {
        server?.close()
        server = nil
    }
}
