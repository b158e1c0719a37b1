internal import Announce
internal import Codes
internal import Control
internal import Synchronization

/// Alarms and events by their codes, all of them from the start, so that a rule may rely on each being there.
enum AlarmMetrics {
    static let alarms = Metric(
        "landfall_alarms", .gauge, by: ["code", "name", "severity"],
        "How many alarms of this code are open; landfall status has their words, landfall explain what to do.")
    static let events = Metric(
        "landfall_events_total", .counter, by: ["code", "name"], "Events of this code since the start.")

    static let all = [alarms, events]

    static let known =
        Announce.Alarm.explanations + Status.Alarm.explanations + AgentAlarms.explanations
    fileprivate static let severities: [Status.Alarm.Severity] = [.critical, .warning]
}

extension Agent {
    func addAlarmsAndEvents(to page: inout MetricsPage) {
        for what in AlarmMetrics.known {
            for severity in AlarmMetrics.severities {
                let count = alarms.all.count { $0.code == what.code && $0.severity == severity }
                page.add(AlarmMetrics.alarms, by: [what.code, what.name, severity.rawValue], count)
            }
        }
        let counts = log.counts.all
        for kind in Event.Kind.allCases {
            page.add(AlarmMetrics.events, by: [kind.code, kind.rawValue], counts[kind] ?? 0)
        }
    }
}

/// How often each kind of event was written, by whichever thread.
final class EventCounts: Sendable {
    private let counts = Mutex<[Event.Kind: UInt64]>([:])

    var all: [Event.Kind: UInt64] { counts.withLock { $0 } }

    func note(_ kind: Event.Kind) { counts.withLock { $0[kind, default: 0] += 1 } }
}

extension Explanation {
    static let metricsUnavailable = Explanation(
        "LF-A103", "metrics-unavailable",
        title: "Prometheus can't be answered: the address or port of metrics can't be had.",
        meaning: """
            Something else listens there, or none of the addresses in metrics.listen is this host's. Nothing but metrics is \
            concerned: announcing, checking and the control socket go on. It is tried again every 5 s.
            """,
        remedy: """
            ss --tcp --listening --processes says who has the port; give metrics another one (landfall reload takes it), or \
            stop the other program.
            """)
}
