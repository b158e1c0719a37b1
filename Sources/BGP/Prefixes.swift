internal import Net

/// Prefixes as UPDATE carries them: a length in bits, then as few bytes as hold them (RFC 4271 §4.3).
extension Prefix {
    /// All prefixes in `span`. A length that the family doesn't have, or a prefix that runs over the end, makes all that
    /// follows unreadable (RFC 7606 §5.3). Bits beyond the length don't matter (RFC 4271 §4.3).
    static func decodeAll(_ span: inout Span<UInt8>, _ family: Family) throws(BGPError) -> [Prefix] {
        var result: [Prefix] = []
        while !span.isEmpty {
            let length = span[0]
            let byteCount = (Int(length) + 7) / 8
            guard length <= family.width, span.count > byteCount else {
                throw .invalidNetworkField(family, length: length)
            }
            var bits: UInt128 = 0
            for index in 0..<byteCount { bits |= UInt128(span[index + 1]) << UInt128(120 - 8 * index) }
            span = span.extracting(droppingFirst: 1 + byteCount)
            if let prefix = Prefix(Address(family: family, bits: bits), length: Int(length)) { result.append(prefix) }
        }
        return result
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.put(UInt8(length))
        bytes += address.bytes.prefix((length + 7) / 8)
    }

    var encodedLength: Int { 1 + (length + 7) / 8 }
}
