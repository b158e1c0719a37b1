import Codes
import Control
import Files
import Glibc
import Site
import Peers
import Testing

@testable import landfall

/// `landfall events` and `landfall explain`, over a folder that an agent has left.
@Suite("Events and explanations on the command line")
final class EventsTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/landfall-events-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError("/tmp", .system(errno)) }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
        try File.write(Array((Self.lines.joined(separator: "\n") + "\n{\"cut").utf8), to: folder + "/events.jsonl")
    }

    deinit {
        unlink(folder + "/events.jsonl")
        rmdir(folder)
    }

    private static let lines = [
        #"{"schema":"landfall.event/1","id":15,"code":"LF-E501","event":"session-up","time":"2026-01-01T03:00:00.000Z","site":"fra","host":"fra1","neighbor":"r4"}"#,
        #"{"schema":"landfall.event/1","id":16,"code":"LF-E106","event":"alarm","alarm":"LF-A401","name":"prefix-withdrawn","severity":"critical","time":"2026-01-01T03:00:01.000Z","site":"fra","host":"fra1","prefix":"203.0.113.0/24","reason":"203.0.113.0/24 is withdrawn: \u001b[31mred"}"#,
        #"{"schema":"landfall.event/1","id":17,"code":"LF-E403","event":"withdrawn","time":"2026-01-01T03:00:02.000Z","site":"fra","host":"fra1","prefix":"203.0.113.0/24","neighbors":["r4"],"reason":"dns at 203.0.113.53: SERVFAIL instead of NOERROR","evidence":[{"check":"dns","address":"203.0.113.53","question":"example.org. SOA over udp at 203.0.113.53 port 53","verdict":"failing","time":"2026-01-01T03:00:02.000Z","result":"failed","kind":"wrong","answer":"SERVFAIL instead of NOERROR","milliseconds":0.512,"rcode":"SERVFAIL"}]}"#,
    ]

    private func landfall(_ words: String...) throws -> Command {
        try Command(program: Landfall.path, words, environment: ["LANDFALL_STATE=\(folder)"])
    }

    @Test("events are listed with the latest last, without an agent, and what others wrote obeys no terminal")
    func list() throws {
        let command = try landfall("events")
        #expect(
            command.output == """
                2026-01-01T03:00:00.000Z     15  LF-E501  session-up r4
                2026-01-01T03:00:01.000Z     16  LF-E106  alarm LF-A401 203.0.113.0/24: 203.0.113.0/24 is withdrawn:  [31mred
                2026-01-01T03:00:02.000Z     17  LF-E403  withdrawn 203.0.113.0/24 at r4: dns at 203.0.113.53: SERVFAIL instead of NOERROR

                """)
        #expect(command.exit == 0 && command.talk.isEmpty)
    }

    @Test("each thing that is wrong with a refused file is told once")
    func refused() {
        var event = Event(.reloadRefused, at: "2026-01-01T03:00:00.000Z", site: "fra", host: "fra1")
        (event.by, event.lines) = ("alice", ["a.yaml:4:12: place", "a.yaml:9:3: hold-down"])
        event.reason = event.lines?.first
        #expect(event.text == "reload-refused by alice: a.yaml:4:12: place\n    a.yaml:9:3: hold-down")
        event.lines?.removeLast()
        #expect(event.text == "reload-refused by alice: a.yaml:4:12: place")
        (event.reason, event.lines) = ("1 change", ["changed neighbor r4"])
        #expect(event.text == "reload-refused by alice: 1 change\n    changed neighbor r4")
    }

    @Test("events are chosen by number, by time, and by the code or name of an event or an alarm")
    func choose() throws {
        #expect(try landfall("events", "--last", "1").output.contains("  17  "))
        #expect(try landfall("events", "--since", "2026-01-01T03:00:01Z").output.split(separator: "\n").count == 2)
        for code in ["LF-A401", "a401", "prefix-withdrawn", "alarm", "lf-e106"] {
            let command = try landfall("events", "--code", code)
            #expect(command.output.split(separator: "\n").count == 1 && command.output.contains("  16  "), "\(code)")
        }
        #expect(try landfall("events", "--code", "withdrawn", "--code", "session-up").output.contains("  15  "))
    }

    @Test("nothing to tell is said, and is no error")
    func nothing() throws {
        for words in [["--since", "1s"], ["--since", "1s ago"], ["--code", "drain"]] {
            let command = try Command(program: Landfall.path, ["events", "--state", folder] + words)
            #expect(command.exit == 0 && command.output.isEmpty && command.talk.contains("No event is kept in"))
        }
    }

    @Test("a folder that was named and isn't there is an error that names it, and not an agent that never ran")
    func missing() throws {
        for words in [["events"], ["events", "--follow"], ["explain", "17"]] {
            let given = try Command(program: Landfall.path, words + ["--state", "/nonexistent/state"])
            let text = "landfall: \(words[0]): /nonexistent/state: No such file or directory (--state)"
            #expect(given.exit == 3 && given.output.isEmpty && given.talk.hasPrefix(text), "\(given.talk)")
            let environment = ["LANDFALL_STATE=/nonexistent/state"]
            let named = try Command(program: Landfall.path, words, environment: environment)
            #expect(named.exit == 3 && named.talk.contains("file or directory ($LANDFALL_STATE)"), "\(named.talk)")
        }
    }

    @Test("whoever has no agent of an own is told what the system's has kept, or whose that is")
    func common() throws {
        if let lack = Landfall.othersLack { try Test.cancel("\(lack)") }
        func ask(_ mode: String, _ verb: String) throws -> Command {
            let script = """
                mount -t tmpfs none /var/lib && mkdir -m \(mode) /var/lib/landfall && cp \(folder)/events.jsonl /var/lib/landfall/
                chmod 644 /var/lib/landfall/events.jsonl
                mount -t tmpfs none /run && mkdir /run/landfall && touch /run/landfall/control
                export HOME=/nonexistent; unset XDG_STATE_HOME XDG_RUNTIME_DIR LANDFALL_STATE LANDFALL_SOCKET
                exec setpriv --reuid=65534 --regid=65534 --clear-groups \(Landfall.path) \(verb)
                """
            return try Command(program: "/usr/bin/unshare", ["--mount", "/bin/sh", "-c", script])
        }
        #expect(try ask("755", "events").output.contains("  17  LF-E403"))
        #expect(try ask("755", "explain 17").output.contains("Evidence:"))
        for (verb, places) in [
            ("events", ["$LANDFALL_STATE or /var/lib/landfall otherwise"]),
            ("status", ["or /var/lib/landfall otherwise", "$LANDFALL_SOCKET or /run/landfall/control otherwise"]),
            ("doctor", ["or /nonexistent/.local/state/landfall otherwise", "or /run/landfall/control otherwise"]),
        ] {
            let words = try ask("755", "\(verb) --help").output.split(whereSeparator: \.isWhitespace)
            let help = words.joined(separator: " ")
            for place in places { #expect(help.contains(place), "\(verb): \(help)") }
        }
        for verb in ["events", "explain 17"] {
            let refused = try ask("700", verb)
            let remedy = "The state folder /var/lib/landfall is for root alone: sudo landfall \(verb) --state"
            #expect(refused.exit == 3 && refused.output.isEmpty && refused.talk.contains(remedy), "\(refused.talk)")
        }
    }

    @Test("who may not read the state folder is told whose it is")
    func forbidden() throws {
        if let lack = Landfall.othersLack { try Test.cancel("\(lack)") }
        let words = ["events", "--state", folder]
        let other = ["--reuid=65534", "--regid=65534", "--clear-groups", Landfall.path]
        try expectForbidden(Command(program: "/usr/bin/setpriv", other + words))
    }

    private func expectForbidden(_ command: Command) {
        let text = "Permission denied\nThe state folder \(folder) is for root alone: sudo landfall events"
        #expect(command.exit == 3 && command.output.isEmpty && command.talk.contains(text), "\(command.talk)")
    }

    @Test("a wrong word is answered with what it should be, and exit code 2")
    func slips() throws {
        let cases: [(Command, String)] = [
            (try landfall("events", "--last", "none"), "events: --last none: it should be how many"),
            (try landfall("events", "--since", "yesterday"), "events: --since yesterday: it should be how long ago"),
            (try landfall("events", "--since", "10m before"), "events: --since 10m before: it should be how long ago"),
            (try landfall("events", "--since", "ago"), "or a moment (RFC 3339), such as 2026-11-21T03:00:00Z"),
            (try landfall("events", "--code", "LF-E999"), "events: there is no code \"LF-E999\"; did you mean "),
            (try landfall("explain", "withdrawm"), "did you mean LF-E403 (withdrawn)"),
            (try landfall("explain", "hold"), "LF-A502 (hold-time-zero)"),
            (try landfall("explain", "xyzzy"), "landfall explain lists all"),
            (try landfall("explain", "99"), "there is no event 99 in \(folder), which has 15 to 17"),
        ]
        for (command, text) in cases {
            #expect(command.exit == 2 && command.output.isEmpty && command.talk.contains(text), "\(command.talk)")
        }
    }

    @Test("JSON lines have all fields of the event, whole lines only")
    func jsonLines() throws {
        let lines = try landfall("events", "--json").output.split(separator: "\n")
        #expect(lines.count == 3)
        for field in [
            "\"schema\":\"landfall.event/1\"", "\"id\":17", "\"rcode\":\"SERVFAIL\"", "\"milliseconds\":0.512",
        ] {
            #expect(lines.last?.contains(field) == true, "\(field)")
        }
    }

    @Test(
        "an event is explained with its evidence, an alarm by its own code, and without an argument all codes are listed"
    )
    func explain() throws {
        let event = try landfall("explain", "17").output
        for text in [
            "dns asked example.org. SOA over udp at 203.0.113.53 port 53: failed: SERVFAIL instead of NOERROR (after 0.5 ms)",
            "LF-E403 withdrawn: A prefix is withdrawn.", "What to do: After a check",
        ] { #expect(event.contains(text), "\(event)") }
        #expect(try landfall("explain", "16").output.contains("LF-A401 prefix-withdrawn: "))
        let list = try landfall("explain").output.split(separator: "\n")
        #expect(list.count == Explanations.all.count && list[0].hasPrefix("LF-E101  starting "))
        for what in Explanations.all {
            let one = try Explained(Invocation.parse(["explain", what.code])).text(isList: false)
            #expect(one.hasPrefix("\(what.code) \(what.name): \(what.title)\n"))
        }
        let json = try landfall("explain", "withdrawn", "--json").output
        for key in ["schema", "codes", "code", "name", "title", "meaning", "remedy"] {
            #expect(json.contains("\"\(key)\""), "\(json)")
        }
    }

    @Test("a follower ends when its reader goes, and when it is interrupted, without a word")
    func follow() throws {
        let line = "timeout 20 \(Landfall.path) events --state \(folder) --follow 2>&1"
        let reader = try Command(program: "/bin/sh", ["-c", "\(line) | head -n 1; echo over"])
        #expect(reader.output.hasSuffix("session-up r4\nover\n"))
        let told = "\(folder)/followed"
        let interrupt = """
            : >\(told); timeout 20 \(Landfall.path) events --state \(folder) --follow >\(told) & followed=$!
            until [ $(wc -l <\(told)) -ge 3 ]; do sleep 0.05; done; kill -INT $followed; wait $followed; cat \(told)
            """
        let interrupted = try Command(program: "/bin/bash", ["-c", interrupt])
        #expect(interrupted.output.split(separator: "\n").count == 3 && interrupted.talk.isEmpty)
    }

    @Test("docs/json.md has each field of an event and of its evidence, docs/agent.md each of an alarm, and no others")
    func shapes() throws {
        let json = try Repository.text("docs/json.md")
        let event = Event(.withdrawn, at: "", site: "", host: "")
        #expect(Self.fields(in: json, behind: "## `landfall.event/1`") == Self.names(of: event))
        #expect(Self.fields(in: json, behind: "### Evidence") == Self.names(of: Evidence()))
        let agent = try Repository.text("docs/agent.md")
        let row = try #require(agent.split(separator: "\n").first { $0.hasPrefix("| `alarms[]` |") })
        let alarm = Status.Alarm(Explanations.alarms[0], .warning, "")
        for name in Self.names(of: alarm) {
            #expect(row.contains("`\(name)`") || row.contains("`\(name)[]`"), "\(name)")
        }
    }

    private static func names(of value: Any) -> Set<String> {
        Set(Mirror(reflecting: value).children.compactMap(\.label))
    }

    /// In the first column of the table behind a heading.
    private static func fields(in text: String, behind heading: String) -> Set<String> {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let table = lines.drop { !$0.hasPrefix(heading) }.drop { !$0.hasPrefix("| ") }.prefix { $0.hasPrefix("|") }
        let cells = table.dropFirst(2).compactMap { $0.split(separator: "|").first }
        let quoted = cells.flatMap { cell in cell.split(separator: "`").enumerated().filter { $0.offset % 2 == 1 } }
        return Set(quoted.map { String($0.element).replacing("[]", with: "") })
    }

    @Test("docs/operations.md has the codes and titles of all events and alarms, and no others")
    func document() throws {
        var text = try Repository.text("docs/operations.md")
        let tables = [("Alarms", Explanations.alarms), ("Events", Explanations.events)]
        if getenv("LANDFALL_RECORD") != nil {
            for (title, codes) in tables { text = Self.replacing(title, by: Self.table(codes), in: text) }
            try writeFile("\(Repository.root)/docs/operations.md", text)
        }
        for (title, codes) in tables {
            #expect(
                text.contains("### \(title)\n\n\(Self.table(codes))\n"),
                "the table of \(title) in docs/operations.md is not that of the code: LANDFALL_RECORD=1 writes it again"
            )
        }
    }

    private static func table(_ codes: [Explanation]) -> String {
        let rows = codes.map { "| `\($0.code)` | `\($0.name)` | \($0.title) |" }
        return (["| code | name | |", "|---|---|---|"] + rows).joined(separator: "\n")
    }

    /// The table behind a heading, or where one should be.
    private static func replacing(_ title: String, by table: String, in text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let heading = lines.firstIndex(of: "### \(title)") else { return text }
        let rest = lines[(heading + 1)...].drop { $0.isEmpty || $0.hasPrefix("| ") || $0.hasPrefix("|---") }
        lines.replaceSubrange((heading + 1)..<rest.startIndex, with: ["", table, ""])
        return lines.joined(separator: "\n")
    }
}
