internal import Net

/// What stands before the value of an attribute (RFC 4271 §4.3).
struct AttributeHeader {
    var flags: AttributeFlags
    var code: AttributeCode
    var length: Int

    /// Throws when the attribute, its value included, doesn't fit what is left; `span` stays where it was then.
    static func decode(_ span: inout Span<UInt8>) throws(WireError) -> Self {
        var rest = span
        let flags = AttributeFlags(rawValue: try rest.u8())
        let code = AttributeCode(rawValue: try rest.u8())
        let length = flags.contains(.extendedLength) ? Int(try rest.u16()) : Int(try rest.u8())
        guard rest.count >= length else { throw .truncated(wanted: length, had: rest.count) }
        span = rest
        return Self(flags: flags, code: code, length: length)
    }

    func fault(_ problem: AttributeFault.Problem, _ reaction: Reaction, _ value: Span<UInt8>) -> AttributeFault {
        let kept = value.extracting(first: min(value.count, AttributeFault.keptBytes)).array
        var bytes: [UInt8] = []
        RawAttribute(flags, code, kept).encode(into: &bytes, length: value.count)
        return AttributeFault(
            code: code, problem: problem, reaction: reaction, bytes: Array(bytes.prefix(AttributeFault.keptBytes)))
    }
}

extension RawAttribute {
    func encode(into bytes: inout [UInt8]) { encode(into: &bytes, length: value.count) }

    /// - Parameter length: what the header says, where the value is only the beginning.
    fileprivate func encode(into bytes: inout [UInt8], length: Int) {
        let isLong = flags.contains(.extendedLength) || length > 255
        bytes.put(isLong ? flags.union(.extendedLength).rawValue : flags.rawValue)
        bytes.put(code.rawValue)
        if isLong { bytes.put(UInt16(clamping: length)) } else { bytes.put(UInt8(length)) }
        bytes += value
    }
}
