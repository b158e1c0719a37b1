import FoundationEssentials
import Glibc
import Peers

/// The results as a table in the terminal, as docs/failover.md, and as lines of .build/bench.json.
enum FailoverReport {
    static let path = "docs/failover.md"

    static func text(_ results: Results) -> String {
        Setting.allCases.map { setting in
            setting.title + "\n" + aligned([head] + rows(results, setting), words: words) + "\n"
        }.joined() + "while nothing happens\n" + aligned([costHead] + costRows(results), words: words)
    }

    /// Every run, for whoever wants to look closer: when clients had moved, the outage, when the route was gone.
    static let runsPath = ".build/failover-runs.txt"

    static func runs(_ results: Results) -> String {
        results.entries.flatMap { entry in
            entry.runs.map { run in
                let times = [run.moved ?? .infinity, run.outage, run.gone ?? .infinity].map(milliseconds)
                return ([entry.setting.rawValue, entry.failure.rawValue, entry.contender.rawValue] + times)
                    .joined(separator: "\t") + "\n"
            }
        }.joined()
    }

    static func measurements(_ results: Results) -> [Measurement] {
        results.entries.filter { $0.contender == .landfall }.compactMap { ours in
            let peers = results.entries.filter {
                $0.setting == ours.setting && $0.failure == ours.failure && Contender.peers.contains($0.contender)
            }
            let best = peers.min { median($0.moved) < median($1.moved) }
            guard let best, median(best.moved).isFinite, median(ours.moved).isFinite else { return nil }
            return Measurement(
                subject: "failover", measure: "(\(ours.setting.rawValue)) \(ours.failure.rawValue)", unit: "ms",
                ours: median(ours.moved) * 1000, peer: median(best.moved) * 1000, peerName: best.contender.rawValue,
                ratio: median(ours.moved) / median(best.moved))
        }.sorted { $0.measure < $1.measure }
    }

    /// Columns of words, in both tables; the others are numbers.
    private static let words: Set = [0, 1]

    static let head = [
        "failure", "announced by", "runs", "not noticed", "outage", "at most", "moved after", "at most", "route gone",
    ]

    static func rows(_ results: Results, _ setting: Setting) -> [[String]] {
        ordered(results.entries.filter { $0.setting == setting }).map { entry in
            [
                entry.failure.rawValue, entry.contender.rawValue, "\(entry.runs.count)", "\(entry.unnoticed)",
                milliseconds(median(entry.outages)), milliseconds(entry.outages.max() ?? .nan),
                milliseconds(median(entry.moved)), milliseconds(entry.moved.max() ?? .nan),
                milliseconds(median(entry.gone)),
            ]
        }
    }

    static let costHead = ["announced by", "setting", "processor time", "memory"]

    static func costRows(_ results: Results) -> [[String]] {
        let order = Contender.allCases
        return results.costs.sorted {
            ($0.setting.rawValue, order.firstIndex(of: $0.contender) ?? 0)
                < ($1.setting.rawValue, order.firstIndex(of: $1.contender) ?? 0)
        }.map { cost in
            [
                cost.contender.rawValue, "(\(cost.setting.rawValue))", "\((cost.cpu * 10).rounded() / 10) ms a second",
                "\((cost.megabytes * 10).rounded() / 10) MB",
            ]
        }
    }

    private static func ordered(_ entries: [Entry]) -> [Entry] {
        Failure.allCases.flatMap { failure in
            Contender.allCases.compactMap { contender in
                entries.first { $0.failure == failure && $0.contender == contender }
            }
        }
    }

    static func markdown(_ rows: [[String]]) -> String {
        guard let head = rows.first else { return "" }
        let rule = "|" + head.indices.map { words.contains($0) ? "---|" : "--:|" }.joined()
        return
            (["| " + head.joined(separator: " | ") + " |", rule]
            + rows.dropFirst().map { "| " + $0.joined(separator: " | ") + " |" })
            .joined(separator: "\n") + "\n"
    }
}
