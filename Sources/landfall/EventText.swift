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
        let first = "\(event.time)\(ago)  \(number)  \(painted(event.code))  \(lines.first ?? "")"
        return ([first] + lines.dropFirst()).joined(separator: "\n")
    }

    /// What stands behind it; nothing where nothing does.
    var evidence: String {
        (event.evidence ?? []).flatMap { evidence in
            ["  " + evidence.text.printable()] + (evidence.time.map { ["    at \($0.printable())"] } ?? [])
                + (evidence.output.map { ["    it printed: \($0.printable())"] } ?? [])
        }.joined(separator: "\n")
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
