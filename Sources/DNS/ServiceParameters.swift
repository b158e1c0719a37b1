internal import Net

/// IANA "DNS SVCB Service Parameter Keys", and how the value of each is written.
struct ServiceKey: RawRepresentable, Hashable, Sendable {
    var rawValue: UInt16

    static let mandatory = Self(rawValue: 0)
    static let alpn = Self(rawValue: 1)
    static let noDefaultALPN = Self(rawValue: 2)

    private enum Value {
        /// Nothing at all.
        case none
        /// Bytes as they are.
        case opaque
        /// Several, between commas.
        case keys, strings, addresses(Family), numbers
        case number
        case base64
    }

    private static let known: [(name: String, value: Value)] = [
        ("mandatory", .keys), ("alpn", .strings), ("no-default-alpn", .none), ("port", .number),
        ("ipv4hint", .addresses(.ipv4)), ("ech", .base64), ("ipv6hint", .addresses(.ipv6)), ("dohpath", .opaque),
        ("ohttp", .none), ("tls-supported-groups", .numbers),
    ]

    init(rawValue: UInt16) { self.rawValue = rawValue }

    /// `alpn`, `key65280`: lower case, without leading zeros.
    init?(_ name: Span<UInt8>) {
        let text = name.text
        if let index = Self.known.firstIndex(where: { $0.name == text }) {
            rawValue = UInt16(index)
        } else {
            guard text.hasPrefix("key"), let number = decimal(name.extracting(3...)), text == "key\(number)",
                number < 65535
            else { return nil }
            rawValue = UInt16(number)
        }
    }

    private var value: Value { rawValue < Self.known.count ? Self.known[Int(rawValue)].value : .opaque }
    var name: String { rawValue < Self.known.count ? Self.known[Int(rawValue)].name : "key\(rawValue)" }

    // MARK: From text

    /// `value` has its escapes undone. Appends the value's bytes; false when they aren't what the key takes.
    func encode(_ value: [UInt8], into data: inout [UInt8]) -> Bool {
        switch self.value {
        case .none: return value.isEmpty
        case .opaque: data += value
        case .number: return data.put(value.span, as: .u16(""))
        case .base64:
            var reader = Base64Reader()
            return reader.read(value.span, into: &data) && reader.isComplete && !value.isEmpty
        case .keys:
            // In ascending order on the wire (RFC 9460 §8).
            let keys = items(value).compactMap { Self($0.span)?.rawValue }.sorted()
            guard keys.count == items(value).count else { return false }
            for key in keys { data.put(key) }
        case .numbers: return items(value).allSatisfy { data.put($0.span, as: .u16("")) }
        case .addresses(let family):
            return items(value).allSatisfy { data.put($0.span, as: family == .ipv4 ? .ipv4 : .ipv6) }
        case .strings:
            for item in items(value) {
                guard let length = UInt8(exactly: item.count), length > 0 else { return false }
                data.append(length)
                data += item
            }
        }
        return true
    }

    /// Between commas; `\,` and `\\` stand for themselves (RFC 9460 appendix A.1).
    private func items(_ value: [UInt8]) -> [[UInt8]] {
        var items: [[UInt8]] = [[]]
        var isEscaped = false
        for byte in value {
            if !isEscaped, byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if !isEscaped, byte == UInt8(ascii: ",") {
                items.append([])
            } else {
                items[items.count - 1].append(byte)
                isEscaped = false
            }
        }
        return items
    }

    // MARK: To text

    func describe(_ value: [UInt8]) throws -> String {
        if case .none = self.value, value.isEmpty { return name }
        if case .opaque = self.value { return value.isEmpty ? name : name + "=" + RecordData.quoted(value) }
        guard !value.isEmpty else { throw DNSError.malformed("\(name) without a value") }
        if case .base64 = self.value { return name + "=" + Encoded.base64(value) }
        var rest = value.span
        let text = try describe(&rest)
        guard rest.isEmpty else { throw DNSError.malformed("a bad value of \(name)") }
        return name + "=" + text
    }

    private func describe(_ rest: inout Span<UInt8>) throws -> String {
        var parts: [String] = []
        switch value {
        case .number: return String(try rest.u16())
        case .strings: return try describeStrings(&rest)
        case .keys: while !rest.isEmpty { parts.append(Self(rawValue: try rest.u16()).name) }
        case .numbers: while !rest.isEmpty { parts.append(String(try rest.u16())) }
        case .addresses(let family):
            while !rest.isEmpty {
                parts.append(try RecordData.describeWord(family == .ipv4 ? .ipv4 : .ipv6, &rest))
            }
        case .none, .opaque, .base64: throw DNSError.malformed("a value of \(name)")
        }
        return parts.joined(separator: ",")
    }

    private func describeStrings(_ rest: inout Span<UInt8>) throws -> String {
        var text: [UInt8] = []
        while !rest.isEmpty {
            let item = try rest.bytes(Int(try rest.u8()))
            guard !item.isEmpty else { throw DNSError.malformed("an empty value of \(name)") }
            if !text.isEmpty { text.append(UInt8(ascii: ",")) }
            for byte in item {
                if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\\") { text.append(UInt8(ascii: "\\")) }
                text.append(byte)
            }
        }
        return RecordData.quoted(text)
    }
}

/// The parameters of SVCB and HTTPS: `alpn="h2,h3" port=8443 key667=hello` (RFC 9460 §2.1, appendix A).
extension RecordParser {
    mutating func parseParameters(_ words: inout Words, _ text: Span<UInt8>) throws(DNSError) {
        var found: [(key: ServiceKey, value: [UInt8])] = []
        while let token = words.take() {
            guard let (key, value) = try parameter(token, &words, text) else {
                throw .badValue(token.text(in: text), wanted: Field.parameters.wanted)
            }
            guard !found.contains(where: { $0.key == key }) else { throw .malformed("\(key.name) is here twice") }
            var encoded: [UInt8] = []
            guard key.encode(value, into: &encoded), encoded.count <= 65535 else {
                throw .malformed("\(RecordData.quoted(value)) isn't a value of \(key.name)")
            }
            found.append((key, encoded))
        }
        found.sort { $0.key.rawValue < $1.key.rawValue }
        try checkMandatory(found)
        for (key, value) in found {
            data.put(key.rawValue)
            data.put(UInt16(value.count))
            data += value
        }
    }

    /// A key, and its value without escapes. After the `=` the value may be quoted.
    private func parameter(
        _ token: Token, _ words: inout Words, _ text: Span<UInt8>
    ) throws(DNSError) -> (ServiceKey, [UInt8])? {
        guard !token.isQuoted else { return nil }
        let word = text.extracting(token.range)
        let equals = word.indices.first { word[$0] == UInt8(ascii: "=") }
        guard let key = ServiceKey(word.extracting(..<(equals ?? word.count))) else { return nil }
        guard let equals else { return (key, []) }
        var value: [UInt8] = []
        if equals == word.count - 1, let next = words.next, next.isQuoted, next.start == token.end + 1 {
            words.skip()
            try unescaped(text.extracting(next.range), into: &value)
        } else {
            try unescaped(word.extracting((equals + 1)...), into: &value)
        }
        return (key, value)
    }

    /// RFC 9460 §7.1.1, §8.
    private func checkMandatory(_ found: [(key: ServiceKey, value: [UInt8])]) throws(DNSError) {
        let keys = found.map(\.key)
        if keys.contains(.noDefaultALPN), !keys.contains(.alpn) {
            throw .malformed("no-default-alpn without alpn leaves nothing")
        }
        guard let mandatory = found.first(where: { $0.key == .mandatory })?.value else { return }
        var before: ServiceKey?
        for at in stride(from: 0, to: mandatory.count, by: 2) {
            let key = ServiceKey(rawValue: UInt16(mandatory[at]) << 8 | UInt16(mandatory[at + 1]))
            if key == .mandatory || key == before { throw .malformed("\(key.name) can't stand in mandatory here") }
            guard keys.contains(key) else { throw .malformed("\(key.name) is mandatory, and isn't here") }
            before = key
        }
    }
}

extension RecordData {
    /// Keys in strictly ascending order (RFC 9460 §2.2).
    static func describeParameters(_ rest: inout Span<UInt8>) throws -> [String] {
        var parts: [String] = []
        var last = -1
        while !rest.isEmpty {
            let key = ServiceKey(rawValue: try rest.u16())
            guard Int(key.rawValue) > last else { throw DNSError.malformed("parameters out of order") }
            last = Int(key.rawValue)
            parts.append(try key.describe(try rest.bytes(Int(try rest.u16()))))
        }
        return parts
    }
}
