import Glibc
import Peers
import Testing

/// Garbage, truncation and floods on the sockets of a running agent: checks stay on time, what came is counted, memory
/// stays where it was, and the next client is served.
@Suite(
    "A hostile neighborhood", .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")")
)
struct HostilityTests {
    @Test("garbage and floods on the DNS, BGP and control sockets disturb nobody")
    func garbage() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let service = try await rig.service()
        let before = (try memory(of: agent.id), try memory(of: service))
        for attack in Self.attacks {
            let inside = attack.isInside ? rig.host : rig.router
            let (status, output) = try await inside.run(
                "/usr/bin/python3", ["-c", attack.script, rig.control])
            #expect(status == 0, "\(attack.name): \(output)")
            let answer = try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router, ["+nsid"])
            #expect(answer.nsid == "fra", "after \(attack.name)")
        }
        let status = try await rig.status()
        #expect(try #require(status.number(after: "\"malformed\":", in: "\"control\":{")) > 0)
        #expect(try #require(status.number(after: "\"malformed\":", in: "\"services\":[")) > 0)
        #expect(try memory(of: agent.id) - before.0 < 10_240 && memory(of: service) - before.1 < 10_240)
        #expect(!rig.has("withdrawn"))
        #expect(try await bird.isEstablished("fra4"))
        await agent.stop()
    }

    private struct Attack { var name: String; var isInside: Bool; var script: String }

    /// Each is bounded in count and in time.
    private static let attacks = [
        Attack(
            name: "random datagrams", isInside: false,
            script: """
                import random,socket
                random.seed(1); s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.connect(('203.0.113.53',53))
                for i in range(20000):
                    try: s.send(random.randbytes(random.randrange(0,200)))
                    except OSError: pass
                """),
        Attack(
            name: "truncated queries", isInside: false,
            script: """
                import socket
                q=bytes.fromhex('123401000001000000000001')+b'\\3www\\7example\\3org\\0\\0\\1\\0\\1'+bytes.fromhex('0000291000000000000000')
                s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM); s.connect(('203.0.113.53',53))
                for i in range(len(q)): s.send(q[:i])
                """),
        Attack(
            name: "idle TCP connections", isInside: false,
            script: """
                import socket
                held=[]
                for i in range(500):
                    s=socket.socket(); s.settimeout(1)
                    try: s.connect(('203.0.113.53',53)); s.send(b'\\0'); held.append(s)
                    except OSError: pass
                """),
        Attack(
            name: "garbage to the BGP port", isInside: false,
            script: """
                import random,socket
                random.seed(2)
                for i in range(200):
                    s=socket.socket(); s.settimeout(1)
                    try: s.connect(('192.0.2.2',179)); s.send(random.randbytes(4096)); s.recv(10)
                    except OSError: pass
                    s.close()
                """),
        Attack(
            name: "garbage to the control socket", isInside: true,
            script: """
                import random,socket,sys
                random.seed(3)
                for i in range(200):
                    s=socket.socket(socket.AF_UNIX); s.settimeout(1)
                    try: s.connect(sys.argv[1]); s.send(random.randbytes(30000)); s.recv(10)
                    except OSError: pass
                    s.close()
                """),
    ]
}
