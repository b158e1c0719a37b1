import Control
import Doctor
import FoundationEssentials
import Net
import Site

/// `landfall status` where no agent answers: the same screen, as far as it can be filled.
struct AbsenceScreen: Sendable {
    let absence: Absence
    var ink = Ink(isColoured: false)
    var width: Int?

    init(_ absence: Absence) { self.absence = absence }

    var text: String { lines.joined(separator: "\n") }

    var lines: [String] {
        let sentence = Cell(absence.sentence).text
        let head = width.map { sentence.wrapped(at: $0, cutsWords: true) } ?? [sentence]
        let about = Cell("\(absence.time.formatted(Date.ISO8601FormatStyle()))  \(absence.reason)", .grey)
        let shown = width.map { about.cut(to: $0) } ?? about
        let sections = [lastOne, host, drains, Section(events: absence.events, now: absence.time)]
        return head.map { ink.paint($0, .red) } + [ink.paint(shown.text, shown.colour), ""]
            + sections.flatMap { $0.lines(ink, width: width) } + [""] + remedies.lines(ink, width: width)
    }

    private var lastOne: Section {
        var rows: [[Cell]] = [[Cell(absence.end)]]
        if let file = absence.remains.file { rows.append([Cell("it \(absence.isElsewhere ? "runs" : "ran") \(file)")]) }
        rows += absence.others.map { [Cell("another one lives here, that of \($0.name) (\($0.words))")] }
        return Section("Agent", rows, wraps: true)
    }

    private var host: Section {
        let left = absence.onLoopback.map(\.description).joined(separator: ", ")
        let known = !absence.remains.addresses.isEmpty
        let still = "still on lo: packets that still come are answered by whatever listens there"
        let there = absence.isElsewhere ? "on lo" : still
        let lo =
            left.isEmpty
            ? (known ? "no service address is on lo any more" : "which service addresses are on lo isn't known")
            : "\(left) \(there)"
        return Section("Host", [[Cell(lo)]], wraps: true)
    }

    private var drains: Section {
        let rows = absence.remains.drains.prefix(Screen.most).map { drain in
            [Cell(drain.target.words), Cell("drained", .yellow), Cell(absence.words(of: drain))]
        }
        return Section("Drains", rows, wraps: true)
    }

    private var remedies: Section {
        Section(remedies: absence.remedies, width: width)
    }
}

extension Absence {
    /// How the last one ended, as far as its events tell.
    var end: String {
        let until = lastTime.map { "; it said something last \($0)" } ?? ""
        if kind == .silent || kind == .closed { return "it is there and doesn't answer\(until)" }
        if isElsewhere { return "it lives, and can't be asked there\(until)" }
        guard let last = events.all.last else {
            return "how the last one ended isn't known" + ((events.trouble ?? remains.trouble).map { ": \($0)" } ?? "")
        }
        switch last.event {
        case .stopped: return "the last one ended in order \(lastTime ?? "")"
        case .stopping: return "the last one was told to end, and died before it had \(lastTime ?? ""): \(last.text)"
        default:
            return "the last one ended without a word (killed, crashed, or the power went); it said something last "
                + (lastTime ?? "at \(last.time)")
        }
    }

    private var lastTime: String? {
        events.all.last.flatMap { Spans.ago($0.time, at: time) }
    }

    /// By whom, since when, and until when; a start changes nothing about it.
    func words(of drain: RemainingDrain) -> String {
        let when = drain.secondsAgo.map { "\(Spans.text($0.rounded(.down))) ago" }
        let who = [drain.by.map { "by \($0)" }, when].compactMap(\.self).joined(separator: " ")
        let end = drain.endsInSeconds.map { "ends in \(Spans.text($0))" } ?? "until somebody undrains it"
        return (who.isEmpty ? "" : who + ", ") + end + (isElsewhere ? "" : "; the next agent keeps it so")
    }
}
