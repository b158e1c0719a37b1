import Control
import FoundationEssentials

/// `landfall status` for people, at three in the morning: one screen, what is wrong first, and what to do last.
///
/// What is fine is summarised where there is much of it; what is wrong is listed, up to `most` lines a section, so that a
/// site with fifty neighbors has one screen, too.
struct Screen: Sendable {
    let situation: Situation
    var events = LastEvents()
    /// As it was named on the command line, for the commands that are proposed.
    var socket: String?
    var stateOption: String?
    var ink = Ink(isColoured: false)
    /// Of the terminal; nil: lines are as long as they get, for `grep` and mail.
    var width: Int?

    init(_ status: Status) { situation = Situation(status) }

    var status: Status { situation.status }

    /// Lines of a section that are about something wrong.
    static let most = 8
    /// Up to so many that are fine are listed rather than summarised.
    static let few = 4

    var text: String { lines.joined(separator: "\n") }

    var lines: [String] {
        let middle = [
            sectionOfPrefixes, sectionOfTransitions, sectionOfDrains, sectionOfSessions, sectionOfChecks,
            sectionOfServices, sectionOfConfiguration, sectionOfEvents,
        ]
        let parts = [head, draw([sectionOfAlarms]), draw(middle), draw([sectionOfRemedies])]
        return Array(parts.filter { !$0.isEmpty }.joined(separator: [""]))
    }

    private func draw(_ sections: [Section]) -> [String] { sections.flatMap { $0.lines(ink, width: width) } }

    private var head: [String] {
        let headline = Cell(situation.headline)
        let lines = width.map { headline.text.wrapped(at: $0, cutsWords: true) } ?? [headline.text]
        let up = situation.age(status.started).map { ", up \($0)" } ?? ""
        let about = Cell(
            "\(Spans.time(status.time))  network \(status.network), landfall \(status.version), pid \(status.pid)\(up)",
            .grey)
        let shown = width.map { about.cut(to: $0) } ?? about
        return lines.map { ink.paint($0, situation.severity.colour) } + [ink.paint(shown.text, shown.colour)]
    }

    private var sectionOfAlarms: Section {
        let rows = situation.alarms.prefix(Self.most).map { alarm in
            let colour: Terminal.Colour = alarm.severity == .critical ? .red : .yellow
            return [Cell(alarm.code, colour), Cell(situation.age(alarm.since) ?? ""), Cell(alarm.text)]
        }
        let rest = situation.alarms.count - rows.count
        return Section(
            "Alarms", rows + (rest > 0 ? [["", "", "and \(rest) more: landfall status --json"]] : []), wraps: true)
    }

    /// Those that are wrong, `most` of them, and a line about the others.
    func fold<Thing>(
        _ wrong: [Thing], _ fine: [Thing], row: (Thing) -> [[Cell]], summary: ([Thing]) -> [[Cell]]
    ) -> [[Cell]] {
        let listed = wrong.prefix(Self.most).flatMap(row)
        let rest = wrong.count - Self.most
        let more: [[Cell]] = rest > 0 ? [[Cell("and \(rest) more like these", .red)]] : []
        return listed + more + (fine.count <= Self.few ? fine.flatMap(row) : summary(fine))
    }
}
