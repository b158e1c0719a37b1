import Config
import Daemon
import DNS
import Files
import FoundationEssentials
import Glibc
import Kernel
import Peers
import Testing

@testable import Site

@Suite("What is kept of what was accepted")
struct AcceptedTests {
    private func content(_ name: String, _ bytes: Int = 10) -> AcceptedIndex.Content {
        AcceptedIndex.Content(path: "/etc/\(name)", hash: name, bytes: bytes)
    }

    private func index(_ hashes: String...) -> AcceptedIndex {
        var index = AcceptedIndex()
        for hash in hashes { index.accept([content(hash)], hash: hash, path: "/etc/l", by: "root", at: "then") }
        return index
    }

    @Test("rule 14: the last ten are kept, and no number is given twice")
    func ten() {
        var index = AcceptedIndex()
        for number in 1...25 {
            index.accept([content("\(number)")], hash: "\(number)", path: "/etc/l", by: "root", at: "then")
        }
        #expect(index.all.map(\.number) == Array(16...25) && index.inUse == 25 && index.next == 26)
    }

    @Test("what is in use already is not kept twice, but a file at another path is")
    func same() {
        var index = index("a", "a")
        #expect(index.all.count == 1)
        index.accept([content("a")], hash: "a", path: "/etc/other", by: "root", at: "then")
        #expect(index.all.count == 2)
    }

    @Test("bytes are bounded, content that copies share counts once, and the one in use stays whatever it weighs")
    func bytes() {
        var index = AcceptedIndex()
        for number in 1...5 {
            index.accept(
                [content("shared", 60), content("\(number)", 10)], hash: "\(number)", path: "/etc/l", by: "root",
                at: "then", mostBytes: 100)
        }
        #expect(index.all.map(\.number) == [2, 3, 4, 5] && index.bytes == 100)
        index.accept([content("huge", 1000)], hash: "huge", path: "/etc/l", by: "root", at: "then", mostBytes: 100)
        #expect(index.all.map(\.number) == [6] && index.inUse == 6)
    }

    @Test("an index whose numbers can't be true is refused, and the next one is written over it")
    func absurd() throws {
        let changes: [(inout AcceptedIndex) -> Void] = [
            { $0.next = .max }, { $0.next = 0 }, { $0.all[0].number = 7 }, { $0.all[0].number = .min },
            { $0.all[0].files[0].bytes = .max }, { $0.all[1].files[0].bytes = -1 }, { $0.all[0].files = [] },
            { index in index.all = (0..<5000).map { _ in index.all[0] } },
        ]
        #expect(index("a", "b").isSound)
        for change in changes {
            let state = try makeFolder()
            defer { removeFolder(state) }
            mkdir(state + "/accepted", 0o700)
            var index = index("a", "b")
            change(&index)
            #expect(!index.isSound)
            try File.write(Array(try JSONEncoder().encode(index)), to: state + "/accepted/index.json")
            let folder = AcceptedFolder(state: state)
            #expect(throws: FileError.self) { try folder.index() }
        }
    }

    @Test("rule 14: two rollbacks go two back; a file that is accepted then is above where they led")
    func rollback() {
        var index = index("a", "b", "c", "d")
        index.pin(index.target(of: nil)?.number, because: "rolled back")
        #expect(index.inUse == 3)
        index.pin(index.target(of: nil)?.number, because: "rolled back")
        #expect(index.inUse == 2 && index.pinned == "rolled back")
        index.accept([content("e")], hash: "e", path: "/etc/l", by: "root", at: "then")
        #expect(index.inUse == 5 && index.pinned == nil)
        #expect(index.target(of: nil)?.number == 2, "not the ones that somebody went back from")
        #expect(index.target(of: 4)?.hash == "d" && index.target(of: 9) == nil)
    }

    @Test("a start tries the one in use, then older ones, and last those that somebody went back from")
    func candidates() {
        var index = index("a", "b", "c", "d")
        #expect(index.candidates.map(\.number) == [4, 3, 2, 1])
        index.pin(2, because: "rolled back")
        #expect(index.candidates.map(\.number) == [2, 1, 3, 4])
        #expect(AcceptedIndex().candidates.isEmpty && AcceptedIndex().target(of: nil) == nil)
    }
}

@Suite("What a service is handed")
final class ServiceCopyTests {
    private let folder: String
    private static let zone = "$ORIGIN example.org.\n$TTL 60\n@ SOA ns h 7 3600 600 86400 60\n NS ns\nns A 192.0.2.1\n"

    init() throws {
        var template = Array("/tmp/landfall-copy-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError("/tmp", .system(errno)) }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for name in ["landfall.yaml", "a.zone", "b.zone"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private func edition(a: String = zone, b: String = zone.replacing("example", with: "other")) throws -> Edition {
        try File.write(Array(a.utf8), to: "\(folder)/a.zone")
        try File.write(Array(b.utf8), to: "\(folder)/b.zone")
        try File.write(
            Array(
                """
                network: {name: example, asn: 65000, prefixes: [203.0.113.0/24]}
                sites:
                  fra:
                    place: FRA
                    hosts: {fra1: {unicast: 192.0.2.2}}
                    neighbors: [{name: a, address: 192.0.2.1, asn: 64500, role: provider}]
                services:
                  dns:
                    addresses: [203.0.113.53]
                    serve: {dns: {zones: [a.zone, b.zone], identity: "{host} at {site}, {site}"}}
                    checks: [{dns: {name: example.org, type: SOA}}]
                """.utf8), to: "\(folder)/landfall.yaml")
        return try Edition.read("\(folder)/landfall.yaml", at: WantedHost(site: "fra", host: nil))
    }

    @Test("the zones arrive as they were accepted, whatever becomes of the files, and nobody can change them")
    func whole() throws {
        let copy = try #require(try edition().copies["dns"])
        unlink("\(folder)/a.zone")
        let handed = try #require(try ServiceCopy(handed: SealedFile(owning: dup(copy.file.descriptor))))
        #expect(handed.manifest == copy.manifest && handed.hash == copy.hash)
        #expect(handed.manifest.identity == "fra1 at fra, fra")
        #expect(try handed.load().all.map { "\($0.origin)" } == ["example.org.", "other.org."])
        var byte: UInt8 = 0
        #expect(pwrite(handed.file.descriptor, &byte, 1, 0) == -1 && errno == EPERM)
        #expect(ftruncate(handed.file.descriptor, 0) == -1 && errno == EPERM)
    }

    @Test("a copy that is cut off anywhere is refused")
    func truncations() throws {
        let copy = try #require(try edition().copies["dns"])
        let bytes = try #require(try copy.file.read(at: 0, copy.file.count))
        for count in 0..<bytes.count {
            let file = try SealedFile(named: "test")
            try file.append(Array(bytes.prefix(count)))
            let part = try ServiceCopy(handed: file)
            #expect(part == nil, "\(count) of \(bytes.count) bytes")
        }
    }

    @Test("a manifest that lies about lengths is refused", arguments: [Int.max, -1, 1 << 20])
    func lies(count: Int) throws {
        let file = try SealedFile(named: "test")
        let json = """
            {"threads": 1, "tellsZones": false, "tcp": {"connections": 1, "perClient": 1, "idleMilliseconds": 1},
            "zones": [{"name": "a.", "serial": 1, "records": 1, "names": 1, "bytes": 1,
            "contentHash": "", "files": [{"path": "a", "offset": 0, "count": \(count), "hash": ""}]}]}
            """
        let length = json.utf8.count
        try file.append(Array(json.utf8) + [0, 0, 0, 0, 0, 0, UInt8(length >> 8), UInt8(length & 255)])
        let copy = try #require(try ServiceCopy(handed: file))
        #expect(throws: Refusal.self) { try copy.load() }
    }

    @Test("the content of a zone is part of what an edition is known by")
    func hashes() throws {
        let (first, second) = (try edition(), try edition(a: Self.zone.replacing("192.0.2.1", with: "192.0.2.9")))
        #expect(first.hash != second.hash && first.textHash == second.textHash)
        #expect(
            second.changes(from: first).lines == [
                "~ zone \(folder)/a.zone of service dns: content (the service is replaced in place)"
            ])
        #expect(try edition().hash == first.hash)
    }

    @Test("all that is wrong with several zones is said at once")
    func problems() throws {
        let error = try #require(throws: Diagnostics.self) { try edition(a: "rubbish", b: "$INCLUDE") }
        #expect(Set(error.all.map(\.path)) == ["\(folder)/a.zone", "\(folder)/b.zone"])
        #expect(error.all.allSatisfy { $0.line > 0 })
    }
}
