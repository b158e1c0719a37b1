internal import Net

/// The types that a name has, as NSEC, NSEC3 and CSYNC say it: windows of 256 types, a bit each (RFC 4034 §4.1.2).
extension RecordParser {
    mutating func parseTypes(_ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        types.removeAll(keepingCapacity: true)
        while let token = words.take() {
            guard let type = RecordType(text.extracting(token.range)) else {
                throw .badValue(token.text(in: text), wanted: Field.types.wanted)
            }
            types.append(type.rawValue)
        }
        types.sort()
        data.put(bitmap: types)
    }
}

extension Array where Element == UInt8 {
    /// Of types in order; one that is there twice sets its bit twice.
    fileprivate mutating func put(bitmap types: [UInt16]) {
        var window: UInt16?
        var start = 0
        for type in types {
            if window != type >> 8 {
                (window, start) = (type >> 8, count)
                append(UInt8(type >> 8))
                append(0)
            }
            let byte = start + 2 + Int(type & 0xff) / 8
            while count <= byte { append(0) }
            self[byte] |= 0x80 >> UInt8(type & 7)
            self[start + 1] = UInt8(byte - start - 1)
        }
    }
}

extension RecordData {
    static func describeTypes(_ rest: inout Span<UInt8>) throws -> [String] {
        var types: [String] = []
        var last = -1
        while !rest.isEmpty {
            let (window, length) = (try rest.u8(), try rest.u8())
            guard Int(window) > last, (1...32).contains(length) else {
                throw DNSError.malformed("a bad bitmap of types")
            }
            last = Int(window)
            for (index, byte) in try rest.bytes(Int(length)).enumerated() {
                for bit in 0..<8 where byte & (0x80 >> UInt8(bit)) != 0 {
                    let type = UInt16(window) << 8 | UInt16(index * 8 + bit)
                    types.append(RecordType(rawValue: type).description)
                }
            }
        }
        return types
    }
}
