import FoundationEssentials
import Peers

/// One number of ours beside the same number of someone else's program, from the same run.
struct Measurement: Codable {
    var subject: String
    var measure: String
    var unit: String
    var ours: Double
    var peer: Double
    var peerName: String
    /// Ours divided by the peer's: lower is better.
    var ratio: Double
}

/// What can be measured with one name, `make bench ONLY=name`.
struct Subject: Sendable {
    var name: String
    var summary: String
    var run: @Sendable () async throws -> [Measurement]
}

enum Report {
    static let path = ".build/bench.json"

    /// What other subjects measured earlier stays.
    static func replace(_ new: [Measurement]) throws {
        let old = FileManager.default.contents(atPath: path).flatMap {
            try? JSONDecoder().decode([Measurement].self, from: $0)
        }
        let subjects = Set(new.map(\.subject))
        let all = ((old ?? []).filter { !subjects.contains($0.subject) } + new).sorted {
            ($0.subject, $0.measure) < ($1.subject, $1.measure)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(all).write(to: URL(filePath: path), options: .atomic)
    }

    static func table(_ measurements: [Measurement]) -> String {
        let head = ["subject", "measure", "unit", "ours", "peer", "", "ratio"]
        let rows =
            [head]
            + measurements.map {
                [$0.subject, $0.measure, $0.unit, short($0.ours), short($0.peer), $0.peerName, short($0.ratio)]
            }
        return aligned(rows, words: [0, 1, 2, 5])
    }

    /// Three significant digits or so.
    private static func short(_ value: Double) -> String {
        if value >= 100 { return "\(Int(value.rounded()))" }
        let scale = value >= 10 ? 10.0 : value >= 1 ? 100.0 : 1000.0
        return "\((value * scale).rounded() / scale)"
    }
}

/// The middle one: a run that something disturbed moves no median.
func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}

/// Rows whose columns line up, a line each: those of words to the left, those of numbers to the right.
func aligned(_ rows: [[String]], words: Set<Int>) -> String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
        row.indices.map { column in
            let space = String(repeating: " ", count: widths[column] - row[column].count)
            return words.contains(column) ? row[column] + space : space + row[column]
        }.joined(separator: "  ") + "\n"
    }.joined()
}
