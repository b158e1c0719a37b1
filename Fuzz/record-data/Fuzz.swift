import DNS

/// What can be read as text is written so that it reads the same. Bytes are shown as a text that means what it shows.
/// An input is `MX 10 mail`, or `#`, two bytes of a type, and data.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    let bytes = [UInt8](UnsafeBufferPointer(start: data, count: count))
    if count >= 3, bytes[0] == UInt8(ascii: "#") {
        let type = RecordType(rawValue: UInt16(bytes[1]) << 8 | UInt16(bytes[2]))
        let data = [UInt8](bytes[3...])
        let shown = RecordData.describe(data, type: type)
        // Bytes can be shown that mean nothing, and then aren't taken; or that are longer than they must be.
        guard let again = try? RecordData.parse(shown, type: type) else { return 0 }
        precondition(RecordData.describe(again, type: type) == shown)
    } else {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.firstIndex(of: " "), let type = RecordType(name: text[..<end]),
            let data = try? RecordData.parse(text[end...], type: type, origin: Name("example.org"))
        else { return 0 }
        precondition(data.count <= 65535)
        let written = RecordData.describe(data, type: type)
        precondition((try? RecordData.parse(written, type: type, origin: nil)) == data)
    }
    return 0
}
