import FoundationEssentials
import Peers

/// All runs, and what they come to.
struct SpeedResults: Sendable {
    var settings: SpeedSettings
    /// What could not be measured, and why.
    var notes: [String] = []
    private var runs: [Key: [[SpeedFigures]]] = [:]

    private struct Key: Hashable {
        var scenario: String
        var contender: SpeedContender
    }

    init(settings: SpeedSettings) { self.settings = settings }

    mutating func add(_ scenario: SpeedScenario, _ contender: SpeedContender, _ figures: [SpeedFigures]) {
        runs[Key(scenario: scenario.name, contender: contender), default: []].append(figures)
    }

    /// A number of one phase (the n-th of its scenario), the median of all runs; nil: not measured.
    private func value(
        _ row: Row, _ contender: SpeedContender, _ measure: (SpeedFigures) -> Double
    ) -> Double? {
        let all = runs[Key(scenario: row.scenario, contender: contender)] ?? []
        let values = all.compactMap { $0.count > row.phase ? measure($0[row.phase]) : nil }
        return values.isEmpty ? nil : median(values)
    }

    // MARK: Rows

    struct Row: Sendable {
        var scenario: String
        var phase: Int
        var title: String
        /// The memory at most up to here is that of this phase.
        var showsMemory = false
        var showsLatency = false
    }

    static let rows = [
        Row(scenario: "table", phase: 0, title: "1M IPv4 prefixes, 150k attribute sets", showsMemory: true),
        Row(scenario: "table", phase: 1, title: "1M withdrawals"),
        Row(scenario: "table", phase: 2, title: "the table again"),
        Row(scenario: "table", phase: 3, title: "flush after the feeder's loss"),
        Row(scenario: "ipv6", phase: 0, title: "200k IPv6 prefixes", showsMemory: true),
        Row(scenario: "ipv6", phase: 1, title: "200k IPv6 withdrawals"),
        Row(scenario: "ipv6", phase: 3, title: "flush of IPv6"),
        Row(scenario: "best", phase: 0, title: "10 feeders × 100k prefixes", showsMemory: true),
        Row(scenario: "best", phase: 1, title: "withdrawn by all 10"),
        Row(scenario: "best", phase: 3, title: "flush of all 10"),
        Row(scenario: "churn", phase: 1, title: "50k changes a second for 20 s", showsMemory: true, showsLatency: true),
    ]

    private var rows: [Row] { Self.rows.filter { row in runs.keys.contains { $0.scenario == row.scenario } } }

    private typealias Column = (name: String, unit: String, value: (SpeedFigures) -> Double)

    private func columns(_ row: Row) -> [Column] {
        var columns: [Column] = [("CPU", "s", \.cpu)]
        if !row.showsLatency { columns.append(("until relayed", "s", \.wall)) }
        if row.showsMemory { columns.append(("peak memory", "MB", \.peak)) }
        if row.showsLatency {
            columns.append(("p50", "ms", { $0["p50"] / 1000 }))
            columns.append(("p99", "ms", { $0["p99"] / 1000 }))
        }
        return columns
    }

    // MARK: What it comes to

    var measurements: [Measurement] {
        rows.flatMap { row in
            columns(row).compactMap { column in
                guard let ours = value(row, .landfall, column.value), let peer = value(row, .bird, column.value) else {
                    return nil
                }
                return Measurement(
                    subject: "bgp", measure: "\(row.title): \(column.name)", unit: column.unit, ours: ours, peer: peer,
                    peerName: "BIRD", ratio: ours / peer)
            }
        }
    }

    /// What must hold beside BIRD.
    static let bounds: [(measure: String, ratio: Double)] = [
        ("\(rows[0].title): CPU", 0.5), ("\(rows[0].title): peak memory", 0.6), ("\(rows[0].title): until relayed", 1),
        ("\(rows[3].title): until relayed", 1),
    ]

    var complaints: [String] {
        Self.bounds.compactMap { bound in
            guard let found = measurements.first(where: { $0.measure == bound.measure }), found.ratio > bound.ratio
            else {
                return nil
            }
            return "\(bound.measure): \(short(found.ratio)) times BIRD's, at most \(bound.ratio) is wanted"
        }
    }

    // MARK: In the terminal

    var text: String {
        let present = SpeedContender.allCases.filter { contender in runs.keys.contains { $0.contender == contender } }
        return aligned([head(present)] + body(present), words: [0, 1]) + notes.map { $0 + "\n" }.joined()
    }

    func head(_ contenders: [SpeedContender]) -> [String] {
        ["", ""] + contenders.map(\.rawValue) + ["Landfall / BIRD"]
    }

    func body(_ contenders: [SpeedContender]) -> [[String]] {
        rows.flatMap { row in
            columns(row).enumerated().map { number, column in
                let values = contenders.map { value(row, $0, column.value) }
                let (ours, bird) = (value(row, .landfall, column.value), value(row, .bird, column.value))
                let ratio = ours.flatMap { ours in bird.map { short(ours / $0) } } ?? "–"
                return [number == 0 ? row.title : "", "\(column.name), \(column.unit)"]
                    + values.map { $0.map(short) ?? "–" } + [ratio]
            }
        }
    }

    var contenders: [SpeedContender] {
        SpeedContender.allCases.filter { contender in runs.keys.contains { $0.contender == contender } }
    }
}

private func short(_ value: Double) -> String {
    guard value.isFinite else { return "–" }
    if value >= 100 { return "\(Int(value.rounded()))" }
    let scale = value >= 10 ? 10.0 : 100.0
    return "\((value * scale).rounded() / scale)"
}
