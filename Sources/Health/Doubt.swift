internal import Net

/// What is told of a check that can't be made, so that one that often can't fills no history: when that begins, rarely while
/// it goes on, and once when it is over. A result in between ends nothing.
///
///     the first that can't be made ──▶ begins ──(10 min, then every hour)──▶ goes on
///                                        │
///                                        ╰─(5 min and 3 results since the last one)──▶ over
///
/// Another reason is told as well, the first few.
///
/// What it means is decided elsewhere: the verdict goes by each result, and how much of the time makes an alarm is for the
/// announcer to say.
struct Doubt: Hashable, Sendable {
    static let calm = Duration.seconds(300)
    static let calmResults = 3
    static let firstSummary = Duration.seconds(600)
    static let summaries = Duration.seconds(3600)

    private static let mostReasons = 4

    private var spell: Spell?

    /// From the first that couldn't be made.
    private struct Spell: Hashable, Sendable {
        let began: Instant
        var last: Instant
        /// That were told.
        var reasons: [String]
        var tally = Monitor.Tally()
        var calmResults = 0
        var nextSummary: Instant

        /// Whether the reason is news.
        mutating func note(impossible reason: String, _ now: Instant) -> Bool {
            (last, calmResults) = (now, 0)
            tally.count(isPossible: false, over: now - began)
            let isNews = !reasons.contains(reason) && reasons.count < Doubt.mostReasons
            if isNews { reasons.append(reason) }
            return isNews
        }

        /// What it came to, where it is over: of the results up to the last that couldn't be made.
        mutating func end(_ now: Instant) -> Monitor.Tally? {
            calmResults += 1
            guard calmResults >= Doubt.calmResults, now - last >= Doubt.calm else {
                tally.count(isPossible: true, over: now - began)
                return nil
            }
            tally.results -= calmResults - 1
            tally.over = last - began
            return tally
        }
    }

    mutating func cannot(_ reason: String, now: Instant) -> [Monitor.Action] {
        guard spell != nil else {
            spell = Spell(began: now, last: now, reasons: [reason], nextSummary: now + Self.firstSummary)
            spell?.tally.count(isPossible: false, over: .zero)
            return [.tell(.begins(reason: reason))]
        }
        guard spell?.note(impossible: reason, now) == true, let tally = spell?.tally else { return summary(now) }
        return [.tell(.goesOn(reason: reason, tally))]
    }

    mutating func can(now: Instant) -> [Monitor.Action] {
        guard spell != nil else { return [] }
        guard let tally = spell?.end(now) else { return summary(now) }
        spell = nil
        return [.tell(.over(tally))]
    }

    private mutating func summary(_ now: Instant) -> [Monitor.Action] {
        guard let spell, now >= spell.nextSummary else { return [] }
        self.spell?.nextSummary = now + Self.summaries
        return [.tell(.goesOn(reason: spell.reasons.last ?? "", spell.tally))]
    }
}

extension Monitor {
    /// How many results there were, and of how many nothing is known.
    public struct Tally: Hashable, Sendable {
        public var results = 0
        public var impossible = 0
        public var over = Duration.zero

        public init(results: Int = 0, impossible: Int = 0, over: Duration = .zero) {
            (self.results, self.impossible, self.over) = (results, impossible, over)
        }

        mutating func count(isPossible: Bool, over: Duration) {
            results += 1
            impossible += isPossible ? 0 : 1
            self.over = over
        }
    }

    /// What somebody should read of a check that can't be made.
    public enum Notice: Hashable, Sendable {
        case begins(reason: String)
        /// It still can't be made, or not always; the reason is the last one.
        case goesOn(reason: String, Tally)
        /// It can be made, and could for a while.
        case over(Tally)
    }
}
