import Control
import Daemon
import FoundationEssentials
import Site

/// How serious something is, as monitoring plugins have it.
enum Severity: Int, Comparable, Sendable {
    case fine, warning, critical

    static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    var colour: Terminal.Colour {
        switch self {
        case .fine: .green
        case .warning: .yellow
        case .critical: .red
        }
    }
}

/// What a status amounts to: which prefixes the world really sees from here, and whether that is meant so.
struct Situation: Sendable {
    let status: Status
    let now: Date
    /// Worst first, and in the order of the file.
    let prefixes: [Prefix]

    init(_ status: Status) {
        self.status = status
        now = Date(rfc3339: status.time) ?? .now
        let up = status.neighbors.filter(\.isUp)
        prefixes = status.prefixes.map { Prefix($0, up) }.sortedWorstFirst(\.severity)
    }

    /// A prefix is announced when a neighbor with a session has been told, whatever is meant.
    struct Prefix: Sendable {
        let status: Status.Prefix
        /// By neighbors with a session that have been told, and what.
        let told: [(neighbor: String, route: Status.Advertised)]

        init(_ status: Status.Prefix, _ up: [Status.Neighbor]) {
            self.status = status
            told = up.compactMap { neighbor in
                neighbor.advertised.first { $0.prefix == status.prefix }.map { (neighbor.name, $0) }
            }
        }

        var name: String { status.prefix }
        var isAnnounced: Bool { status.state == "announced" && !told.isEmpty }
        /// Neighbors that it is meant for, where none of them has a session.
        var muted: [String]? {
            guard status.state == "announced", told.isEmpty else { return nil }
            return (status.routes ?? []).filter { $0.level != "withdrawn" }.map(\.neighbor)
        }

        /// An operator wants it so, at every neighbor.
        var isDrained: Bool { status.routes.map { !$0.isEmpty && $0.allSatisfy { $0.isDrained == true } } ?? false }

        var severity: Severity {
            guard isAnnounced else { return isDrained && status.state != "announced" ? .warning : .critical }
            return status.level.map { $0 == "healthy" } ?? true ? .fine : .warning
        }

        /// `withdrawn`, `held down`, `drained`, `told to nobody`, or how it looks where it looks best.
        var word: String {
            switch (status.state, status.level) {
            case ("announced", _) where told.isEmpty: "told to nobody"
            case ("announced", "healthy"?), ("announced", nil): "announced"
            case ("announced", "last-resort"?): "last resort"
            case ("announced", let level?): level
            case ("withdrawn", _) where isDrained: "drained"
            case ("held-down", _): "held down"
            default: status.state
            }
        }
    }

    var announced: [Prefix] { prefixes.filter(\.isAnnounced) }
    /// Not announced, and nobody wanted that.
    var silent: [Prefix] { prefixes.filter { $0.severity == .critical } }
    var down: [Status.Neighbor] { status.neighbors.filter { !$0.isUp } }
    var isStopping: Bool { status.isStopping == true }

    var severity: Severity {
        if isStopping { return .warning }
        let isCalm = alarms.isEmpty && (status.drains ?? []).isEmpty && !isOnTrial
        let alarmed: Severity = alarms.contains { $0.severity == .critical } ? .critical : isCalm ? .fine : .warning
        return max(prefixes.map(\.severity).max() ?? .fine, alarmed)
    }

    var isOnTrial: Bool { status.configuration?.confirmBy != nil }

    /// `3 min`; nil for what is no time.
    func age(_ time: String) -> String? { Spans.age(of: time, at: now).map { Spans.text($0.rounded(.down)) } }
}

extension Status.Neighbor {
    var isUp: Bool { state == "Established" }
}

extension Array {
    /// Those that are equally bad stay in their order.
    func sortedWorstFirst(_ severity: (Element) -> Severity) -> [Element] {
        enumerated().sorted { a, b in
            let (first, second) = (severity(a.element), severity(b.element))
            return first != second ? first > second : a.offset < b.offset
        }.map(\.element)
    }
}
