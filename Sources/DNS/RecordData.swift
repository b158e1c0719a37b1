internal import Net

/// Record data: bytes as on the wire, names in them uncompressed, and their text.
public enum RecordData {
    /// From presentation text, as it stands in a zone file after the type: `10 mail.example.org.` for MX.
    ///
    /// Names without a final dot are completed with `origin`. Every type takes `\# length hex` (RFC 3597 §5).
    public static func parse(
        _ text: some StringProtocol, type: RecordType, origin: Name? = .root
    ) throws(DNSError) -> [UInt8] {
        let bytes = [UInt8](text.utf8)
        var lexer = ZoneLexer(bytes.span)
        do { _ = try lexer.next(bytes.span) } catch { throw .malformed(error.reason) }
        var parser = RecordParser(origin: origin?.wire)
        try parser.parse(type, &lexer.words, bytes.span)
        if (try? lexer.next(bytes.span)) == true, let rest = lexer.words.first {
            throw .surplus(rest.text(in: bytes.span))
        }
        return parser.data
    }

    /// As text, the way `parse` takes it.
    public static func describe(_ data: [UInt8], type: RecordType) -> String {
        guard let fields = type.fields, let parts = try? describe(data, fields) else { return generic(data) }
        return parts.joined(separator: " ")
    }

    /// Whether bytes (with names uncompressed) are what the type's data looks like.
    static func isValid(_ data: [UInt8], type: RecordType) -> Bool {
        guard let fields = type.fields else { return true }
        return (try? describe(data, fields)) != nil
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
        case .names: return try describeAll(&rest) { try Name(uncompressed: &$0).description }
        case .strings:
            let first = try describeString(&rest)
            return [first] + (try describeAll(&rest, describeString))
        case .optionalString: return rest.isEmpty ? [] : [try describeString(&rest)]
        case .types: return try describeTypes(&rest)
        case .location: return try describeLocation(&rest)
        case .prefixes: return try describeAll(&rest, describePrefix)
        case .parameters: return try describeParameters(&rest)
        case .gateway(let kind): return try describeGateway(kind, &rest)
        case .hostIdentity: return try describeHostIdentity(&rest)
        default: return [try describeWord(field, &rest)]
        }
    }

    private static func describeAll(
        _ rest: inout Span<UInt8>, _ describe: (inout Span<UInt8>) throws -> String
    ) throws -> [String] {
        var parts: [String] = []
        while !rest.isEmpty { parts.append(try describe(&rest)) }
        return parts
    }

    /// A field that is one word.
    static func describeWord(_ field: Field, _ rest: inout Span<UInt8>) throws -> String {
        switch field {
        case .ipv4: return Address(v4: try rest.u32()).description
        case .ipv6: return Address(v6: UInt128(try rest.u64()) << 64 | UInt128(try rest.u64())).description
        case .name: return try Name(uncompressed: &rest).description
        case .u8: return String(try rest.u8())
        case .u16: return String(try rest.u16())
        case .u32, .seconds: return String(try rest.u32())
        case .u64: return String(try rest.u64())
        case .mnemonic(_, let names): return names.most > 255 ? String(try rest.u16()) : String(try rest.u8())
        case .moment: return DNS.describe(moment: try rest.u32())
        case .type: return RecordType(rawValue: try rest.u16()).description
        case .string: return try describeString(&rest)
        case .text: return quoted(try rest.bytes(rest.count))
        case .tag: return try describeTag(&rest)
        default: return try describeBytes(field, &rest)
        }
    }

    private static func describeBytes(_ field: Field, _ rest: inout Span<UInt8>) throws -> String {
        switch field {
        case .base64: return Encoded.base64(try some(&rest))
        case .hex: return Encoded.hex(try some(&rest))
        case .optionalBase64: return rest.isEmpty ? "-" : Encoded.base64(try some(&rest))
        case .salt:
            let salt = try rest.bytes(Int(try rest.u8()))
            return salt.isEmpty ? "-" : Encoded.hex(salt)
        case .hash:
            let hash = try rest.bytes(Int(try rest.u8()))
            guard !hash.isEmpty else { throw DNSError.missing(field.wanted) }
            return Encoded.base32(hash)
        case .pairs(let count, _): return grouped(try rest.bytes(count), by: 1, separator: "-")
        case .groups: return grouped(try rest.bytes(8), by: 2, separator: ":")
        case .nsap: return "0x" + Encoded.hex(try some(&rest))
        default: throw DNSError.missing(field.wanted)
        }
    }

    /// All that is left, at least one byte.
    private static func some(_ rest: inout Span<UInt8>) throws -> [UInt8] {
        guard !rest.isEmpty else { throw DNSError.truncated(wanted: 1, had: 0) }
        return try rest.bytes(rest.count)
    }

    static func describeString(_ rest: inout Span<UInt8>) throws -> String {
        quoted(try rest.bytes(Int(try rest.u8())))
    }

    static func quoted(_ bytes: [UInt8]) -> String { "\"" + escape(bytes, special: "\\\"", spaces: true) + "\"" }

    private static func describeTag(_ rest: inout Span<UInt8>) throws -> String {
        let tag = try rest.bytes(Int(try rest.u8()))
        guard !tag.isEmpty, tag.allSatisfy(isLetterOrDigit) else { throw DNSError.missing("a tag") }
        return String(decoding: tag, as: UTF8.self)
    }

    private static func grouped(_ bytes: [UInt8], by count: Int, separator: String) -> String {
        stride(from: 0, to: bytes.count, by: count)
            .map { Encoded.hex([UInt8](bytes[$0..<$0 + count])).lowercased() }
            .joined(separator: separator)
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
