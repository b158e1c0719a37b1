import Net
import Peers
import Testing

@testable import Doctor

/// What the kernel and nft wrote once, cut and bent.
@Suite("doctor: tables that others write")
struct ParserTests {
    private static let names = [
        "tcp.txt", "udp.txt", "udp6.txt", "nf_conntrack.txt", "nf_conntrack_stat.txt", "snmp.txt", "snmp6.txt",
        "softnet_stat.txt", "unix.txt", "unclear.json",
    ]

    @Test("sockets have their addresses, states, inodes and drops")
    func sockets() throws {
        let tcp = SocketTable(try captured("tcp.txt"), .tcp)
        #expect(tcp.garbled == 0 && tcp.sockets.count == 3)
        let listener = try #require(tcp.sockets.first)
        #expect(listener.local.description == "127.0.0.1:5353" && listener.isListening && listener.inode == 22_468_366)
        #expect(tcp.sockets[1].isEstablished && !tcp.sockets[1].isListening)
        let udp = SocketTable(try captured("udp.txt"), .udp)
        #expect(udp.sockets.map(\.isListening) == [false, true] && udp.sockets[1].local.description == "0.0.0.0:5353")
        let six = SocketTable(try captured("udp6.txt"), .udp)
        #expect(six.sockets.map(\.local.description) == ["[::1]:53"])
        let dropping = try captured("udp.txt").split(separator: "\n").dropLast().joined(separator: "\n")
            .replacing("dece 0 ", with: "dece 4711 ")
        #expect(SocketTable(dropping, .udp).sockets.first?.drops == 4711)
    }

    @Test("Unix sockets have their names and inodes; a connection to one that listens doesn't")
    func unixSocketsByName() throws {
        let all = unixSockets(try captured("unix.txt"))
        #expect(all == [UnixSocket(name: "@landfall/test/fra/fra1", inode: 12345, isListening: true)])
        let connected = try captured("unix.txt").replacing("00010000 0001 01", with: "00000000 0001 03")
        #expect(unixSockets(connected).map(\.isListening) == [false])
        #expect(LiveAgent(claim: all[0].name).name == "site fra, host fra1")
        #expect(LiveAgent(claim: "@landfall/\u{1b}[2J").name == "@landfall/ [2J")
        #expect(LiveAgent.claim(network: "n", site: "fra", host: String(repeating: "x", count: 200)).count == 100)
    }

    @Test("counters and flows are read where they stand")
    func counters() throws {
        #expect(KernelCounters.snmp(try captured("snmp.txt"), "Udp", "OutDatagrams") == 2)
        #expect(KernelCounters.snmp(try captured("snmp.txt"), "Udp", "RcvbufErrors") == 0)
        #expect(KernelCounters.snmp6(try captured("snmp6.txt"), "Udp6RcvbufErrors") == 0)
        #expect(KernelCounters.softnet("0000000a 00000002 0\n00000001 00000001 0\n")?.dropped == 3)
        #expect(KernelCounters.tracking(try captured("nf_conntrack_stat.txt"), "entries") == 4)
        let flows = TrackedFlows(try captured("nf_conntrack.txt"), to: [try #require(Address("127.0.0.1"))])
        #expect(flows.count == ["udp 5353": 1, "tcp 5353": 1] && flows.lines == 2 && flows.garbled == 0)
        #expect(TrackedFlows(try captured("nf_conntrack.txt"), to: []).count.isEmpty)
        #expect(statusField("Name:\tx\nCapEff:\t0000000000003400\n", "CapEff") == "0000000000003400")
    }

    @Test("a notrack rule covers a service when it takes out both directions, and nothing is guessed")
    func rules() throws {
        func exempts(_ file: String, _ transport: OpenSocket.Transport = .udp, _ address: String = "203.0.113.53")
            throws
            -> Certainty
        {
            let rules = try #require(JSONValue(Array(try captured(file).utf8)).flatMap { Ruleset($0) })
            #expect(rules.trackers == ["nft: inet f input handle 2"])
            let service = ServicePort(
                service: "dns", transport: transport, address: try #require(Address(address)), port: 53, isOurs: true)
            return rules.exempts(service)
        }
        #expect(try exempts("tracking.json") == .no)
        #expect(try exempts("half-exempt.json") == .no, "answers make an entry of their own")
        #expect(try exempts("exempt.json") == .yes)
        #expect(try exempts("exempt.json", .tcp) == .no)
        #expect(try exempts("exempt.json", .udp, "2001:db8:113::53") == .no)
        #expect(try exempts("exempt.json", .udp, "203.0.113.54") == .no)
        #expect(try exempts("unclear.json", .tcp) == .unclear, "one rule counts at eth0 alone")
    }

    @Test("a rule that comes after tracking, or that iptables wrote, is known as such")
    func rulesOfOthers() throws {
        func rules(_ priority: Int, _ parts: String) throws -> Ruleset {
            let text = """
                {"nftables": [{"chain": {"family": "ip", "table": "t", "name": "c", "hook": "prerouting", "prio": \(priority)}},
                {"rule": {"family": "ip", "table": "t", "chain": "c", "handle": 7, "expr": [\(parts)]}}]}
                """
            return try #require(JSONValue(Array(text.utf8)).flatMap { Ruleset($0) })
        }
        #expect(try rules(0, #"{"masquerade": null}"#).trackers == ["nft: ip t c handle 7"])
        #expect(try rules(0, #"{"xt": {"type": "match", "name": "conntrack"}}, {"accept": null}"#).trackers.count == 1)
        #expect(try rules(0, #"{"counter": null}, {"accept": null}"#).trackers.isEmpty)
        let service = ServicePort(
            service: "dns", transport: .udp, address: try #require(Address("203.0.113.53")), port: 53, isOurs: true)
        #expect(try rules(-300, #"{"notrack": null}"#).exempts(service) == .no, "the way out is missing")
        #expect(try rules(-100, #"{"notrack": null}"#).exempts(service) == .no)
    }

    @Test("no table that is cut anywhere, or has a byte changed, traps", arguments: names)
    func truncated(name: String) throws {
        let bytes = Array(try captured(name).utf8)
        for length in 0..<bytes.count { try read(Array(bytes[..<length]), name) }
        var state: UInt64 = 0x6c61_6e64
        for _ in 0..<300 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            var bent = bytes
            bent[Int(state >> 33) % bytes.count] = UInt8(truncatingIfNeeded: state >> 24)
            try read(bent, name)
        }
    }

    /// By whoever reads that file.
    private func read(_ bytes: [UInt8], _ name: String) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        switch name {
        case "snmp.txt": _ = KernelCounters.snmp(text, "Udp", "RcvbufErrors")
        case "snmp6.txt": _ = KernelCounters.snmp6(text, "Udp6RcvbufErrors")
        case "softnet_stat.txt": _ = KernelCounters.softnet(text)
        case "nf_conntrack_stat.txt": _ = KernelCounters.tracking(text, "drop")
        case "nf_conntrack.txt":
            let flows = TrackedFlows(text, to: [Address(v4: 0x7f00_0001)])
            #expect(flows.count.values.reduce(0, +) + flows.garbled <= flows.lines)
        case "unix.txt": #expect(unixSockets(text).count < bytes.count + 1)
        case _ where name.hasSuffix(".json"):
            guard let document = JSONValue(bytes), let rules = Ruleset(document) else { return }
            _ = rules.exempts(
                ServicePort(service: "", transport: .udp, address: Address(v4: 0xcb00_7135), port: 53, isOurs: true))
        default:
            let table = SocketTable(text, name.hasPrefix("tcp") ? .tcp : .udp)
            #expect(table.sockets.count + table.garbled <= bytes.count)
        }
    }

    @Test("a document that is nested without end is refused")
    func nested() {
        let deep = [UInt8](repeating: UInt8(ascii: "["), count: 100_000)
        #expect(JSONValue(deep) == nil)
        #expect(JSONValue(Array(#"{"a": 1, "a"#.utf8)) == nil && Ruleset(.list([])) == nil)
    }

    @Test("systemd's spans, and what it says of units that aren't there")
    func units() {
        func unit(_ timeout: String) -> Unit? {
            Unit("LoadState=loaded\nTimeoutStopUSec=\(timeout)\nKillMode=mixed\n", name: "landfall@fra1.service")
        }
        #expect(unit("1min 30s")?.timeoutStop == .seconds(90) && unit("1h")?.timeoutStop == .seconds(3600))
        #expect(unit("infinity") != nil && unit("infinity")?.timeoutStop == nil)
        #expect(unit("a while") == nil && unit("") == nil && unit("1e99s") == nil)
        #expect(Unit("LoadState=not-found\nTimeoutStopUSec=1min 30s\n", name: "landfall.service") == nil)
        #expect(Unit("", name: "landfall.service") == nil)
    }

    private func captured(_ name: String) throws -> String {
        try Repository.text("Tests/DoctorTests/Captured/\(name)")
    }
}
