import Net
import Testing

@Suite("Reading wire bytes")
struct ReaderTests {
    @Test("every truncation is an error, never a trap", arguments: 0..<15)
    func truncated(length: Int) {
        let bytes = [UInt8](repeating: 7, count: length)
        var span = bytes.span
        #expect(throws: WireError.self) { _ = (try span.u8(), try span.u16(), try span.u32(), try span.u64()) }
    }

    @Test("what was written is read back, in network byte order")
    func roundTrip() throws {
        var bytes: [UInt8] = []
        bytes.put(UInt8(1))
        bytes.put(UInt16(0x0203))
        bytes.put(UInt32(0x0405_0607))
        bytes.put(UInt64(0x0809_0a0b_0c0d_0e0f))
        #expect(bytes == Array(1...15))
        var span = bytes.span
        #expect(try span.u8() == 1)
        #expect(try span.u16() == 0x0203)
        #expect(try span.u32() == 0x0405_0607)
        #expect(try span.u64() == 0x0809_0a0b_0c0d_0e0f)
        let rest = span.count
        #expect(rest == 0)
    }

    @Test("an instant saturates instead of overflowing")
    func saturates() {
        #expect(Instant(nanoseconds: .max - 1) + .seconds(1) == .distantFuture)
        #expect(Duration.seconds(Int64.max).nanoseconds == .max)
        #expect(Instant.zero + .milliseconds(1500) - .zero == .seconds(1.5))
    }
}
