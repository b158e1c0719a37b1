package import Net

/// Which alarms are open. Each opens once, keeps the moment at which it did while its words follow what is so now, and
/// resolves once.
///
///     condition is there ──▶ open ──▶ condition is gone: resolved
///                             ╰ told at once; what is usual at a start only when it outlasts that
///
/// At a start nothing is announced and no session is up, which is no news: such alarms are open, for whoever asks, but are
/// told only if they are still the same ones after `patience`. Nobody is called out of bed by a restart that goes well.
package struct OpenAlarms: Sendable {
    package enum Change: Hashable, Sendable {
        case opened(Status.Alarm)
        /// As it was last, and how long it was open.
        case resolved(Status.Alarm, after: Duration)
    }

    package static let patience = Duration.seconds(30)

    /// Worst first.
    package var all: [Status.Alarm] { entries.map(\.alarm) }

    private var entries: [Entry] = []
    /// Until then, those of `usual` are not told.
    private let quietUntil: Instant
    private var usual: Set<[String]>?

    private struct Entry: Sendable {
        var alarm: Status.Alarm
        let opened: Instant
        var isTold = false
    }

    /// - Parameter start: when the agent started.
    package init(start: Instant) { quietUntil = start + Self.patience }

    /// What is wrong now, and what of that is news. Of several conditions that are the same alarm the first counts.
    ///
    /// - Parameter time: the same moment as `now`, RFC 3339.
    package mutating func settle(_ conditions: [Status.Alarm], now: Instant, at time: String) -> [Change] {
        let next = unique(conditions)
        let gone = entries.filter { entry in !next.contains { $0.identity == entry.alarm.identity } }
        entries = next.map { condition in
            let known = entries.first { $0.alarm.identity == condition.identity }
            var entry = known ?? Entry(alarm: condition, opened: now)
            let since = entry.alarm.since.isEmpty ? time : entry.alarm.since
            entry.alarm = condition
            entry.alarm.since = since
            return entry
        }
        noteUsual(now)
        return gone.filter(\.isTold).map { .resolved($0.alarm, after: now - $0.opened) } + tell()
    }

    private func unique(_ conditions: [Status.Alarm]) -> [Status.Alarm] {
        var known: Set<[String]> = []
        let all = conditions.filter { known.insert($0.identity).inserted }
        return all.filter { $0.severity == .critical } + all.filter { $0.severity != .critical }
    }

    /// One that was gone meanwhile is news when it is back.
    private mutating func noteUsual(_ now: Instant) {
        let here = Set(entries.map(\.alarm).filter(\.isUsualAtStart).map(\.identity))
        usual = now < quietUntil ? usual.map { $0.intersection(here) } ?? here : []
    }

    private mutating func tell() -> [Change] {
        entries.indices.compactMap { index in
            let alarm = entries[index].alarm
            guard !entries[index].isTold, !(usual ?? []).contains(alarm.identity) else { return nil }
            entries[index].isTold = true
            return .opened(alarm)
        }
    }
}
