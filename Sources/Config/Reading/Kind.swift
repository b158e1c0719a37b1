import Net
import YAML

/// What a value may be: how it is read, and in words.
struct Kind<Value>: Sendable {
    /// Completes "is not …" and "it should be …": `an IPv4 or IPv6 address`.
    let accepts: String
    /// nil after something was refused. `label` is what errors begin with: the key's name.
    let read: @Sendable (_ node: Node, _ label: String, inout Reading) -> Value?
    /// Describes the keys inside, if there are any.
    let describe: @Sendable (_ path: String, inout Reading) -> Void

    init(
        _ accepts: String, describe: @escaping @Sendable (String, inout Reading) -> Void = { _, _ in },
        read: @escaping @Sendable (Node, String, inout Reading) -> Value?
    ) {
        (self.accepts, self.read, self.describe) = (accepts, read, describe)
    }
}

/// Why a text isn't what it should be, in words that follow it: `has host bits set; write 203.0.113.0/24`.
struct Refusal: Error {
    var reason: String

    init(_ reason: String) { self.reason = reason }
}

extension Kind {
    /// A word or a number. `parse` gives nil for what isn't one of these at all, and throws for what is nearly one.
    /// `hint` looks for what may have been meant, which is asked of the first errors only: `did you mean "FRA"?`. What
    /// may be a secret is refused without being repeated.
    static func scalar(
        _ accepts: String, mayBeSecret: Bool = false, hint: (@Sendable (String) -> String?)? = nil,
        _ parse: @escaping @Sendable (String) throws(Refusal) -> Value?
    ) -> Kind {
        Kind(accepts) { node, label, reading in
            guard !node.isNull, case .scalar(let text, _) = node.content else {
                reading.refuse(node.position, "\(label) \(shape(node)); it should be \(accepts)")
                return nil
            }
            let given = mayBeSecret ? "what is there" : quoted(text)
            do throws(Refusal) {
                if let value = try parse(text) { return value }
                let near = reading.problems.count < mostHints ? hint?(text) : nil
                let tail = near.map { "; \($0)" } ?? ""
                reading.refuse(node.position, "\(label): \(given) is not \(accepts)\(tail)")
            } catch {
                reading.refuse(node.position, "\(label): \(given) \(error.reason)")
            }
            return nil
        }
    }

    /// One of a few words, which are the raw values of an enum.
    static func choice(_: Value.Type = Value.self) -> Kind
    where Value: CaseIterable & RawRepresentable & Sendable, Value.RawValue == String {
        let values = Value.allCases.map { $0 }
        let words = values.map(\.rawValue)
        let hint = { @Sendable (text: String) in nearest(to: text, among: words).map { "did you mean \"\($0)\"?" } }
        return scalar(either(words), hint: hint) { text in values.first { $0.rawValue == text } }
    }

    /// The same, further on: `map` may refuse.
    func map<Other>(
        _ accepts: String? = nil, _ transform: @escaping @Sendable (Value, Node) throws(Refusal) -> Other
    ) -> Kind<Other> {
        Kind<Other>(accepts ?? self.accepts, describe: describe) { node, label, reading in
            guard let value = read(node, label, &reading) else { return nil }
            do throws(Refusal) { return try transform(value, node) } catch {
                reading.refuse(node.position, "\(label): \(error.reason)")
                return nil
            }
        }
    }
}

/// A list of what `item` is.
func list<Item>(of item: Kind<Item>, least: Int = 1, most: Int = 1000) -> Kind<[Item]> {
    let accepts = "a list, each item \(item.accepts)"
    return Kind(accepts, describe: item.describe) { node, label, reading in
        guard case .sequence(let items) = node.content else {
            reading.refuse(node.position, "\(label) \(shape(node)); it should be \(accepts)")
            return nil
        }
        guard refuseCount(items.count, least, most, node, label, accepts, &reading) else { return nil }
        let values = items.compactMap { item.read($0, label, &reading) }
        return values.count == items.count ? values : nil
    }
}

/// Whether there are enough, and not too many.
func refuseCount(
    _ count: Int, _ least: Int, _ most: Int, _ node: Node, _ label: String, _ accepts: String, _ reading: inout Reading
) -> Bool {
    switch count {
    case least...most: return true
    case 0: reading.refuse(node.position, "\(label) is empty; it should be \(accepts)")
    case ..<least: reading.refuse(node.position, "\(label) has \(count) of at least \(least); it should be \(accepts)")
    default: reading.refuse(node.position, "\(label) has \(count) of at most \(most)")
    }
    return false
}

/// One value, or a list of them.
func oneOrList<Item>(of item: Kind<Item>) -> Kind<[Item]> {
    let many = list(of: item)
    return Kind("\(item.accepts), or a list of them", describe: item.describe) { node, label, reading in
        if case .sequence = node.content { return many.read(node, label, &reading) }
        return item.read(node, label, &reading).map { [$0] }
    }
}

/// For errors: what stands there instead.
func shape(_ node: Node) -> String {
    switch node.content {
    case .scalar(let text, _): text.isEmpty || node.isNull ? "is empty" : "is \(quoted(text))"
    case .sequence: "is a list"
    case .mapping: "is a mapping"
    }
}

/// In quotes, on one line, and not longer than a line.
func quoted(_ text: String) -> String {
    let plain = String(
        Secrets.hidden(in: text).unicodeScalars.prefix(81).map {
            $0.value < 0x20 || $0.value == 0x7f ? " " : Character($0)
        })
    return plain.unicodeScalars.count > 80 ? "\"\(plain.prefix(77))…\"" : "\"\(plain)\""
}

/// `a`, `a or b`, `a, b or c`.
func either(_ words: [String]) -> String {
    guard let last = words.last, words.count > 1 else { return words.first ?? "nothing" }
    return words.dropLast().joined(separator: ", ") + " or " + last
}
