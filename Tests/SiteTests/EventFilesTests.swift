import Control
import Files
import FoundationEssentials
import Glibc
import Net
import Peers
import Site
import Testing

/// The files of kept events, whoever wrote them.
@Suite("Files of events")
final class EventFilesTests {
    private let folder: String
    private let files: EventFiles

    init() throws {
        folder = try makeFolder()
        files = EventFiles(in: folder)
    }

    deinit { removeFolder(folder) }

    private var path: String { folder + "/events.jsonl" }

    private func event(_ id: Int) -> Event {
        var event = Event(.withdrawn, at: "2026-01-01T00:00:00.000Z", site: "fra", host: "fra1")
        (event.id, event.prefix, event.reason) = (id, "203.0.113.0/24", "no answer within 100 ms")
        var evidence = Evidence()
        (evidence.check, evidence.rcode, evidence.milliseconds) = ("dns", "SERVFAIL", 1.5)
        event.evidence = [evidence]
        return event
    }

    private func line(_ id: Int) -> String { (json(event(id)) ?? "") + "\n" }

    /// Small files, so that a few lines rotate.
    private func append(_ ids: ClosedRange<Int>, limit: Int = 1200) throws {
        for id in ids { try File.append(Array(line(id).utf8), to: path, limit: limit, older: path + ".1") }
    }

    @Test("a folder without events has none, and the latest are found over both files in their order")
    func latest() throws {
        #expect(try files.latest().isEmpty)
        try append(1...5)
        #expect(readFile(path + ".1") != nil)
        #expect(try files.latest().map(\.id) == [1, 2, 3, 4, 5])
        #expect(try files.latest(2).map(\.id) == [4, 5])
        #expect(try files.latest(where: { $0.id % 2 == 0 }).map(\.id) == [2, 4])
        #expect(try files.latest(after: { $0.id == 3 }).map(\.id) == [4, 5])
    }

    @Test("a follower tells each event once, through rotations, cut lines and a folder that is wiped")
    func follow() throws {
        try append(1...3)
        var follower = try EventFollower(files)
        #expect(try follower.next().isEmpty)
        for first in stride(from: 4, to: 40, by: 2) {
            try append(first...first + 1)
            #expect(try follower.next().map(\.id) == [first, first + 1])
        }
        let cut = Array(line(40).utf8.dropLast(20))
        try File.append(cut, to: path, limit: 1 << 20, older: path + ".1")
        #expect(try follower.next().isEmpty)
        try append(41...41, limit: 1 << 20)
        #expect(try follower.next().map(\.id) == [41])
        unlink(path)
        unlink(path + ".1")
        #expect(try follower.next().isEmpty)
        try append(1...1)
        #expect(try follower.next().map(\.id) == [1])
    }

    @Test("a follower that comes before the first event tells that too")
    func early() throws {
        var follower = try EventFollower(files)
        #expect(try follower.next().isEmpty)
        try append(1...1)
        #expect(try follower.next().map(\.id) == [1])
    }

    @Test("a line that is cut anywhere is no event, and the one after it is read")
    func truncations() throws {
        let whole = Array(line(1).utf8.dropLast())
        #expect(EventFiles.decode(whole)?.evidence?.first?.rcode == "SERVFAIL")
        for count in 0..<whole.count { #expect(EventFiles.decode(whole.prefix(count)) == nil, "\(count)") }
        try writeFile(path, String(line(1).dropLast(30)) + "\n" + line(2))
        #expect(try files.latest().map(\.id) == [2])
    }

    @Test("garbage is no event and does no harm", arguments: [1, 2, 3, 4] as [UInt64])
    func garbage(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        let whole = Array(line(1).utf8)
        for _ in 0..<500 {
            var bytes = whole
            for _ in 0...Int.random(in: 0..<8, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            // Some changes leave an event that can be read; it can then be told, too.
            _ = EventFiles.decode(bytes).map { ($0.text, json($0)) }
        }
        let noise = (0..<65_536).map { _ in UInt8.random(in: 0...255, using: &random) }
        try File.write(noise + [10] + whole, to: path)
        #expect(try files.latest().map(\.id) == [1], "seed \(seed)")
    }

    @Test("what is longer than any line of ours isn't even tried, and a number beyond all bounds stops no agent")
    func bounds() throws {
        let long = Array("{\"schema\":\"\(String(repeating: "x", count: 300 << 10))\"}".utf8)
        #expect(EventFiles.decode(long) == nil)
        #expect(EventFiles.decode(Array(repeating: UInt8(ascii: "{"), count: 200_000)) == nil)
        try writeFile(path, line(Int.max))
        #expect(try files.latest().map(\.id) == [Int.max])
    }

    @Test("a pipe or a folder in the place of the file is an error, not a wait")
    func foreign() throws {
        mkfifo(path, 0o600)
        #expect(throws: FileError(path, .isNoFile)) { try files.latest() }
        unlink(path)
        mkdir(path, 0o700)
        #expect(throws: FileError.self) { try files.latest() }
        rmdir(path)
    }
}
