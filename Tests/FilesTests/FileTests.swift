import Files
import Glibc
import Testing

@Suite("Files, whole")
final class FileTests {
    private let folder: String

    init() throws {
        var template = Array("/tmp/landfall-files-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError("/tmp", .system(errno)) }
        folder = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        for name in names { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    private var names: [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    @Test("what was written is read back, at every size around a block")
    func roundTrip() throws {
        for size in [0, 1, 4095, 4096, 4097, 70_000, 200_000] {
            let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            try File.write(bytes, to: "\(folder)/file")
            #expect(try File.read("\(folder)/file", limit: size) == bytes, "\(size) bytes")
        }
        #expect(names == ["file"])
    }

    @Test("a file of one byte too many is refused, and so is a device without end")
    func bound() throws {
        try File.write([1, 2, 3], to: "\(folder)/file")
        #expect(throws: FileError("\(folder)/file", .tooLarge(limit: 2))) { try File.read("\(folder)/file", limit: 2) }
        #expect(throws: FileError("/dev/zero", .tooLarge(limit: 10_000))) { try File.read("/dev/zero", limit: 10_000) }
    }

    @Test("an error names the path and the reason")
    func errors() {
        let missing = #expect(throws: FileError.self) { try File.read("\(folder)/none", limit: 1) }
        #expect(missing?.description == "\(folder)/none: No such file or directory")
        let directory = #expect(throws: FileError.self) { try File.read(folder, limit: 1) }
        #expect(directory?.description == "\(folder): is a folder, not a file")
        let nowhere = #expect(throws: FileError.self) { try File.write([1], to: "\(folder)/none/file") }
        #expect(nowhere?.description == "\(folder)/none/file: No such file or directory")
    }

    @Test("a write that fails leaves the old file, and nothing beside it")
    func atomic() throws {
        try File.write([1], to: "\(folder)/file")
        mkdir("\(folder)/sub", 0o755)
        #expect(throws: FileError.self) { try File.write([2], to: "\(folder)/sub") }
        rmdir("\(folder)/sub")
        #expect(names == ["file"])
        #expect(try File.read("\(folder)/file", limit: 1) == [1])
    }

    @Test("a file of /proc, which says it is empty, is read")
    func proc() throws {
        #expect(try !File.read("/proc/self/status", limit: 65_536).isEmpty)
    }

    @Test("relative paths are relative to the folder of the file that holds them")
    func folders() {
        #expect(File.folder(of: "landfall.yaml") == "." && File.folder(of: "/landfall.yaml") == "/")
        #expect(File.folder(of: "etc/landfall/landfall.yaml") == "etc/landfall")
    }
}
