internal import Net

/// What is wrong with a question, for whoever asked.
package struct QueryError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// The path and the query of a target (RFC 3986 §3.3, §3.4): `/routes?table=best&within=2001:db8::/32`.
package struct Query: Hashable, Sendable {
    package var path: String
    private var values: [(key: String, value: String)] = []

    package init(_ path: String) { self.path = path }

    package init(target: String) throws(QueryError) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(String(parts[0]))
        guard parts.count > 1, !parts[1].isEmpty else { return }
        for pair in parts[1].split(separator: "&", omittingEmptySubsequences: false) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard sides.count == 2, let key = sides[0].percentDecoded, let value = sides[1].percentDecoded else {
                throw QueryError("\"\(pair.printable(100))\" should be key=value")
            }
            guard self[key] == nil else { throw QueryError("\(key.printable(100)) is here twice") }
            values.append((key, value))
        }
    }

    package var target: String {
        let pairs = values.map { "\($0.key.percentEncoded)=\($0.value.percentEncoded)" }
        return pairs.isEmpty ? path : path + "?" + pairs.joined(separator: "&")
    }

    package subscript(_ key: String) -> String? {
        get { values.first { $0.key == key }?.value }
        set {
            values.removeAll { $0.key == key }
            if let newValue { values.append((key, newValue)) }
        }
    }

    /// Throws for a key that isn't among these: a question that is understood by half is not the one that was asked.
    package func check(_ known: [String]) throws(QueryError) {
        for (key, _) in values where !known.contains(key) {
            throw QueryError("unknown key \"\(key.printable(100))\"; there are \(known.joined(separator: ", "))")
        }
    }

    package func read<Value>(
        _ key: String, as wanted: String, _ parse: (String) -> Value?
    ) throws(QueryError) -> Value? {
        guard let text = self[key] else { return nil }
        guard let value = parse(text) else {
            throw QueryError("\(key) \"\(text.printable(100))\" should be \(wanted)")
        }
        return value
    }

    package static func == (a: Self, b: Self) -> Bool { a.target == b.target }
    package func hash(into hasher: inout Hasher) { hasher.combine(target) }
}

extension StringProtocol {
    /// Letters, digits and what stands for nothing else in a query.
    fileprivate var percentEncoded: String {
        var text = ""
        for byte in utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte))
            if isPlain || "-._~:/*".utf8.contains(byte) {
                text.unicodeScalars.append(scalar)
            } else {
                text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }

    /// nil when a percent sign isn't followed by two digits, or what they stand for is no UTF-8.
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = Array(utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexValue, let low = rest.popFirst()?.hexValue else { return nil }
            bytes.append(high << 4 | low)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var hexValue: UInt8? { Character(Unicode.Scalar(self)).hexDigitValue.map { UInt8($0) } }
}
