import Codes
import Config
import Control
import Daemon
import Files
import FoundationEssentials
import Glibc
import Net
import Site

extension Verb {
    static let events = Verb(
        name: "events",
        summary: "What happened at this host, the latest last, also when the agent is dead.",
        description: """
            Reads what the agent keeps in its state folder, so it needs no agent: each line is a time, the event's number,
            its code, and what happened. `landfall explain` with the number shows the evidence behind it, with the code
            what it stands for and what to do. The last few thousand are kept. --json prints JSON lines (docs/json.md).
            """,
        options: [
            Option(name: "last", value: "N", summary: "The last N; 20 where nothing else is asked for."),
            Option(name: "since", value: "TIME", summary: "Not before: 10m, \"10m ago\", or 2026-11-21T03:00:00Z."),
            Option(
                name: "code", value: "CODE", summary: "Of this event or alarm only: LF-E403, withdrawn.", repeats: true
            ),
            Option(name: "follow", summary: "Go on with what happens next, until it is interrupted."),
            .state,
            Option(name: "json", summary: "Print each event as a line of JSON (docs/json.md)."),
        ],
        examples: [
            ("landfall events", "what happened last"),
            (
                "landfall events --since 30m --code withdrawn --code verdict",
                "what was withdrawn lately, and by which check"
            ),
            ("landfall events --follow --json | jq -r .reason", "what happens, for a program"),
        ]
    ) { invocation throws(Failure) in
        try EventReading(invocation).run()
    }
}

extension Verb.Option {
    /// For verbs that read what an agent has kept: ``Invocation/stateFolder``.
    static let state = stateFolder(otherwise: StatePlace.usualPath)

    /// For verbs that speak of the agent that whoever asks would start: ``Invocation/ownStateFolder``.
    static let ownState = stateFolder(otherwise: StatePlace.defaultPath)

    private static func stateFolder(otherwise path: String) -> Verb.Option {
        .init(name: "state", value: "DIR", summary: "The agent's state folder; $LANDFALL_STATE or \(path) otherwise.")
    }
}

/// One call of `landfall events`.
private struct EventReading {
    let invocation: Invocation
    let files: EventFiles
    let count: Int
    let since: Date?
    let codes: Set<String>

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        files = invocation.eventFiles
        since = try invocation.value("since").map { text throws(Failure) in try Self.moment(text) }
        count = try Self.count(invocation) ?? (since == nil ? 20 : .max)
        var codes: Set<String> = []
        for text in invocation.values("code") {
            let known = Explanations.events + Explanations.alarms
            codes.formUnion(try Explanations.named(text, in: known, for: "events").map(\.code))
        }
        self.codes = codes
    }

    private static func count(_ invocation: Invocation) throws(Failure) -> Int? {
        guard let text = invocation.value("last") else { return nil }
        guard text.utf8.count < 10, let count = Int(text), count > 0 else {
            throw Failure("events: --last \(text): it should be how many, such as 100")
        }
        return count
    }

    /// `10m`, `10m ago`, or a moment.
    private static func moment(_ text: String) throws(Failure) -> Date {
        if let date = Date(rfc3339: text) { return date }
        let words = text.split(separator: " ")
        guard let first = words.first, words.count == 1 || words.dropFirst() == ["ago"],
            let time = Duration(text: String(first))
        else {
            throw Failure(
                "events: --since \(text): it should be how long ago, such as 10m, \"10m ago\" or 2h, or a moment "
                    + "(RFC 3339), such as 2026-11-21T03:00:00Z")
        }
        return Date(timeIntervalSinceNow: -time.milliseconds / 1000)
    }

    func run() throws(Failure) -> Exit {
        try invocation.requireStateFolder()
        do throws(FileError) {
            var follower = invocation.has("follow") ? try EventFollower(files) : nil
            let events = try files.latest(count, where: matches, after: isTooOld)
            if events.isEmpty { Terminal.say(nothing) }
            for event in events { tell(event) }
            guard follower != nil else { return .done }
            // What came between the two is in both.
            var known = Set(events.map(\.id))
            while let more = try follower?.next(), !hasReaderGone() {
                for event in more where matches(event) && !known.contains(event.id) { tell(event) }
                known = []
            }
            return .done
        } catch { throw invocation.failure(error) }
    }

    private func matches(_ event: Event) -> Bool {
        codes.isEmpty || codes.contains(event.code) || event.alarm.map(codes.contains) ?? false
    }

    private func isTooOld(_ event: Event) -> Bool {
        guard let since, let time = Date(rfc3339: event.time) else { return false }
        return time < since
    }

    private func tell(_ event: Event) {
        if invocation.has("json") {
            if let line = Control.json(event) { Terminal.print(line) }
        } else {
            Terminal.print(EventText(event).line)
        }
    }

    private var nothing: String {
        guard access(files.folder, F_OK) == 0 else {
            let folders = Set([files.folder, StatePlace.commonPath]).sorted().joined(separator: ", and no ")
            return "There is no \(folders): no agent has run here, or one with another --state."
        }
        let isFiltered = since != nil || !codes.isEmpty
        return "No event is kept in \(files.folder)\(isFiltered ? " that was asked for" : "")."
    }

    /// A quarter of a second later.
    private func hasReaderGone() -> Bool {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&output, 1, 250) > 0 && output.revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
    }
}
