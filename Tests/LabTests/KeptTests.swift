import Glibc
import Testing

@testable import Lab

@Suite("A rehearsal that is kept")
struct KeptTests {
    @Test("its record names one process, by pid and start", arguments: ["1234 567890\n", " 2 1 "])
    func good(text: String) throws {
        let record = try #require(Kept.Record(text))
        #expect(Kept.Record(record.text) == record)
    }

    @Test("anything else is no record", arguments: ["", "1 5", "-4 5", "12", "12 x", "12 13 14", "99999999999 1"])
    func bad(text: String) { #expect(Kept.Record(text) == nil) }

    @Test("a process that is gone, or another one with its pid, isn't it")
    func gone() throws {
        let own = try #require(Kept.Record(pid: getpid()))
        #expect(own.isAlive)
        #expect(!(Kept.Record("\(own.pid) \(own.startTime + 1)")?.isAlive ?? true))
    }
}

@Suite("Where a rehearsal keeps its files")
struct StageTests {
    @Test("the deepest folder that holds the file and its zones")
    func common() {
        #expect(Stage.common(["/srv/net", "/srv/net/zones"]) == "/srv/net")
        #expect(Stage.common(["/srv/net", "/srv/network"]) == "/srv")
        #expect(Stage.common(["/a", "/b"]) == "/")
    }

    @Test("the mount point hides nothing that is needed")
    func mountPoint() {
        #expect(Stage.mountPoint(sparing: ["/home/me"]) == "/mnt")
        #expect(Stage.mountPoint(sparing: ["/mnt/c/net"]) != "/mnt")
        #expect(Stage.mountPoint(sparing: ["/mntx"]) == "/mnt")
    }
}
