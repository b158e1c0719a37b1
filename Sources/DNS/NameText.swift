/// Names as text: labels between dots; `\.` is a dot within a label and `\065` a byte by its number (RFC 1035 §5.1).
extension Name {
    /// A name that is complete, with or without its final dot; nil for what isn't one.
    public init?(_ text: some StringProtocol) {
        guard let name = try? Self(text: text, origin: .root) else { return nil }
        self = name
    }

    /// A name without a final dot is completed with `origin`; `@` alone is the origin.
    public init(text: some StringProtocol, origin: Name?) throws(DNSError) {
        self = try Self(bytes: [UInt8](text.utf8)[...], origin: origin)
    }

    init(bytes text: ArraySlice<UInt8>, origin: Name?) throws(DNSError) {
        let shown = String(decoding: text, as: UTF8.self)
        guard !text.isEmpty else { throw .emptyLabel(in: shown) }
        if text.elementsEqual([UInt8(ascii: ".")]) {
            self = .root
        } else if text.elementsEqual([UInt8(ascii: "@")]) {
            guard let origin else { throw .relative(shown) }
            self = origin
        } else {
            self = try Self.complete(try Self.splitLabels(text, shown), origin, shown)
        }
    }

    private static func complete(
        _ text: (labels: [[UInt8]], absolute: Bool), _ origin: Name?, _ shown: String
    ) throws(DNSError) -> Name {
        if text.absolute { return try Name(labels: text.labels) }
        guard let origin else { throw .relative(shown) }
        return try Name(labels: text.labels + origin.labels.map { [UInt8]($0) })
    }

    private static func splitLabels(
        _ text: ArraySlice<UInt8>, _ shown: String
    ) throws(DNSError) -> (labels: [[UInt8]], absolute: Bool) {
        var labels: [[UInt8]] = []
        var label: [UInt8] = []
        var rest = text
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: ".") {
                guard !label.isEmpty else { throw .emptyLabel(in: shown) }
                labels.append(label)
                label = []
            } else if byte == UInt8(ascii: "\\") {
                label.append(try unescape(&rest))
            } else {
                guard (0x21...0x7e).contains(byte) else { throw .badCharacter(byte >= 0x80 ? shown : "\\\(byte)") }
                label.append(byte)
            }
        }
        guard !label.isEmpty else { return (labels, absolute: true) }
        return (labels + [label], absolute: false)
    }
}

extension Name: CustomStringConvertible {
    /// Complete, with the final dot.
    public var description: String {
        isRoot ? "." : labels.map { escape($0, special: ".\\\"();@$") + "." }.joined()
    }
}

/// What follows a backslash: three digits, or the byte itself.
func unescape(_ rest: inout ArraySlice<UInt8>) throws(DNSError) -> UInt8 {
    guard let first = rest.popFirst() else { throw .badCharacter("a backslash at the end") }
    guard (0x30...0x39).contains(first) else { return first }
    let digits = [first] + rest.prefix(2)
    guard digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self)) else {
        throw .badCharacter("\\" + String(decoding: digits, as: UTF8.self))
    }
    rest = rest.dropFirst(2)
    return value
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
