import Glibc
import Peers
import Testing

/// Whoever may connect to the control socket may do so a thousand times, and say nothing.
@Suite(
    "A hostile user of the control socket",
    .enabled(if: Landfall.lack("python3") == nil, "\(Landfall.lack("python3") ?? "")"))
struct ControlFloodTests {
    @Test(
        "a thousand requests at once, half ones, garbage and readers that never read: all others are answered, checks stay on time"
    )
    func floods() async throws {
        var options = Rig.Options()
        options.checks = "{dns: {name: www.example.org, type: A}, every: 2s, timeout: 2s, rise: 1, fall: 2}"
        let rig = try await Rig(options)
        let agent = try rig.startAgent()
        try await rig.seen("\"event\":\"announced\"")
        let before = try memory(of: agent.id)
        for flood in Self.floods {
            let attacker = try rig.host.start(
                "env", Self.asAgent + ["/usr/bin/python3", "-c", Self.common + flood.script, rig.control])
            try await eventually("\(flood.name) has begun") { attacker.output.contains("begun") }
            for _ in 0..<3 {
                try await eventually("an answer during \(flood.name)") {
                    try await rig.landfall("status", "--json").status == 0
                }
            }
            #expect(try await attacker.wait().status == 0, "\(flood.name): \(attacker.output)")
        }
        let status = try await rig.status()
        for count in ["failed", "impossible"] {
            #expect(try #require(status.number(after: "\"\(count)\":", in: "\"checks\":[")) == 0, "\(status)")
        }
        for late in ["check-uncertain", "withdrawn", "trouble"] { #expect(!rig.has(late), "\(late)") }
        #expect(
            try memory(of: agent.id) - before < 49_152,
            "16 MB is what all connections may hold, some more what a heap keeps")
        await agent.stop()
    }

    @Test(
        "who is let in to look can't give orders, unless it is root, the agent's user or in the socket's group",
        .enabled(if: Landfall.othersLack == nil, "\(Landfall.othersLack ?? "")"))
    func looking() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        chmod(rig.control, 0o666)
        func drain(_ user: String, _ group: String, _ more: String...) async throws -> (status: Int32, output: String) {
            let who =
                ["--reuid", user, "--regid", group] + (more.isEmpty ? ["--clear-groups"] : ["--groups", more[0]])
            let verb = [Landfall.path, "undrain", "--host", "--socket", rig.control]
            return try await rig.host.run("setpriv", who + verb)
        }
        let stranger = try await drain("12345", "12345")
        #expect(
            stranger.status == 3 && stranger.output.contains("uid 12345 may ask, and not order"), "\(stranger.output)")
        try await rig.seen("\"event\":\"refused\"")
        let looked = try await rig.host.run(
            "setpriv",
            [
                "--reuid", "12345", "--regid", "12345", "--clear-groups", Landfall.path, "status", "--socket",
                rig.control,
            ])
        #expect(looked.status == 0)
        // Nothing is drained: as far as that gets only who may order.
        for known in [try await drain("0", "0"), try await drain("65534", "12345"), try await drain("12345", "65534")] {
            #expect(known.status == 1 && !known.output.contains("may ask"), "\(known.output)")
        }
        #expect(try await drain("12345", "12345", "65534").status == 1, "a group beside the first one")
        chown(rig.control, 65534, 54321)
        #expect(try await drain("12345", "65534").status == 3, "the group is that of the file now")
        #expect(try await drain("12345", "54321").status == 1)
        await agent.stop()
    }

    /// The agent's own user, and not the one that asks: nobody is nearer to the socket.
    private static let asAgent =
        Landfall.othersLack == nil ? ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"] : []

    private struct Flood { var name: String; var script: String }

    private static let common = """
        import random, resource, socket, sys, time
        random.seed(4)
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        def connect():
            s = socket.socket(socket.AF_UNIX); s.settimeout(20)
            for _ in range(4000):
                try: s.connect(sys.argv[1]); return s
                except BlockingIOError: time.sleep(0.005)  # more wait to be accepted than a backlog holds
            raise OSError('nobody accepts')
        GET = b'GET /status HTTP/1.1\\r\\n\\r\\n'
        def begun(): print('begun', flush=True)

        """

    /// Each is bounded in count and in time.
    private static let floods = [
        Flood(
            name: "1,000 requests at once",
            script: """
                held = [connect() for _ in range(1000)]
                for s in held: s.sendall(GET)
                begun()
                for s in held: assert s.recv(12) == b'HTTP/1.1 200', 'not answered'
                """),
        Flood(
            name: "3,000 connections that say nothing, or half of something",
            script: """
                held = []
                for i in range(3000):
                    s = connect(); held.append(s)
                    try:
                        if i % 3: s.send(GET[:i % 20])
                    except OSError: pass
                begun()
                time.sleep(1)
                """),
        Flood(
            name: "garbage",
            script: """
                begun()
                for i in range(500):
                    s = connect()
                    try: s.send(random.randbytes(30000)); s.recv(10)
                    except OSError: pass
                """),
        Flood(
            name: "readers that never read",
            script: """
                held = []
                for i in range(300):
                    s = connect(); held.append(s); s.setblocking(False)
                    try: s.send(GET * 500)
                    except OSError: pass
                begun()
                time.sleep(1)
                """),
    ]
}
