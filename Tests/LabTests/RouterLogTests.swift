import Glibc
import Net
import Testing

@testable import Lab

@Suite("What a router's log says of routes and sessions")
struct RouterLogTests {
    private func events(_ text: String) -> [RouterLogEvent] {
        var log = BirdLog()
        return text.split(separator: "\n").flatMap { log.events($0) }
    }

    /// Written by BIRD 2.0.12: a withdrawal, an announcement, other attributes, then silence.
    private let silence = """
        2026-11-21 10:34:00.031 <TRACE> to_fra_v4: Connect delayed by 1 seconds
        2026-11-21 10:34:00.835 <TRACE> to_fra_v4: BGP session established
        2026-11-21 10:34:01.603 <TRACE> to_fra_v4.ipv4 > added [best] 203.0.113.0/24 0L 3G unreachable
        2026-11-21 10:34:06.024 <TRACE> to_fra_v4.ipv4 > removed [sole] 203.0.113.0/24 0L 3G unreachable
        2026-11-21 10:34:07.035 <TRACE> to_fra_v4.ipv4 > added [best] 203.0.113.0/24 0L 3G unicast via 192.0.2.2 on fra
        2026-11-21 10:34:08.035 <TRACE> to_fra_v4.ipv4 > added 203.0.113.0/24 0L 3G unicast via 192.0.2.2 on fra
        2026-11-21 10:34:09.880 <RMT> to_fra_v4: Error: Hold timer expired
        2026-11-21 10:34:09.880 <TRACE> to_fra_v4: BGP session closed
        2026-11-21 10:34:09.881 <TRACE> to_fra_v4.ipv4 > removed [replaced] 203.0.113.0/24 0L 3G unreachable
        2026-11-21 10:34:09.881 <TRACE> to_fra_v4: State changed to down
        """

    @Test("routes come, change and go, and a session ends with a reason")
    func routes() throws {
        let route = LoggedRoute(session: "to_fra_v4", prefix: try #require(Prefix("203.0.113.0/24")))
        #expect(
            events(silence) == [
                .announced(route), .withdrawn(route), .announced(route), .changed(route),
                .sessionEnded(session: "to_fra_v4", reason: "Hold timer expired"), .withdrawn(route),
            ])
    }

    @Test(
        "a session that the other side ends says so",
        arguments: [
            ("<TRACE> s: Connection closed", "connection closed"),
            ("<TRACE> s: Connection lost (Connection reset by peer)", "connection lost (connection reset by peer)"),
            ("<RMT> s: Received: Administrative shutdown", "received Administrative shutdown"),
        ])
    func ends(line: String, reason: String) {
        let found = events("now \(line)\nnow <TRACE> s: BGP session closed")
        #expect(found == [.sessionEnded(session: "s", reason: reason)])
    }

    @Test("an attempt that failed before the session was up is no reason for its end later")
    func stale() {
        let found = events(
            "<TRACE> s: Connection lost (Connection refused)\n<TRACE> s: BGP session established\n<TRACE> s: BGP session closed"
        )
        #expect(found == [.sessionEnded(session: "s", reason: "closed")])
    }

    @Test("every beginning of a log, and garbage, is read without harm")
    func truncations() {
        for count in silence.indices { _ = events(String(silence[..<count])) }
        #expect(events("> added\n<TRACE> > added [best]\n<TRACE> x > added y\n<> . > removed 1/2\n").isEmpty)
    }

    @Test("a file is read line by line as it grows")
    func tail() throws {
        let path = "/tmp/landfall-tail-\(UInt64.random(in: 0 ... .max))"
        defer { unlink(path) }
        var tail = LogTail(path)
        #expect(tail.read().isEmpty)
        for (text, lines) in [("one\ntw", ["one"]), ("", []), ("o\nthree\n", ["two", "three"])] {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            #expect(write(descriptor, text, text.utf8.count) == text.utf8.count)
            close(descriptor)
            #expect(tail.read().map(String.init) == lines)
        }
    }
}
