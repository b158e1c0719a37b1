import Announce
import Codes
import Control
import FoundationEssentials
import Peers
import Testing

@testable import Site

/// The files under docs/monitoring.
enum Monitoring {
    static let folder = Repository.root + "/docs/monitoring"

    static func text(_ name: String) throws -> String { try Repository.text("docs/monitoring/\(name)") }

    private struct Dashboard: Decodable {
        struct Panel: Decodable { var title: String; var targets: [Target]? }
        struct Target: Decodable { var expr: String }
        struct Annotations: Decodable { var list: [Target] }
        var panels: [Panel]
        var annotations: Annotations
    }

    /// What the dashboard asks, with all sites and networks chosen.
    static func dashboardQuestions() throws -> [String] {
        let dashboard = try JSONDecoder().decode(Dashboard.self, from: Data(try text("grafana.json").utf8))
        return (dashboard.annotations.list + dashboard.panels.flatMap { $0.targets ?? [] }).map {
            $0.expr.replacing("$__rate_interval", with: "1m").replacing(/\$(network|site)\b/, with: ".*")
        }
    }
}

@Suite("docs/monitoring")
struct MonitoringTests {
    @Test("lists every metric with its type, its labels and its meaning, and no other")
    func list() throws {
        let rows = try Monitoring.text("README.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        let known = Agent.allMetrics.map { metric in
            let labels = metric.labels.map { "`\($0)`" }.joined(separator: ", ")
            return "| `\(metric.name)` | \(metric.kind.rawValue) | \(labels) | \(metric.help) |"
        }
        for row in known where !rows.contains(Substring(row)) { Issue.record("missing: \(row)") }
        for row in rows where !known.contains(String(row)) { Issue.record("no such metric: \(row)") }
        #expect(Set(Agent.allMetrics.map(\.name)).count == Agent.allMetrics.count)
    }

    @Test(
        "rules and dashboard use metrics that exist",
        arguments: ["landfall.rules.yml", "landfall.rules.test.yml", "grafana.json"])
    func names(_ file: String) throws {
        let suffixes = ["", "_bucket", "_sum", "_count"]
        let known = Set(
            Agent.allMetrics.flatMap { metric in
                suffixes.prefix(metric.kind == .histogram ? 4 : 1).map { metric.name + $0 }
            })
        let used = Set(try Monitoring.text(file).matches(of: /\b(?:landfall|process)_[a-z0-9_]+/).map { String($0.0) })
        #expect(used.count > 10 && used.isSubset(of: known), "\(used.subtracting(known).sorted())")
    }

    @Test("every alert has a severity, and says where to read on: a code that is explained, and the runbooks")
    func annotations() throws {
        let alerts = try Monitoring.text("landfall.rules.yml").split(separator: "- alert: ").dropFirst()
        let codes = Set(
            (Announce.Alarm.explanations + AgentAlarms.explanations + Event.explanations + AlarmMetrics.known).map(
                \.code))
        #expect(alerts.count >= 25)
        for alert in alerts {
            let name = alert.prefix { $0 != "\n" }
            for part in ["severity: ", "summary: ", "description: ", "docs/operations.md"] {
                #expect(alert.contains(part), "\(name): \(part)")
            }
            let words = alert.split(whereSeparator: \.isWhitespace).joined(separator: " ")
            let told = words.matches(of: /`landfall explain ([^`]+)`/).map { String($0.1) }
            #expect(!told.isEmpty, "\(name) names no code")
            #expect(told.allSatisfy { codes.contains($0) || $0 == "{{ $labels.code }}" }, "\(name): \(told)")
        }
    }

    @Test(
        "promtool accepts the rules, and each of them fires when it should and not when all is well",
        .enabled(if: Program.lack("promtool") == nil, "\(Program.lack("promtool") ?? "")"))
    func rules() async throws {
        let sandbox = try await Sandbox(fresh: false)
        for words in [["check", "rules", "landfall.rules.yml"], ["test", "rules", "landfall.rules.test.yml"]] {
            let paths = words.dropLast() + ["\(Monitoring.folder)/\(words[2])"]
            let (status, output) = try await sandbox.run("promtool", Array(paths))
            #expect(status == 0, "\(output)")
        }
        let (rules, tests) = (try Monitoring.text("landfall.rules.yml"), try Monitoring.text("landfall.rules.test.yml"))
        for alert in rules.matches(of: /alert: (\w+)/) { #expect(tests.contains(alert.1), "\(alert.1) is untested") }
    }
}
