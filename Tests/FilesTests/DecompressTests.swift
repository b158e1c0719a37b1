import Files
import Glibc
import Testing

@Suite("Compressed files")
struct DecompressTests {
    /// "landfall\n" 300 times, by Python's gzip and bz2 at level 9.
    static let text = [UInt8](String(repeating: "landfall\n", count: 300).utf8)
    static let gzip: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xff, 0xcb, 0x49, 0xcc, 0x4b, 0x49, 0x4b, 0xcc, 0xc9,
        0xe1, 0xca, 0x19, 0x65, 0x8c, 0x32, 0x46, 0x19, 0xa3, 0x8c, 0x51, 0xc6, 0x28, 0x63, 0x94, 0x31, 0xca, 0x18,
        0x65, 0x8c, 0x32, 0xe8, 0xcb, 0x00, 0x00, 0xf7, 0xf0, 0x6b, 0xc5, 0x8c, 0x0a, 0x00, 0x00,
    ]
    static let bzip2: [UInt8] = [
        0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, 0x77, 0xba, 0xe2, 0xac, 0x00, 0x04, 0x19, 0xc1,
        0x00, 0x00, 0x10, 0x25, 0x05, 0x20, 0x00, 0x50, 0x60, 0x01, 0x4a, 0x86, 0x4c, 0x29, 0x18, 0x52, 0x38, 0x52,
        0x34, 0xa4, 0x69, 0x48, 0xe9, 0x48, 0xc2, 0x91, 0xa2, 0x91, 0xf1, 0x77, 0x24, 0x53, 0x85, 0x09, 0x07, 0x7b,
        0xae, 0x2a, 0xc0,
    ]

    /// Writes and reads a file of its own.
    private func read(_ bytes: [UInt8], limit: Int = 10_000) throws -> [UInt8] {
        let path = "/tmp/landfall-decompress-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try File.write(bytes, to: path)
        defer { unlink(path) }
        return try File.readDecompressed(path, limit: limit)
    }

    private func reason(_ bytes: [UInt8], limit: Int = 10_000) -> FileError.Reason? {
        do { _ = try read(bytes, limit: limit) } catch { return (error as? FileError)?.reason }
        return nil
    }

    @Test("gzip, bzip2 and plain files read alike, and members one after the other as one")
    func formats() throws {
        for bytes in [Self.gzip, Self.bzip2, Self.text] { #expect(try read(bytes) == Self.text) }
        for bytes in [Self.gzip, Self.bzip2] { #expect(try read(bytes + bytes) == Self.text + Self.text) }
    }

    @Test("a compressed file that was cut anywhere is an error, never a shorter file")
    func truncations() throws {
        for bytes in [Self.gzip, Self.bzip2] {
            for length in 3..<bytes.count { #expect(reason(Array(bytes.prefix(length))) != nil, "\(length)") }
        }
    }

    @Test("a changed byte is found by the check sum")
    func damage() throws {
        for original in [Self.gzip, Self.bzip2] {
            var bytes = original
            bytes[bytes.count / 2] ^= 0x10
            #expect(reason(bytes) != nil)
        }
    }

    @Test("a file that unpacks to more than the limit is refused")
    func bombs() throws {
        for bytes in [Self.gzip, Self.bzip2] { #expect(reason(bytes, limit: 2000) == .tooLarge(limit: 2000)) }
    }
}
