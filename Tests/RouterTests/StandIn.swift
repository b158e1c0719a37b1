import Control
import Glibc
import HTTP
import Kernel
import Loop
import Net
import Peers
import Router

/// What answers on a control socket: a router with its RIB, or an agent with a status.
actor StandIn {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    nonisolated let folder: String
    nonisolated var socket: String { folder + "/control" }
    private let answer: @Sendable (Request) -> Response
    private var server: ControlServer?

    /// - Parameter answer: called on the loop.
    init(on loop: Loop? = nil, _ answer: @escaping @Sendable (Request) -> Response) async throws {
        self.loop = try loop ?? Loop(name: "stand-in")
        var template = Array("/tmp/landfall-see-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError("mkdtemp") }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        self.answer = answer
        try start()
    }

    private func start() throws {
        let answer = answer
        server = try ControlServer(loop: loop, socket: .listen(unix: socket)) { request, _, reply in
            reply(answer(request))
        }
    }

    func stop() {
        server?.close()
        server = nil
        for name in ["control", "output", "talk"] { unlink(folder + "/" + name) }
        rmdir(folder)
    }

    /// A router with these routes.
    static func router(_ world: sending Onlooking) async throws -> StandIn {
        // Only the loop's thread asks it.
        nonisolated(unsafe) let world = world
        return try await StandIn { request in
            world.answer(request.target, request.method)?.response ?? notFound(request.target)
        }
    }

    static func agent(_ status: Status) async throws -> StandIn {
        let document = json(status) ?? ""
        return try await StandIn { request in
            request.target == "/status" ? Response(200, body: Array(document.utf8)) : notFound(request.target)
        }
    }

    private static func notFound(_ target: String) -> Response {
        Response(404, body: Array((json(OrderRefusal("there is no \(target); there are GET /status")) ?? "").utf8))
    }

    /// `landfall VERB … --socket` here: how it ended, and what it printed.
    nonisolated func landfall(_ arguments: String...) throws -> (exit: Int32, output: String, talk: String) {
        try run(Landfall.path, arguments + ["--socket", socket])
    }

    /// A pipeline, in which `$L` is landfall and `$S` the socket.
    nonisolated func shell(_ line: String) throws -> (exit: Int32, output: String, talk: String) {
        try run("/bin/sh", ["-c", "L=\(Landfall.path) S=\(socket); \(line)"])
    }

    private nonisolated func run(
        _ program: String, _ arguments: [String]
    ) throws -> (exit: Int32, output: String, talk: String) {
        let files = ["output", "talk"].map { open(folder + "/" + $0, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600) }
        defer { for file in files { close(file) } }
        var spawn = Spawn(program, arguments)
        spawn.environment = Spawn.ownEnvironment
        (spawn.output, spawn.error) = (.descriptor(files[0]), .descriptor(files[1]))
        guard case .exited(let code) = try spawn.start().wait() else { throw PeerError("\(program) was killed") }
        return (code, readFile(folder + "/output") ?? "", readFile(folder + "/talk") ?? "")
    }
}
