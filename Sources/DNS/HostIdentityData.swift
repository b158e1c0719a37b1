internal import Net

/// The identity of a HIP record: `algorithm tag key`, both lengths in front on the wire (RFC 8005 §5).
extension RecordParser {
    mutating func parseHostIdentity(_ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        let start = data.count
        data.append(0)
        try parseWord(.algorithm, try take(.algorithm, &words), text)
        data.put(UInt16(0))
        let tag = try take(.hostIdentity, &words)
        var hex = HexReader()
        guard hex.read(text.extracting(tag.range), into: &data), hex.isComplete,
            let tagLength = UInt8(exactly: data.count - start - 4), tagLength > 0
        else { throw .badValue(tag.text(in: text), wanted: Field.hostIdentity.wanted) }
        let key = try take(.key, &words)
        var base64 = Base64Reader()
        guard base64.read(text.extracting(key.range), into: &data), base64.isComplete,
            let keyLength = UInt16(exactly: data.count - start - 4 - Int(tagLength)), keyLength > 0
        else { throw .badValue(key.text(in: text), wanted: Field.key.wanted) }
        data[start] = tagLength
        data.patch(keyLength, at: start + 2)
    }
}

extension Field {
    fileprivate static let algorithm = Field.u8("the algorithm")
    fileprivate static let key = Field.base64("the key")
}

extension RecordData {
    static func describeHostIdentity(_ rest: inout Span<UInt8>) throws -> [String] {
        let (tagLength, algorithm, keyLength) = (try rest.u8(), try rest.u8(), try rest.u16())
        guard tagLength > 0, keyLength > 0 else { throw DNSError.malformed("no host identity") }
        let tag = try rest.bytes(Int(tagLength))
        return ["\(algorithm)", Encoded.hex(tag), Encoded.base64(try rest.bytes(Int(keyLength)))]
    }
}
