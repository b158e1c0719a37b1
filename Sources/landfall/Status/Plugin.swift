import Control
import Net

/// `landfall status --check`: one line for a monitoring system, as plugins of Nagios and Icinga write it (Monitoring Plugins
/// Development Guidelines, "Plugin Output for Nagios"): `LANDFALL CRITICAL - text | performance data`.
struct Plugin: Sendable {
    enum State: Int32 {
        case ok = 0
        case warning = 1
        case critical = 2
        case unknown = 3

        var word: String {
            switch self {
            case .ok: "OK"
            case .warning: "WARNING"
            case .critical: "CRITICAL"
            case .unknown: "UNKNOWN"
            }
        }
    }

    var state: State
    var text: String
    var figures: [Figure] = []

    /// `label=value[unit];warn;crit;min;max`, without thresholds of its own: what is wrong, the state says.
    struct Figure: Sendable {
        var label: String
        var value: Double
        /// Empty, or `s`, `%`, `B`, `c` (a counter).
        var unit = ""
        var most: Double?

        var text: String {
            "\(label)=\(Self.number(value))\(unit);;;0" + (most.map { ";\(Self.number($0))" } ?? "")
        }

        /// Digits and a point, whatever the value: no exponents, no `nan`.
        private static func number(_ value: Double) -> String {
            let hundredths = (value * 100).whole()
            let (whole, part) = (abs(hundredths) / 100, abs(hundredths) % 100)
            let sign = hundredths < 0 ? "-" : ""
            return part == 0 ? "\(sign)\(whole)" : "\(sign)\(whole).\(part < 10 ? "0" : "")\(part)"
        }
    }

    /// Plugins may write up to 4 KiB; a pager shows less. `|` would begin the performance data.
    var line: String {
        let plain = text.printable(500).replacing("|", with: "/")
        let data = figures.isEmpty ? "" : " | " + figures.map(\.text).joined(separator: " ")
        return "LANDFALL \(state.word) - \(plain)\(data)"
    }
}

extension Plugin {
    init(_ status: Status) {
        let situation = Situation(status)
        switch situation.severity {
        case .fine: state = .ok
        case .warning: state = .warning
        case .critical: state = .critical
        }
        text = situation.headline
        figures = Self.figures(situation)
    }

    /// No agent answers; of one that lives and can't be asked here, nothing is known.
    init(_ absence: Absence) { self.init(state: absence.isElsewhere ? .unknown : .critical, text: absence.sentence) }

    private static func figures(_ situation: Situation) -> [Figure] {
        let status = situation.status
        var figures = [
            count("prefixes_announced", situation.announced.count, of: status.prefixes.count),
            count("sessions_up", status.neighbors.count(where: \.isUp), of: status.neighbors.count),
            count("checks_healthy", status.checks.count { $0.verdict == "healthy" }, of: status.checks.count),
            count("alarms", status.alarms.count), count("drains", status.drains?.count ?? 0),
        ]
        guard !status.services.isEmpty else { return figures }
        let total = { (value: (Status.Service) -> Double) in status.services.reduce(0) { $0 + value($1) } }
        figures.append(Figure(label: "queries_per_second", value: total(\.queriesPerSecond)))
        figures.append(Figure(label: "bits_per_second", value: total(\.bitsPerSecond)))
        figures.append(Figure(label: "service_restarts", value: total { Double($0.restarts) }, unit: "c"))
        if let load = status.load { figures.append(Figure(label: "load", value: load * 100, unit: "%")) }
        return figures
    }

    private static func count(_ label: String, _ value: Int, of most: Int? = nil) -> Figure {
        Figure(label: label, value: Double(value), most: most.map(Double.init))
    }
}
