import Control
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
        let sections = [lastOne, host, Section(events: absence.events, now: absence.time)]
        return head.map { ink.paint($0, .red) } + [ink.paint(shown.text, shown.colour), ""]
            + sections.flatMap { $0.lines(ink, width: width) } + [""] + remedies.lines(ink, width: width)
    }

    private var lastOne: Section {
        var rows: [[Cell]] = [[Cell(absence.end)]]
        if let file = absence.remains.file { rows.append([Cell("it ran \(file)")]) }
        return Section("Agent", rows, wraps: true)
    }

    private var host: Section {
        let left = absence.onLoopback.map(\.description).joined(separator: ", ")
        let known = !absence.remains.addresses.isEmpty
        let lo =
            left.isEmpty
            ? (known ? "no service address is on lo any more" : "which service addresses are on lo isn't known")
            : "\(left) still on lo: packets that still come are answered by whatever listens there"
        return Section("Host", [[Cell(lo)]], wraps: true)
    }

    private var remedies: Section {
        Section(remedies: absence.remedies)
    }
}

extension Absence {
    /// How the last one ended, as far as its events tell.
    var end: String {
        if kind == .silent || kind == .closed {
            let until = lastTime.map { "; it said something last \($0)" } ?? ""
            return "it is there and doesn't answer\(until)"
        }
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

    /// Commands as they stand.
    var remedies: [Screen.Remedy] {
        let log = Screen.Remedy("journalctl -u landfall -n 50", "what it said on its way out, if systemd runs it")
        let at = stateOption.map { " --state \(quoted($0))" } ?? ""
        let events = Screen.Remedy("landfall events --last 50\(at)", "what happened before")
        let run = Screen.Remedy("systemctl start landfall", "starts it, if systemd runs it")
        switch kind {
        case .silent, .closed:
            guard let process else { return [events, log] }
            let go = Screen.Remedy("kill -CONT \(process.pid)", "lets it go on; its sessions may have ended meanwhile")
            let end = Screen.Remedy(
                "kill -KILL \(process.pid)", "ends it and its service; routes go, addresses stay on lo")
            return isStopped ? [go, end, events] : [events, log, end]
        case .noSocket, .refused:
            guard let file = remains.file, let site = remains.site else { return [events, log, run] }
            let agent = Screen.agent(of: file, at: site, remains.host)
            let doctor = Screen.Remedy("landfall doctor \(agent)", "what would keep it from running")
            let byHand = Screen.Remedy("landfall run \(agent)\(at)", "starts it by hand, and takes the addresses over")
            return [events, log, doctor, run, byHand]
        }
    }
}
