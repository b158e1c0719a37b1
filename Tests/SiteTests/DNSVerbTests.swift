import Control
import Daemon
import FoundationEssentials
import Glibc
import Peers
import Testing

@testable import Site

/// `landfall dns`, beside an agent whose service is asked, killed and replaced.
@Suite(
    "What a DNS service was asked",
    .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")"))
struct DNSVerbTests {
    private func document<Content>(_ rig: Rig, _ words: String...) async throws -> DNSDocument<Content> {
        let (status, output) = try await rig.host.run(
            Landfall.path, ["dns"] + words + ["--json", "--socket", rig.control])
        #expect(status == 0, "\(output)")
        return try JSONDecoder().decode(DNSDocument.self, from: Data(output.utf8))
    }

    private func ask(_ rig: Rig, _ count: Int, _ options: [String] = []) async throws {
        for _ in 0..<count {
            _ = try await Dig.ask("nowhere.example.org AAAA", at: "203.0.113.53", in: rig.router, options)
        }
    }

    @Test("counts go on when the service is killed, and when another one takes over")
    func restarts() async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let first = try await rig.service()
        try await ask(rig, 5)
        try await ask(rig, 3, ["+tcp"])
        var stats: DNSDocument<DNSStats> = try await document(rig, "stats")
        let service = try #require(stats.services.first)
        #expect(service.zones.map(\.name) == ["example.org."])
        #expect(service.zones[0].answers.types["AAAA"] == 8 && service.zones[0].answers.rcodes["NXDOMAIN"] == 8)
        #expect(service.zones[0].answers.tcp == 3 && service.connections.accepted >= 3)
        #expect(service.all.queries == service.channels.reduce(0) { $0 + $1.answers })
        #expect(service.today.rcodes[3] == 8 && service.today.sourcesIPv4 >= 1 && service.yesterday == nil)

        kill(first, SIGKILL)
        try await eventually("another one") { try await rig.service() != first }
        try await ask(rig, 2)
        stats = try await document(rig, "stats")
        #expect(stats.services[0].zones[0].answers.types["AAAA"] == 10, "what the dead one counted is there")

        let second = try await rig.service()
        try writeFile(rig.host.folder + "/example.org.zone", Rig.zone.replacing("192.0.2.80", with: "192.0.2.81"))
        #expect(try await rig.landfall("dns", "reload").output.contains("~ zone "))
        try await eventually("one took over") { try await rig.service() != second }
        try await ask(rig, 1)
        stats = try await document(rig, "stats")
        #expect(stats.services[0].zones[0].answers.types["AAAA"] == 11)
        let clients: DNSDocument<DNSClients> = try await document(rig, "clients")
        let networks = try #require(clients.services.first).networks
        #expect(
            networks.contains { $0.queries >= 11 && $0.doubt == 0 } && networks.allSatisfy { $0.prefix.contains("/") })
        let table = try await rig.landfall("dns", "clients", "--csv").output
        #expect(table.hasPrefix("prefix,site,weight\n") && table.contains("/24,fra,"), "\(table)")
        #expect(networks.contains { $0.prefix == "203.0.113.0/24" } && !table.contains("203.0.113.0"), "our own checks")
        try await plan(rig, table, networks.map(\.prefix))
        await agent.stop()
    }

    /// The table is one that a plan takes for measured landings.
    private func plan(_ rig: Rig, _ table: String, _ prefixes: [String]) async throws {
        let (measured, origins) = (rig.host.folder + "/measured.csv", rig.host.folder + "/origins.csv")
        try writeFile(measured, table)
        try writeFile(origins, "as,prefix\n" + prefixes.map { "64502,\($0)\n" }.joined())
        let example = Repository.root + "/examples/three-sites.yaml"
        let (status, output) = try await rig.host.run(
            Landfall.path, ["plan", example, "--catchment", measured, "--origins", origins])
        #expect(status == 0 && output.contains("Measured: 1 AS"), "\(output)")
    }

    @Test("the zones are listed, reloaded alone, and a broken one is refused with its place")
    func zones() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        var zones: DNSDocument<DNSZones> = try await document(rig, "zones")
        let zone = try #require(zones.zones.first)
        #expect(
            zone.name == "example.org." && zone.records > 3 && zone.bytes > 0 && zone.file.hasSuffix("example.org.zone")
        )
        try await rig.edit { $0.replacing("every: 500ms", with: "every: 700ms") }
        let path = rig.host.folder + "/example.org.zone"
        try writeFile(path, Rig.zone + "\nbad A 192.0.2.300\n")
        let bad = try await rig.landfall("dns", "reload")
        #expect(bad.status == 2 && bad.output.contains("example.org.zone:"), "\(bad.output)")
        #expect(bad.output.hasSuffix("nothing has changed: what was accepted before stays in use\n"), "\(bad.output)")
        try writeFile(path, Rig.zone + "\nmore A 192.0.2.3\n")
        let dry = try await rig.landfall("dns", "reload", "--dry-run")
        #expect(dry.status == 0 && dry.output.contains("~ zone ") && !dry.output.contains("every"), "\(dry.output)")
        #expect(try await rig.landfall("dns", "reload").status == 0)
        zones = try await document(rig, "zones")
        #expect(zones.zones[0].records == zone.records + 1)
        let left = try await rig.landfall("reload", "--dry-run")
        #expect(left.output.contains("every 500ms → 700ms") && !left.output.contains("~ zone"), "\(left.output)")
        await agent.stop()
    }

    @Test("of two files with the same zone the second is refused where it is named, at a start and by a reload")
    func twins() async throws {
        let twin = "zones: [example.org.zone, twin.zone]"
        let rig = try await Rig()
        let path = rig.host.folder + "/twin.zone"
        try writeFile(path, Rig.zone.replacing("example.org", with: "example.net"))
        try await rig.edit { $0.replacing("zones: [example.org.zone]", with: twin) }
        let agent = try rig.startAgent()
        try await rig.answers()
        let strange = try await rig.landfall("dns", "zones", "--service", "web")
        #expect(strange.status == 2 && strange.output.hasSuffix("the agent serves dns\n"), "\(strange.output)")
        try writeFile(path, Rig.zone.replacing("example.org", with: "EXAMPLE.org"))
        for words in [["dns", "reload"], ["reload"], ["check", rig.file]] {
            let options = words[0] == "check" ? [] : ["--socket", rig.control]
            let (status, output) = try await rig.host.run(Landfall.path, words + options)
            #expect(
                status == 2 && output.contains("landfall.yaml:")
                    && output.contains("twin.zone is the zone EXAMPLE.org., as "), "\(words): \(output)")
        }
        await agent.stop()
    }

    @Test("landfall asks as dig does, over UDP and TCP, and says who answered")
    func query() async throws {
        let rig = try await Rig()
        let agent = try rig.startAgent()
        try await rig.answers()
        for transport in [[], ["--tcp"]] {
            let (status, text) = try await rig.host.run(
                Landfall.path, ["dns", "query", "www.example.org", "--at", "203.0.113.53"] + transport)
            #expect(status == 0 && text.hasPrefix("NOERROR, aa") && text.contains("192.0.2.80"), "\(text)")
            #expect(
                text.contains("fra (NSID)") && text.contains(transport.isEmpty ? "over UDP" : "over TCP"), "\(text)")
        }
        let silent = try await rig.landfall("dns", "query", "www.example.org", "--at", "127.0.0.9", "--port", "5353")
        #expect(silent.status == 1)
        await agent.stop()
    }

    @Test("what comes and is no answer is told from silence, over UDP and TCP")
    func noAnswer() async throws {
        let sandbox = try await Sandbox()
        let liar = try sandbox.start("python3", ["-c", Self.liar])
        for (port, options, said) in [
            (6002, [], "no answer within 6 s, only 100 bytes that are none"),
            (6003, [], "sent 5 bytes over TCP that are no answer"),
            (6003, ["--tcp"], "sent 5 bytes over TCP that are no answer"),
            (6002, ["--tcp"], "closed the connection without an answer"),
        ] {
            let words = ["dns", "query", "a.", "--at", "127.0.0.1", "--port", "\(port)"] + options
            try await eventually("\(port) \(options): \(said)") {
                let (status, output) = try await sandbox.run(Landfall.path, words)
                return status == 1 && output.contains(said)
            }
        }
        await liar.stop()
    }

    /// At 6002 comes garbage, and nothing over TCP; at 6003 an answer that is cut, and garbage over TCP.
    private static let liar = """
        import socket, threading
        def udp(port, answers):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.bind(('127.0.0.1', port))
            while True:
                query, client = sock.recvfrom(4096)
                for answer in answers(query): sock.sendto(answer, client)
        def tcp(port, answer):
            sock = socket.socket()
            sock.bind(('127.0.0.1', port))
            sock.listen()
            while True:
                connection = sock.accept()[0]
                connection.recv(4096)
                connection.sendall(answer)
                connection.close()
        cut = lambda query: [query[:2] + b'\\x83\\x80' + query[4:]]
        for serve, port, what in [
            (udp, 6002, lambda query: [b'x' * 100]), (udp, 6003, cut), (tcp, 6002, b''), (tcp, 6003, b'\\0\\5abcde')]:
            threading.Thread(target=serve, args=(port, what)).start()
        """

    @Test(
        "the day as root servers publish it is YAML to others, and has the names and ranges that theirs has",
        .enabled(if: Program.lack("bgpy-python") == nil, "\(Program.lack("bgpy-python") ?? "")"))
    func rootServers() async throws {
        var options = Rig.Options()
        let big = (0..<25).map { "big TXT \"\($0) \(String(repeating: "x", count: 190))\"\n" }.joined()
        options.zone = Rig.zone + "\n" + big
        let rig = try await Rig(options)
        let agent = try rig.startAgent()
        try await rig.answers()
        try await eventually("it answers") {
            try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.host).status == "NOERROR"
        }
        _ = try await Dig.ask("big.example.org TXT", at: "203.0.113.53", in: rig.host, ["+tcp"])
        _ = try await Dig.ask("nowhere.example.org", at: "203.0.113.53", in: rig.host, ["+padding=300"])
        let json = try await rig.landfall("dns", "stats", "--rssac002", "--today", "--json").output
        #expect(json.contains("\"landfall.dns-days/1\"") && json.contains("\"name\" : \"dns\""), "\(json)")
        let (status, text) = try await rig.landfall("dns", "stats", "--rssac002", "--today")
        #expect(status == 0, "\(text)")
        try writeFile(rig.host.folder + "/day.yaml", text)
        let (read, output) = try await rig.host.run(
            "bgpy-python", ["-c", Self.flatten, rig.host.folder + "/day.yaml"])
        #expect(read == 0, "\(output)")
        let lines = Set(output.split(separator: "\n").map(String.init))
        let metrics = ["traffic-volume", "traffic-sizes", "rcode-volume", "unique-sources"]
        for metric in metrics {
            #expect(
                lines.contains("\(metric).version=rssac002v5") && lines.contains("\(metric).service=dns"), "\(metric)")
        }
        for line in [
            "rcode-volume.3=1", "traffic-sizes.udp-request-sizes.288-=1", "traffic-sizes.tcp-response-sizes.4096-=1",
        ] { #expect(lines.contains(line), "\(line): \(text)") }
        let names = Set(lines.filter { !$0.hasPrefix("rcode-volume.") }.map { String($0.split(separator: "=")[0]) })
        let ranges = /^traffic-sizes\.(?:udp|tcp)-(?:request|response)-sizes\.(?:\d+-\d+|288-|4096-)$/
        #expect(names.filter { $0.wholeMatch(of: ranges) == nil } == Self.published, "\(text)")
        await agent.stop()
    }

    /// What the files of a root server have, beside response codes and sizes.
    private static let published: Set<String> = {
        let transports = ["udp", "tcp"].flatMap { transport in ["ipv4", "ipv6"].map { (transport, $0) } }
        let volumes = transports.flatMap { transport, family in
            ["queries-received", "responses-sent"].map { "traffic-volume.dns-\(transport)-\($0)-\(family)" }
        }
        let sources = ["ipv4", "ipv6", "ipv6-aggregate"].map { "unique-sources.num-sources-\($0)" }
        let heads = ["traffic-volume", "traffic-sizes", "unique-sources"].flatMap { metric in
            ["version", "service", "start-period"].map { "\(metric).\($0)" }
        }
        return Set(volumes + sources + heads)
    }()

    /// `metric.key=value`, of a mapping in it `metric.key.key=value`.
    private static let flatten = """
        import sys, yaml
        for document in yaml.safe_load_all(open(sys.argv[1])):
            metric = document.pop('metric')
            for key, value in document.items():
                parts = value.items() if isinstance(value, dict) else [(None, value)]
                for part, number in parts:
                    print('%s.%s%s=%s' % (metric, key, '' if part is None else '.%s' % part, number))
        """

    @Test("clients over TCP take what the file lets them, and a reload of that resets no connection")
    func limits() async throws {
        var options = Rig.Options()
        let limits = "tcp: {connections: 50, per-client: 2, idle: 1s}"
        options.serve = "serve: {dns: {zones: [example.org.zone], \(limits)}}"
        let rig = try await Rig(options)
        let agent = try rig.startAgent()
        try await rig.answers()
        try await eventually("it answers") {
            try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router).status == "NOERROR"
        }
        let crowd = try await rig.router.run("python3", ["-c", Self.crowd, "3", "1"])
        #expect(crowd.output.hasSuffix("2 stay, and go in time\n"), "\(crowd.output)")

        let busy = try rig.router.start("python3", ["-c", Self.busy])
        try await eventually("it is busy") { busy.output.contains("asked") }
        let before = try await rig.service()
        try await rig.edit { $0.replacing("per-client: 2, idle: 1s", with: "per-client: 3, idle: 2s") }
        let (status, output) = try await rig.landfall("reload")
        #expect(status == 0 && output.contains("tcp.per-client 2 → 3, tcp.idle 1s → 2s"), "\(output)")
        let ending = try await busy.wait(.seconds(20))
        #expect(ending.status == 0 && busy.output.contains("ended in order"), "\(busy.output)")
        try await eventually("another one serves") { try await rig.service() != before }
        let larger = try await rig.router.run("python3", ["-c", Self.crowd, "4", "2"])
        #expect(larger.output.hasSuffix("3 stay, and go in time\n"), "\(larger.output)")
        await agent.stop()
    }

    /// Opens so many connections at once, and says how many weren't closed at once, and whether all were after so many seconds.
    private static let crowd = """
        import select, socket, sys, time
        all = [socket.create_connection(('203.0.113.53', 53)) for _ in range(int(sys.argv[1]))]
        began = time.time()
        time.sleep(0.3)
        closed = select.select(all, [], [], 0)[0]
        print(len(all) - len(closed), end=' stay, ')
        while len(select.select(all, [], [], 0)[0]) < len(all): time.sleep(0.02)
        late = time.time() - began - int(sys.argv[2])
        print('and go in time' if -0.1 < late < 1.9 else late)
        """

    /// Asks on one connection until the server ends it.
    private static let busy = """
        import socket, time
        q = bytes.fromhex('001d123400000001000000000000') + b'\\3www\\7example\\3org\\0\\0\\1\\0\\1'
        q = len(q[2:]).to_bytes(2, 'big') + q[2:]
        s = socket.create_connection(('203.0.113.53', 53), 5)
        answers = 0
        while True:
            s.sendall(q)
            if not answers: print('asked', flush=True)
            if not s.recv(65535): break
            answers += 1
            time.sleep(0.02)
        print('ended in order after', answers)
        """

    @Test("a slip is answered with what was meant")
    func slips() async throws {
        let sandbox = try await Sandbox(fresh: false)
        for (words, answer) in [
            ("dns", "stats|zones|clients|reload|query is missing"), ("dns stat", "should be one of stats, zones"),
            ("dns stats --top 3", "--top is for clients"), ("dns query", "DOMAIN is missing"),
            ("dns query a..b", "is no domain name"), ("dns query a. QWERTZ", "is no type"),
            ("dns query a. --at nowhere", "should be an address"), ("dns zones example.org", "one argument too many"),
        ] {
            let (status, output) = try await sandbox.run(Landfall.path, words.split(separator: " ").map(String.init))
            #expect(status == 2 && output.contains(answer), "\(words): \(output)")
        }
    }
}

@Suite("Days of a service")
struct ServiceDayTests {
    @Test("days are UTC's, and begin at midnight")
    func days() throws {
        let evening = try #require(Date(rfc3339: "2026-11-22T23:59:59.900Z"))
        let morning = try #require(Date(rfc3339: "2026-11-23T00:00:00.100Z"))
        #expect(morning.day == evening.day + 1 && morning.startOfDay == Date(rfc3339: "2026-11-23T00:00:00Z"))
        let ledger = ServiceLedger(now: evening)
        #expect(!ledger.turn(evening) && ledger.yesterday == nil)
        #expect(ledger.turn(morning) && !ledger.turn(morning))
        #expect(ledger.yesterday?.began == evening && ledger.yesterday?.ended == morning.startOfDay)
        #expect(ledger.today.began == morning.startOfDay)
    }
}
