internal import Net

/// The prefixes of an APL record: `1:192.0.2.0/24 !2:2001:db8::/32` (RFC 3123).
extension RecordParser {
    mutating func parsePrefixes(_ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        while let token = words.take() {
            guard let item = AddressPrefix(text.extracting(token.range)) else {
                throw .badValue(token.text(in: text), wanted: Field.prefixes.wanted)
            }
            item.append(to: &data)
        }
    }
}

extension RecordData {
    static func describePrefix(_ rest: inout Span<UInt8>) throws -> String {
        let (family, length, count) = (try rest.u16(), try rest.u8(), try rest.u8())
        let bytes = try rest.bytes(Int(count & 0x7f))
        let most = family == 1 ? 4 : 16
        guard family == 1 || family == 2, bytes.count <= most, length <= most * 8, bytes.last != 0,
            let address = Address(bytes: bytes + [UInt8](repeating: 0, count: most - bytes.count))
        else { throw DNSError.malformed("a bad prefix") }
        return "\(count & 0x80 == 0 ? "" : "!")\(family):\(address)/\(length)"
    }
}

private struct AddressPrefix {
    var isNegated: Bool
    var address: Address
    var length: UInt8

    init?(_ word: Span<UInt8>) {
        isNegated = !word.isEmpty && word[0] == UInt8(ascii: "!")
        let start = isNegated ? 1 : 0
        guard word.count > start + 2, word[start + 1] == UInt8(ascii: ":"),
            let slash = word.indices.last(where: { word[$0] == UInt8(ascii: "/") }), slash > start + 2,
            let length = decimal(word.extracting((slash + 1)...)), let length = UInt8(exactly: length)
        else { return nil }
        let text = word.extracting(start + 2..<slash)
        switch word[start] {
        case UInt8(ascii: "1"): address = ipv4(text).map { Address(v4: $0) } ?? Address(v6: 0)
        case UInt8(ascii: "2"): address = ipv6(text).map { Address(v6: $0) } ?? Address(v4: 0)
        default: return nil
        }
        let family: Family = word[start] == UInt8(ascii: "1") ? .ipv4 : .ipv6
        guard address.family == family, length <= family.width else { return nil }
        self.length = length
    }

    /// Zero bytes at the end are left out.
    func append(to data: inout [UInt8]) {
        var bytes = address.bytes
        while bytes.last == 0 { bytes.removeLast() }
        data.put(address.family.rawValue)
        data.append(length)
        data.append(UInt8(bytes.count) | (isNegated ? 0x80 : 0))
        data += bytes
    }
}
