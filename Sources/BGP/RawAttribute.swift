internal import Net

extension RawAttribute {
    static func decode(_ span: inout Span<UInt8>) throws(WireError) -> Self {
        var rest = span
        let flags = AttributeFlags(rawValue: try rest.u8())
        let code = AttributeCode(rawValue: try rest.u8())
        let length = flags.contains(.extendedLength) ? Int(try rest.u16()) : Int(try rest.u8())
        let value = try rest.bytes(length)
        span = rest
        return Self(flags, code, value)
    }

    func encode(into bytes: inout [UInt8]) {
        let isLong = flags.contains(.extendedLength) || value.count > 255
        bytes.put(isLong ? flags.union(.extendedLength).rawValue : flags.rawValue)
        bytes.put(code.rawValue)
        if isLong { bytes.put(UInt16(clamping: value.count)) } else { bytes.put(UInt8(value.count)) }
        bytes += value
    }

    func fault(_ problem: AttributeFault.Problem, _ reaction: Reaction) -> AttributeFault {
        var bytes: [UInt8] = []
        encode(into: &bytes)
        return AttributeFault(
            code: code, problem: problem, reaction: reaction, bytes: Array(bytes.prefix(AttributeFault.keptBytes)))
    }
}
