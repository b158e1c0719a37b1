import Glibc
import Peers
import Testing

@Suite("doctor: neighbors", .enabled(if: Machine.lack == nil, "\(Machine.lack ?? "")"))
struct NeighborTests {
    @Test("where all is well nothing is found, BIRD is only looked at, and its sessions come up afterwards")
    func clean() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        let bird = try await machine.startBIRD()
        let told = try await machine.doctor()
        #expect(told.codes == [] && told.ok && told.exit == 0 && told.agent == nil, "\(told.findings)")
        #expect(told.checks.allSatisfy { $0.hidden == nil }, "\(told.checks)")
        #expect(told.check("neighbor r4")?.seen == "192.0.2.1:179 answers, by eth0")
        #expect(told.check("neighbor r6")?.seen == "[2001:db8:f::1]:179 answers, by eth0")
        let again = try await machine.doctor()
        #expect(again.codes == [])

        let agent = try machine.host.start(
            Landfall.path,
            ["run", machine.file, "--site", "fra", "--socket", machine.socket, "--state", machine.state, "--quiet"])
        try await eventually("both sessions are up") {
            let (first, second) = (try await bird.isEstablished("host0"), try await bird.isEstablished("host1"))
            return first && second
        }
        await agent.stop()
    }

    @Test("a neighbor where nobody listens refuses, and one that has no session for us closes")
    func refused() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        let refused = try await machine.doctor()
        #expect(refused.codes == ["LF-D306"] && refused.exit == 1)
        #expect(refused["LF-D306"]?.found == ["connect 192.0.2.1:179: Connection refused"])
        let bird = try await machine.startBIRD(hosts: ["192.0.2.99", "2001:db8:f::99"])
        let closed = try await machine.doctor()
        #expect(closed.codes == ["LF-D308"] && closed["LF-D308"]?.severity == "warning", "\(closed.findings)")
        #expect(closed.exit == 0 && !closed.findings.isEmpty)
        #expect(try await machine.doctor([], ["--strict"]).exit == 1)
        await bird.stop()
    }

    @Test("a BIRD in its error wait is no misconfiguration: what had a session lately knows this host")
    func resting() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        let bird = try await machine.startBIRD(errorWait: "60, 300")
        let agent = try machine.host.start(
            Landfall.path,
            ["run", machine.file, "--site", "fra", "--socket", machine.socket, "--state", machine.state, "--quiet"])
        try await eventually("both sessions are up") {
            let (first, second) = (try await bird.isEstablished("host0"), try await bird.isEstablished("host1"))
            return first && second
        }
        agent.signal(SIGSTOP)
        try await eventually("the hold time is over") {
            let (first, second) = (
                try await bird.show("protocols all host0"), try await bird.show("protocols all host1")
            )
            return [first, second].allSatisfy { $0.contains("Hold timer expired") }
        }
        agent.signal(SIGKILL)
        try await agent.wait()
        let told = try await machine.doctor()
        let resting = told.findings.filter { $0.code == "LF-D308" }
        #expect(resting.map(\.severity) == ["note", "note"], "\(told.findings)")
        #expect(resting.allSatisfy { $0.found.last?.hasSuffix(" ago, so it knows this host") == true })
        let unknown = try await machine.doctor([], ["--state", machine.host.folder + "/other"])
        #expect(unknown["LF-D308"]?.severity == "warning" && unknown["LF-D308"]?.remedy.count == 3)
        #expect(unknown["LF-D308"]?.remedy.first?.hasPrefix("ask again in five minutes") == true)
        await bird.stop()
    }

    @Test("a neighbor that nobody answers for on the link, and one whose packets a filter drops, are told apart")
    func silent() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        try await machine.router.ip("addr del 192.0.2.1/24 dev down")
        for command in ["add table inet t", "add chain inet t c { type filter hook input priority 0; }"] {
            _ = try await machine.router.run("nft", [command])
        }
        _ = try await machine.router.run("nft", ["add rule inet t c tcp dport 179 drop"])
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D305", "LF-D307"], "\(told.findings)")
        #expect(told["LF-D305"]?.subject == "neighbor r4" && told["LF-D307"]?.subject == "neighbor r6")
    }

    @Test("a filter of our own that rejects is named with the error that it gives")
    func rejected() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        for rule in [
            "add table inet t", "add chain inet t c { type filter hook output priority 0; }",
            "add rule inet t c tcp dport 179 reject with icmpx type admin-prohibited",
        ] {
            _ = try await machine.host.run("nft", [rule])
        }
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D309"], "\(told.findings)")
    }

    @Test("what is wrong on this host is found before anything is sent: address, route, interface, carrier")
    func nearby() async throws {
        let far = "      - {name: far, address: 198.51.100.1, asn: 64501, role: peer}"
        let machine = try await Machine(Machine.file(neighbors: far, waits: false))
        let bird = try await machine.startBIRD()
        let behind = try await machine.doctor()
        #expect(behind.codes == ["LF-D303"] && behind["LF-D303"]?.subject == "neighbor far", "\(behind.findings)")
        #expect(behind["LF-D303"]?.found == ["the route to 198.51.100.1 goes through 192.0.2.1"])

        try await machine.host.ip("route add blackhole 198.51.100.1/32")
        #expect(try await machine.doctor().codes == ["LF-D302"])
        try await machine.host.ip("route del blackhole 198.51.100.1/32")
        try await machine.host.ip("route add unreachable 198.51.100.1/32")
        #expect(try await machine.doctor().codes == ["LF-D302"])

        try await machine.router.ip("link set dev down down")
        let noCarrier = try await machine.doctor()
        #expect(noCarrier["LF-D304"]?.found == ["eth0 is up and has no carrier"], "\(noCarrier.findings)")
        try await machine.router.ip("link set dev down up")
        try await machine.host.ip("link set dev eth0 down")
        let down = try await machine.doctor()
        #expect(down["LF-D304"]?.found == ["eth0 is down"] && down["LF-D304"]?.remedy == ["ip link set dev eth0 up"])
        await bird.stop()
    }

    @Test("an address of the host that is nowhere is named, and so is one that isn't usable yet or is somebody else's")
    func ownAddress() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        let bird = try await machine.startBIRD()
        try await machine.host.ip("addr del 2001:db8:f::2/64 dev eth0")
        #expect(try await machine.doctor().codes == ["LF-D301"])
        try await machine.sysctl("net/ipv6/conf/eth0/dad_transmits", "60")
        try await machine.sysctl("net/ipv6/conf/eth0/accept_dad", "1")
        try await machine.host.ip("addr add 2001:db8:f::2/64 dev eth0")
        let waiting = try await machine.doctor()
        #expect(waiting.codes.contains("LF-D506"), "\(waiting.findings)")
        try await machine.host.ip("addr del 2001:db8:f::2/64 dev eth0")
        try await machine.router.ip("addr add 2001:db8:f::2/64 dev down nodad")
        try await machine.sysctl("net/ipv6/conf/eth0/dad_transmits", "1")
        try await machine.host.ip("addr add 2001:db8:f::2/64 dev eth0")
        try await eventually("the address is somebody else's") {
            try await machine.host.run("ip", ["-6", "addr", "show", "dev", "eth0"]).output.contains("dadfailed")
        }
        #expect(try await machine.doctor().codes.contains("LF-D505"))
        await bird.stop()
    }

    @Test("a session that another program has is left alone and named")
    func other() async throws {
        let machine = try await Machine(Machine.file(waits: false))
        let router = try await machine.listener("tcp 192.0.2.1 179", "tcp 2001:db8:f::1 179", in: machine.router)
        let speaker = try await machine.listener("connect 192.0.2.1 179")
        let told = try await machine.doctor()
        #expect(told.codes == ["LF-D311"], "\(told.findings)")
        let found = "python3 (pid \(speaker.id)) has a connection to 192.0.2.1:179"
        #expect(told["LF-D311"]?.found == [found])
        await speaker.stop()
        await router.stop()
    }
}
