import Control
import Glibc
import Peers
import Testing

@testable import Site

/// What a real agent beside a real router tells Prometheus, judged by Prometheus itself.
@Suite(
    "Metrics",
    .enabled(
        if: Landfall.lack("bird", "dig", "promtool", "prometheus") == nil,
        "\(Landfall.lack("bird", "dig", "promtool", "prometheus") ?? "")"))
struct MetricsTests {
    private static let options: Rig.Options = {
        var options = Rig.Options()
        options.more = "metrics: 10179"
        return options
    }()

    @Test(
        "promtool has no objection to what an agent says, and Prometheus answers every question of the dashboard from it"
    )
    func export() async throws {
        let rig = try await Rig(Self.options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        _ = try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router)
        let page = try await rig.scrape(until: "landfall_service_queries_total{service=\"dns\"} ") { $0 != "0" }
        try await hasNoObjection(promtool: page, rig)
        hasAll(page)
        #expect(page.value(of: "landfall_prefix_announced{prefix=\"203.0.113.0/24\",neighbor=\"r4\"} ") == "1")
        #expect(page.value(of: "landfall_session_up{neighbor=\"r6\"} ") == "1")
        #expect(page.value(of: "landfall_site_capacity_bytes_per_second ") == "125000")
        #expect(page.value(of: "landfall_dns_last_reload_successful ") == "1")
        let places = page.value(of: "landfall_dns_tcp_connections_limit{service=\"dns\"} ").flatMap { Int($0) }
        #expect((1...40_000).contains(places ?? 0))
        #expect(page.value(of: "landfall_events_total{code=\"LF-E102\",name=\"ready\"} ") == "1")
        #expect(page.contains("landfall_agent_info{network=\"test\",site=\"fra\",host=\"fra1\",version="))
        let prometheus = try await Prometheus(in: rig.host, files: Self.prometheusFiles())
        try await eventually("every rule is evaluated") {
            try await prometheus.rulesEvaluated() != nil
        }
        let ready = "count_over_time(landfall_agent_info[1m]) > 4"
        try await eventually("the agent is scraped") {
            try await prometheus.answers(to: [ready])[0].count == 1
        }
        for (question, count) in try await prometheus.answers(to: Monitoring.dashboardQuestions()) {
            #expect(count > 0 || Self.isAboutTrouble(question), "\(question)")
        }
        await prometheus.stop()
        await agent.stop()
    }

    /// Those of docs/monitoring, with the agent as the only target, and faster.
    private static func prometheusFiles() throws -> [(name: String, text: String)] {
        let settings = try Monitoring.text("prometheus.yml").replacing("192.0.2.10:", with: "127.0.0.1:")
            .replacing("          - 192.0.2.11:10179\n          - \"[2001:db8:2::10]:10179\"\n", with: "")
        let rules = try Monitoring.text("landfall.rules.yml")
        return [("prometheus.yml", settings.replacing("15s", with: "200ms")), ("landfall.rules.yml", rules)]
    }

    /// Of what there is nothing on a good day.
    private static func isAboutTrouble(_ question: String) -> Bool {
        question.hasSuffix("> 0") || ["drain", "> 0)", "[1m])) > 0"].contains(where: question.contains)
    }

    private func hasNoObjection(promtool page: String, _ rig: Rig) async throws {
        try writeFile(rig.host.folder + "/page", page)
        let (status, objections) = try await rig.host.run(
            "sh", ["-c", "exec \"$0\" check metrics <\"$1\"", try Program.find("promtool"), rig.host.folder + "/page"])
        #expect(status == 0 && objections.isEmpty, "\(objections)")
    }

    /// Every family there can be, with its help and its type, and no other.
    private func hasAll(_ page: String) {
        let lines = page.split(separator: "\n").map(String.init)
        let types = lines.filter { $0.hasPrefix("# TYPE ") }
        #expect(types == Agent.allMetrics.map { "# TYPE \($0.name) \($0.kind.rawValue)" }.sorted())
        for metric in Agent.allMetrics {
            #expect(lines.contains("# HELP \(metric.name) \(metric.help)"))
            let first = lines.first { $0.hasPrefix(metric.name + "{") } ?? ""
            let labels = first.matches(of: /([a-z_]+)="/).map { String($0.1) }
            #expect(labels.isEmpty || labels == metric.labels, "\(metric.name)")
        }
        let series = lines.filter { !$0.hasPrefix("#") }.compactMap { $0.lastIndex(of: " ").map($0.prefix(upTo:)) }
        #expect(Set(series).count == series.count, "a series is there twice")
    }

    private func badZone(_ rig: Rig) async throws {
        let (path, metric) = (rig.host.folder + "/example.org.zone", "landfall_dns_last_reload_successful ")
        for (more, value) in [("bad A 192.0.2.300", "0"), ("good A 192.0.2.30", "1")] {
            try writeFile(path, Rig.zone + "\n\(more)\n")
            #expect(try await rig.landfall("dns", "reload").status == (value == "1" ? 0 : 2))
            _ = try await rig.scrape(until: metric) { $0 == value }
        }
    }

    @Test(
        "what happens shows: a failing service, a drain, an alarm, a lost session, a zone and a file that are refused")
    func happenings() async throws {
        let rig = try await Rig(Self.options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let check = "service=\"dns\",check=\"dns www.example.org A\",address=\"203.0.113.53\""
        kill(try await rig.service(), SIGSTOP)
        var page = try await rig.scrape(until: "landfall_check_verdict{\(check),verdict=\"failing\"} ") { $0 == "1" }
        #expect(page.value(of: "landfall_check_verdict{\(check),verdict=\"healthy\"} ") == "0")
        let prefix = "prefix=\"203.0.113.0/24\""
        page = try await rig.scrape(until: "landfall_prefix_announced{\(prefix),neighbor=\"r4\"} ") { $0 == "0" }
        #expect(page.value(of: "landfall_prefix_level{\(prefix),neighbor=\"r4\",level=\"withdrawn\"} ") == "1")
        #expect(page.value(of: "landfall_prefix_transitions_total{\(prefix),to=\"withdrawn\"} ") == "1")
        let alarm = "landfall_alarms{code=\"LF-A401\",name=\"prefix-withdrawn\",severity=\"critical\"} "
        _ = try await rig.scrape(until: alarm) { $0 != "0" }
        kill(try await rig.service(), SIGCONT)
        try await rig.announced(at: bird)
        #expect(try await rig.landfall("drain", "--neighbor", "r4", "--wait", "30s", "--force").status == 0)
        page = try await rig.scrape(until: "landfall_drain{kind=\"neighbor\",name=\"r4\",state=\"withdrawn\"} ") {
            $0 == "1"
        }
        #expect(page.value(of: "landfall_prefix_announced{\(prefix),neighbor=\"r4\"} ") == "0")
        #expect(page.value(of: "landfall_prefix_announced{prefix=\"2001:db8:113::/48\",neighbor=\"r6\"} ") == "1")
        #expect(page.contains("landfall_drain_start_timestamp_seconds{kind=\"neighbor\",name=\"r4\"} "))
        try await badZone(rig)
        try await rig.edit { $0 + "nonsense: 1\n" }
        #expect(try await rig.landfall("reload").status != 0)
        _ = try await rig.scrape(until: "landfall_config_last_reload_successful ") { $0 == "0" }
        await bird.stop()
        page = try await rig.scrape(until: "landfall_session_up{neighbor=\"r6\"} ") { $0 == "0" }
        #expect(page.value(of: "landfall_session_lost_total{neighbor=\"r6\"} ") == "1")
        await agent.stop()
    }

    @Test("a port that is taken is an alarm and no obstacle; a reload opens, moves and closes the port")
    func port() async throws {
        let rig = try await Rig(Self.options)
        let bird = try await rig.startBIRD()
        let holder = try rig.host.start("/usr/bin/python3", ["-m", "http.server", "--bind", "127.0.0.1", "10179"])
        try await eventually("somebody has the port") { try await rig.listens(10179) }
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await eventually("an alarm") {
            try await rig.alarms().contains { $0.contains("127.0.0.1:10179") }
        }
        await holder.stop()
        try await eventually("the alarm is over") {
            try await !rig.alarms().contains { $0.contains("10179") }
        }
        _ = try await rig.scrape(until: "landfall_session_up{neighbor=\"r4\"} ") { $0 == "1" }
        let since = try await rig.since(bird)
        try await rig.edit { $0.replacing("metrics: 10179", with: "metrics: {port: 10180, listen: unicast}") }
        #expect(try await rig.landfall("reload").output.contains("metrics"))
        #expect(try await rig.scrape("2001:db8:f::2", 10180).contains("landfall_agent_info"))
        try await eventually("the old port is closed") { try await !rig.listens(10179) }
        try await rig.edit { $0.replacing("metrics: {port: 10180, listen: unicast}", with: "") }
        _ = try await rig.landfall("reload")
        try await eventually("the port is closed") { try await !rig.listens(10180) }
        #expect(try await rig.since(bird) == since)
        await agent.stop()
    }

    @Test("half-open connections, garbage and a reader that never reads: checks stay on time, memory where it was")
    func hostility() async throws {
        var options = Self.options
        options.checks = "{dns: {name: www.example.org, type: A}, every: 500ms, timeout: 500ms, rise: 1, fall: 2}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let passed =
            "landfall_check_results_total{service=\"dns\",check=\"dns www.example.org A\",address=\"203.0.113.53\","
            + "result=\"passed\"} "
        let checks = try await rig.scrape().value(of: passed).flatMap { Int($0) } ?? 0
        let before = try memory(of: agent.id)
        let (status, output) = try await rig.host.run("/usr/bin/python3", ["-c", Self.attack])
        #expect(status == 0, "\(output)")
        #expect(try memory(of: agent.id) - before < 10_240)
        let page = try await rig.scrape(until: "landfall_metrics_refused_connections_total ") { $0 != "0" }
        #expect(page.value(of: "landfall_metrics_malformed_requests_total ").flatMap { Int($0) } ?? 0 >= 50)
        #expect(page.value(of: passed).flatMap { Int($0) } ?? 0 > checks)
        #expect(!rig.has("withdrawn"))
        #expect(try await bird.isEstablished("fra4"))
        await agent.stop()
    }

    /// Bounded in count and in time: garbage and giant headers, then 200 connections that say nothing or half a request,
    /// and readers that ask a thousand times and never read.
    private static let attack = """
        import random,socket,time
        random.seed(4)
        def connect():
            s=socket.socket(); s.settimeout(20); s.connect(('127.0.0.1',10179)); return s
        for i in range(60):
            s=connect()
            try: s.sendall(random.randbytes(9000) if i%2 else b'GET /metrics HTTP/1.1\\r\\nX: '+b'x'*9000); s.recv(10)
            except OSError: pass
            s.close()
        held=[]
        for i in range(200):
            try:
                s=connect(); held.append(s)
                s.setblocking(False)
                if i%5==0: s.send(b'GET /metrics HTTP/1.1\\r\\n\\r\\n'*1000)
                elif i%2: s.send(b'GET /metr')
            except OSError: pass
        time.sleep(1)
        """
}

extension Rig {
    /// The page of metrics, from inside the host. By HTTP/1.0, which ends with the connection.
    func scrape(_ address: String = "127.0.0.1", _ port: Int = 10179) async throws -> String {
        let script = "exec 3<>/dev/tcp/\(address)/\(port) && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3"
        let (status, output) = try await host.run("bash", ["-c", script])
        guard status == 0, output.hasPrefix("HTTP/1.1 200 OK\r\n"), let end = output.firstRange(of: "\r\n\r\n") else {
            throw PeerError("no metrics: \(output.prefix(200))")
        }
        return String(output[end.upperBound...])
    }

    /// The first page on which the value behind `sample` is as it should be.
    func scrape(until sample: String, _ isThere: (Substring) -> Bool) async throws -> String {
        var page = ""
        try await eventually("\(sample)as it should be") {
            page = (try? await scrape()) ?? ""
            return page.value(of: sample).map(isThere) ?? false
        }
        return page
    }

    /// Whether anybody listens on the port.
    func listens(_ port: Int) async throws -> Bool {
        try await host.run("ss", ["-Htln", "sport", "= :\(port)"]).output.contains(":\(port)")
    }
}

extension String {
    /// What stands behind a sample's name and labels.
    fileprivate func value(of sample: String) -> Substring? {
        split(separator: "\n").first { $0.hasPrefix(sample) }?.dropFirst(sample.count)
    }
}
