internal import Net

/// What stands behind a field that says which kind it is: an address, a name, or nothing.
enum Gateway: Hashable, Sendable {
    /// IPSECKEY: `type algorithm gateway [key]` (RFC 4025 §3.1).
    case key
    /// AMTRELAY: `discovery type relay` (RFC 8777 §4.3).
    case relay

    fileprivate static func field(of kind: UInt8) throws(DNSError) -> Field? {
        switch kind {
        case 0: nil
        case 1: .ipv4
        case 2: .ipv6
        case 3: .name("a gateway")
        default: throw .badValue("\(kind)", wanted: "the gateway's type, 0 to 3,")
        }
    }
}

extension RecordParser {
    mutating func parseGateway(_ gateway: Gateway, _ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        switch gateway {
        case .key:
            let kind = try number(.u8("the gateway's type"), &words, text)
            let algorithm = try number(.u8("the algorithm"), &words, text)
            data += [kind, algorithm]
            try parseGateway(kind, &words, text)
            // Algorithm 0 is no key (RFC 4025 §2.4).
            if algorithm > 0 || !words.isEmpty { try parseBytes(.base64("the key"), &words, text) }
        case .relay:
            let isOptional = try number(.u8("the discovery bit"), &words, text)
            guard isOptional <= 1 else { throw .badValue("\(isOptional)", wanted: "the discovery bit, 0 or 1,") }
            let kind = try number(.u8("the relay's type"), &words, text)
            data.append(isOptional << 7 | kind & 0x7f)
            try parseGateway(kind, &words, text)
        }
    }

    private func number(_ field: Field, _ words: inout Words, _ text: Span<UInt8>) throws(DNSError) -> UInt8 {
        let token = try take(field, &words)
        guard let value = decimal(text.extracting(token.range)), let byte = UInt8(exactly: value) else {
            throw .badValue(token.text(in: text), wanted: field.wanted)
        }
        return byte
    }

    /// For none, text has a dot.
    private mutating func parseGateway(
        _ kind: UInt8, _ words: inout Words, _ text: Span<UInt8>
    ) throws(DNSError) {
        guard let field = try Gateway.field(of: kind) else {
            let token = try take(.gateway(.key), &words)
            guard text.extracting(token.range).isWord(".") else {
                throw .badValue(token.text(in: text), wanted: "a dot, for no gateway,")
            }
            return
        }
        try parse(field, &words, text)
    }
}

extension RecordData {
    static func describeGateway(_ gateway: Gateway, _ rest: inout Span<UInt8>) throws -> [String] {
        let first = try rest.u8()
        switch gateway {
        case .key:
            let algorithm = try rest.u8()
            let shown = try describeGateway(first, &rest)
            let key = rest.isEmpty && algorithm == 0 ? [] : [try describeWord(.base64("the key"), &rest)]
            return ["\(first)", "\(algorithm)", shown] + key
        case .relay: return ["\(first >> 7)", "\(first & 0x7f)", try describeGateway(first & 0x7f, &rest)]
        }
    }

    private static func describeGateway(_ kind: UInt8, _ rest: inout Span<UInt8>) throws -> String {
        guard let field = try Gateway.field(of: kind) else { return "." }
        return try describeWord(field, &rest)
    }
}
