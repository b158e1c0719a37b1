internal import Net

/// Names as text: labels between dots; `\.` is a dot within a label and `\065` a byte by its number (RFC 1035 §5.1).
extension Name {
    /// A name that is complete, with or without its final dot; nil for what isn't one.
    public init?(_ text: some StringProtocol) {
        guard let name = try? Self(text: text, origin: .root) else { return nil }
        self = name
    }

    /// A name without a final dot is completed with `origin`; `@` alone is the origin.
    public init(text: some StringProtocol, origin: Name?) throws(DNSError) {
        self = try Self(bytes: [UInt8](text.utf8).span, origin: origin)
    }

    init(bytes text: Span<UInt8>, origin: Name?) throws(DNSError) {
        var wire: [UInt8] = []
        try wire.putName(text, origin: origin?.wire)
        self.init(checked: wire)
    }
}

extension Array where Element == UInt8 {
    /// Appends a name in wire form, without compression. `origin`, in wire form, completes what has no final dot.
    mutating func putName(_ text: Span<UInt8>, origin: [UInt8]?) throws(DNSError) {
        let start = count
        switch text.count {
        case 0: throw .emptyLabel(in: "")
        case 1 where text[0] == UInt8(ascii: "."): append(0)
        case 1 where text[0] == UInt8(ascii: "@"): try putOrigin(origin, text)
        default: try putLabels(text, origin)
        }
        guard count - start <= Name.maxLength else { throw .nameTooLong }
    }

    private mutating func putOrigin(_ origin: [UInt8]?, _ text: Span<UInt8>) throws(DNSError) {
        guard let origin else { throw .relative(text.text) }
        put(origin.span)
    }

    private mutating func putLabels(_ text: Span<UInt8>, _ origin: [UInt8]?) throws(DNSError) {
        var label = count  // where its length goes
        append(0)
        var at = 0
        while at < text.count {
            let byte = text[at]
            at += 1
            if byte == UInt8(ascii: ".") {
                guard count > label + 1 else { throw .emptyLabel(in: text.text) }
                try endLabel(label)
                label = count
                append(0)
            } else if byte == UInt8(ascii: "\\") {
                append(try unescape(text, &at))
            } else {
                guard byte > 0x20, byte < 0x7f else { throw .badCharacter(byte >= 0x80 ? text.text : "\\\(byte)") }
                append(byte)
            }
        }
        guard count > label + 1 else { return }  // the empty one is the root's
        try endLabel(label)
        try putOrigin(origin, text)
    }

    private mutating func endLabel(_ label: Int) throws(DNSError) {
        let length = count - label - 1
        guard length <= Name.maxLabelLength else { throw .labelTooLong(length) }
        self[label] = UInt8(length)
    }
}

extension Name: CustomStringConvertible {
    /// Complete, with the final dot.
    public var description: String {
        isRoot ? "." : labels.map { escape($0, special: ".\\\"();@$") + "." }.joined()
    }
}

/// What follows a backslash: three digits, or the byte itself. `at` is behind the backslash, and moves past it.
func unescape(_ text: Span<UInt8>, _ at: inout Int) throws(DNSError) -> UInt8 {
    guard at < text.count else { throw .badCharacter("a backslash at the end") }
    guard isDigit(text[at]) else {
        at += 1
        return text[at - 1]
    }
    let end = min(at + 3, text.count)
    let digits = text.extracting(at..<end)
    guard digits.count == 3, let value = decimal(digits), let byte = UInt8(exactly: value) else {
        throw .badCharacter("\\" + digits.text)
    }
    at = end
    return byte
}

/// Bytes as text: those in `special` behind a backslash, what doesn't print as `\DDD`.
func escape(_ bytes: some Sequence<UInt8>, special: String, spaces: Bool = false) -> String {
    var text: [UInt8] = []
    for byte in bytes {
        if special.utf8.contains(byte) {
            text += [UInt8(ascii: "\\"), byte]
        } else if (0x21...0x7e).contains(byte) || (spaces && byte == 0x20) {
            text.append(byte)
        } else {
            text += [UInt8(ascii: "\\"), 0x30 + byte / 100, 0x30 + byte / 10 % 10, 0x30 + byte % 10]
        }
    }
    return String(decoding: text, as: UTF8.self)
}
