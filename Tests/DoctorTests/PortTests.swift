import Glibc
import Peers
import Testing

@Suite("doctor: ports, addresses and buffers", .enabled(if: Machine.lack == nil, "\(Machine.lack ?? "")"))
struct PortTests {
    @Test("who has a port that the agent needs is named with pid and program, whether at the address or at all of them")
    func taken() async throws {
        let machine = try await Machine()
        try await machine.host.ip("addr add 203.0.113.53/32 dev lo")
        let exact = try await machine.listener("udp 203.0.113.53 53")
        let taken = try await machine.doctor()
        #expect(taken.codes == ["LF-D201"] && taken.exit == 1, "\(taken.findings)")
        let found = "python3 (pid \(exact.id)), udp 203.0.113.53:53, listens where the service does"
        #expect(taken["LF-D201"]?.found == [found])
        await exact.stop()

        let wild = try await machine.listener("udp 0.0.0.0 53", "udp :: 53", "tcp :: 179")
        let everywhere = try await machine.doctor()
        #expect(everywhere.codes == ["LF-D202", "LF-D205"], "\(everywhere.findings)")
        #expect(everywhere["LF-D205"]?.found.contains { $0.contains("tcp [::]:179") } == true)
        if Landfall.othersLack == nil {
            let unprivileged = try await machine.doctor(["setpriv", "--reuid=1", "--regid=1", "--clear-groups"])
            #expect(unprivileged["LF-D202"]?.found.contains { $0.contains("a program that can't be seen") } == true)
            #expect(unprivileged.check("dns: port 53/udp")?.hidden?.contains("root") == true)
        }
        await wild.stop()
        #expect(try await machine.doctor().codes == [])
    }

    @Test("a port of metrics that somebody else has is a warning, and none is looked at where the file asks for none")
    func metrics() async throws {
        let machine = try await Machine(Machine.file() + "metrics: 10179\n")
        let clean = try await machine.doctor()
        #expect(clean.codes == [] && clean.check("metrics port")?.seen == "free: 127.0.0.1:10179, [::1]:10179")
        let other = try await machine.listener("tcp 127.0.0.1 10179")
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D206"] && told.ok, "\(told.findings)")
        await other.stop()
        #expect(try await Machine().doctor().check("metrics port") == nil)
    }

    @Test("a foreign service that nobody runs is found, and so is a second program that would answer in its place")
    func foreign() async throws {
        let machine = try await Machine(Machine.file(serve: ""))
        #expect(try await machine.doctor().codes == ["LF-D203"])
        for address in ["203.0.113.53/32", "2001:db8:113::53/128"] {
            try await machine.host.ip("addr add \(address) dev lo")
        }
        let service = try await machine.listener("udp 203.0.113.53 53", "udp 2001:db8:113::53 53")
        #expect(try await machine.doctor().codes == [])
        let second = try await machine.listener("udp 0.0.0.0 53")
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D204"] && told["LF-D204"]?.found.first?.contains("(pid \(second.id))") == true)
        await second.stop()
        await service.stop()
    }

    @Test("queries that the service's buffer had no room for are counted, also when the socket is gone")
    func drops() async throws {
        let machine = try await Machine(Machine.file(serve: ""))
        for address in ["203.0.113.53/32", "2001:db8:113::53/128"] {
            try await machine.host.ip("addr add \(address) dev lo")
        }
        let service = try await machine.listener("udp 203.0.113.53 53", "udp 2001:db8:113::53 53", buffer: 2304)
        let script = """
            import socket
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            for _ in range(100): s.sendto(bytes(500), ("203.0.113.53", 53))
            """
        _ = try await machine.host.run("python3", ["-c", script])
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D604"], "\(told.findings)")
        #expect(told["LF-D604"]?.found.first?.hasSuffix("dropped at 203.0.113.53:53") == true)
        #expect(told["LF-D604"]?.found.last?.contains("Udp RcvbufErrors") == true)
        await service.stop()
        let other = try await machine.listener("udp 203.0.113.53 53", "udp 2001:db8:113::53 53")
        #expect(try await machine.doctor().codes == ["LF-D605"])
        await other.stop()
    }

    @Test("a service address on another interface, with a network around it, or on another machine of the link")
    func addresses() async throws {
        let machine = try await Machine()
        try await machine.host.ip("addr add 203.0.113.53/32 dev eth0")
        let other = try await machine.doctor()
        #expect(other.codes == ["LF-D502"], "\(other.findings)")
        try await machine.follow(other["LF-D502"]?.remedy ?? [])
        try await machine.host.ip("addr add 203.0.113.53/24 dev lo")
        let wide = try await machine.doctor()
        #expect(wide.codes == ["LF-D503"], "\(wide.findings)")
        try await machine.follow(wide["LF-D503"]?.remedy ?? [])
        #expect(try await machine.doctor().codes == [])
        try await machine.host.ip("addr del 203.0.113.53/32 dev lo")
        try await machine.host.ip("neigh add 203.0.113.53 lladdr 52:54:00:12:34:56 dev eth0 nud reachable")
        let shared = try await machine.doctor()
        #expect(shared["LF-D504"]?.found == ["on eth0, 52:54:00:12:34:56 answers for 203.0.113.53"])
    }
}
