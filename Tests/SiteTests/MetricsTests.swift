import Glibc
import Peers
import Testing

/// What a real agent beside a real router tells Prometheus, judged by Prometheus' own tool.
@Suite(
    "Metrics",
    .enabled(
        if: Landfall.lack("bird", "dig", "promtool") == nil, "\(Landfall.lack("bird", "dig", "promtool") ?? "")"))
struct MetricsTests {
    private static let options: Rig.Options = {
        var options = Rig.Options()
        options.more = "metrics: 10179"
        return options
    }()

    @Test("promtool has no objection to what an agent says, and all of it is documented, and nothing else is")
    func export() async throws {
        let rig = try await Rig(Self.options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        _ = try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router)
        let page = try await rig.scrape(until: "landfall_service_queries_total{service=\"dns\"} ") { $0 != "0" }
        try writeFile(rig.host.folder + "/page", page)
        let promtool = try Program.find("promtool")
        let (status, objections) = try await rig.host.run(
            "sh", ["-c", "exec \"$0\" check metrics <\"$1\"", promtool, rig.host.folder + "/page"])
        #expect(status == 0 && objections.isEmpty, "\(objections)")
        await agent.stop()
    }
}

extension Rig {
    /// The page of metrics, from inside the host.
    func scrape() async throws -> String {
        let (status, output) = try await host.run(
            "/usr/bin/python3",
            [
                "-c",
                "import urllib.request as r; print(r.urlopen('http://127.0.0.1:10179/metrics').read().decode(), end='')",
            ])
        guard status == 0 else { throw PeerError("no metrics: \(output)") }
        return output
    }

    /// The first page on which the value behind `sample` is as it should be.
    func scrape(until sample: String, _ isThere: (Substring) -> Bool) async throws -> String {
        var page = ""
        try await eventually("\(sample)as it should be", within: .seconds(10)) {
            page = try await scrape()
            return page.value(of: sample).map(isThere) ?? false
        }
        return page
    }
}

extension String {
    /// What stands behind a sample's name and labels.
    fileprivate func value(of sample: String) -> Substring? {
        split(separator: "\n").first { $0.hasPrefix(sample) }?.dropFirst(sample.count)
    }
}
