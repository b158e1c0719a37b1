import Files
import Glibc
import Testing

@Suite("Appending lines")
struct AppendTests {
    private let folder: String
    private var path: String { folder + "/log" }
    private var older: String { folder + "/older" }

    init() throws {
        var template = Array("/tmp/landfall-append-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError("/tmp", .system(errno)) }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private func append(_ text: String, limit: Int = 1000) throws {
        try File.append(Array(text.utf8), to: path, limit: limit, older: older)
    }

    private func read(_ path: String) throws -> String {
        String(decoding: try File.read(path, limit: 1 << 20), as: UTF8.self)
    }

    private func remove() {
        for name in [path, older] { unlink(name) }
        rmdir(folder)
    }

    @Test("lines follow each other; a file that would become too long is kept whole beside a new one")
    func rotate() throws {
        defer { remove() }
        try append("one\n", limit: 8)
        try append("two\n", limit: 8)
        try append("three\n", limit: 8)
        #expect(try read(older) == "one\ntwo\n" && read(path) == "three\n")
        try append("longer than the limit\n", limit: 8)
        #expect(try read(older) == "three\n" && read(path) == "longer than the limit\n")
    }

    @Test("what a writer that was killed had begun ends before the next line")
    func torn() throws {
        defer { remove() }
        try append("one\n{\"half")
        try append("two\n")
        #expect(try read(path) == "one\n{\"half\ntwo\n")
    }

    @Test("a link or a folder in its place is an error, and nothing is written through it")
    func foreign() throws {
        defer { remove() }
        symlink("/dev/null", path)
        #expect(throws: FileError.self) { try append("one\n") }
        unlink(path)
        mkfifo(path, 0o600)
        #expect(throws: FileError(path, .isNoFile)) { try append("one\n") }
    }
}
