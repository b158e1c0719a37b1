import Control
import FoundationEssentials
import Net
import Site

/// An event for people.
struct EventText {
    private let event: Event

    init(_ event: Event) { self.event = event }

    /// `2026-11-21T03:00:00.000Z (3 s ago)    17  LF-E403  withdrawn 203.0.113.0/24: no answer within 200 ms`.
    var line: String {
        let ago = Terminal.isOutputTerminal ? Spans.ago(event.time, at: .now).map { " (\($0))" } ?? "" : ""
        let number = String(repeating: " ", count: max(0, 5 - "\(event.id)".count)) + "\(event.id)"
        let lines = event.text.split(separator: "\n").map { $0.printable() }
        let head = "\(event.time)\(ago)  \(number)  \(painted(event.code))  "
        let first = Self.fitted(lines.first ?? "", behind: Table.width(head), in: Terminal.screenWidth)
        let more = lines.dropFirst().map { $0.fitted(to: Terminal.screenWidth) }
        return ([head + first] + more).joined(separator: "\n")
    }

    /// What doesn't fit behind time and code goes on below, a little to the right of the beginning.
    static func fitted(_ text: String, behind used: Int, in width: Int?) -> String {
        guard let width, used + text.count > width else { return text }
        let first = text.wrapped(at: max(1, width - used)).first ?? ""
        // The first word may be longer than the room: then it stands below.
        let isShort = used + first.count <= width
        let rest = isShort ? String(text.dropFirst(first.count).drop { $0 == " " }) : text
        let below = rest.wrapped(at: max(20, width - 4), cutsWords: true).map { "    " + $0 }
        return ([isShort ? first : ""] + below).joined(separator: "\n")
    }

    /// What stands behind it; nothing where nothing does.
    var evidence: String {
        (event.evidence ?? []).flatMap { evidence in
            ["  " + evidence.text.printable()] + (evidence.time.map { ["    at \($0.printable())"] } ?? [])
                + (evidence.output.map { ["    it printed: \($0.printable())"] } ?? [])
        }.joined(separator: "\n").fitted(to: Terminal.screenWidth)
    }

    private func painted(_ code: String) -> String {
        switch event.event {
        case .withdrawn, .alarm, .sessionDown, .serviceCrashLoop, .uncleanEnd: Terminal.paint(code, .red)
        case .verdict where event.verdict == "failing": Terminal.paint(code, .red)
        case .announced, .alarmResolved, .sessionUp, .serviceSteady: Terminal.paint(code, .green)
        default: code
        }
    }
}
