internal import Net

/// Record data: bytes as on the wire, names in them uncompressed, and their text.
public enum RecordData {
    /// From presentation text, as it stands in a zone file after the type: `10 mail.example.org.` for MX.
    ///
    /// Names without a final dot are completed with `origin`. Every type takes `\# length hex` (RFC 3597 §5).
    public static func parse(
        _ text: some StringProtocol, type: RecordType, origin: Name? = .root
    ) throws(DNSError) -> [UInt8] {
        var lexer = ZoneLexer([UInt8](text.utf8))
        let entry: Entry?
        do { entry = try lexer.next() } catch { throw .malformed(error.reason) }
        var parser = RecordParser(entry?.tokens[...] ?? [], origin: origin)
        let data = try parser.parse(type)
        if let rest = try? lexer.next()?.tokens.first { throw .surplus(rest.text) }
        return data
    }

    /// As text, the way `parse` takes it.
    public static func describe(_ data: [UInt8], type: RecordType) -> String {
        guard let fields = type.fields, let parts = try? describe(data, fields) else { return generic(data) }
        return parts.joined(separator: " ")
    }

    /// Whether bytes (with names uncompressed) are what the type's data looks like.
    static func isValid(_ data: [UInt8], type: RecordType) -> Bool {
        guard let fields = type.fields else { return true }
        return (try? describe(data, fields)).map { !$0.isEmpty } ?? false
    }

    private static func generic(_ data: [UInt8]) -> String {
        let hex = data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return data.isEmpty ? "\\# 0" : "\\# \(data.count) \(hex)"
    }

    private static func describe(_ data: [UInt8], _ fields: [Field]) throws -> [String] {
        var rest = data.span
        var parts: [String] = []
        for field in fields { parts += try describe(field, &rest) }
        guard rest.isEmpty else { throw DNSError.surplus("\(rest.count) bytes") }
        return parts
    }

    private static func describe(_ field: Field, _ rest: inout Span<UInt8>) throws -> [String] {
        switch field {
        case .ipv4: return [Address(v4: try rest.u32()).description]
        case .ipv6: return [Address(v6: UInt128(try rest.u64()) << 64 | UInt128(try rest.u64())).description]
        case .name: return [try Name(uncompressed: &rest).description]
        case .u16: return [String(try rest.u16())]
        case .u32, .seconds: return [String(try rest.u32())]
        case .strings:
            var strings: [String] = []
            while !rest.isEmpty {
                let bytes = try rest.bytes(Int(try rest.u8()))
                strings.append("\"" + escape(bytes, special: "\\\"", spaces: true) + "\"")
            }
            return strings
        }
    }
}

extension Name {
    /// Takes a name without compression off the front.
    init(uncompressed rest: inout Span<UInt8>) throws(DNSError) {
        var wire: [UInt8] = []
        var length: UInt8
        repeat {
            do { length = try rest.u8() } catch { throw DNSError(error) }
            guard length <= Self.maxLabelLength else { throw .badLabel(offset: wire.count) }
            wire.append(length)
            do { wire += try rest.bytes(Int(length)) } catch { throw DNSError(error) }
            guard wire.count <= Self.maxLength else { throw .nameTooLong }
        } while length > 0
        self.init(checked: wire)
    }
}
