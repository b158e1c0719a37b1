import YAML

/// `lint`: what somebody has decided to live with.
struct LintDraft: Sendable {
    var accepted: [Acceptance]

    init?(keys: inout Keys) { accepted = keys.optional("accept", .accepted) ?? [] }
}

extension Kind where Value == [Acceptance] {
    /// Codes, each with a reason, or with a reason for each of several keys of the file.
    fileprivate static var accepted: Kind {
        let accepts = "a mapping from codes such as LF-L103 to why that is all right here"
        return Kind(accepts) { node, label, reading in
            guard case .mapping(let entries) = node.content else {
                reading.refuse(node.position, "\(label) \(shape(node)); it should be \(accepts)")
                return nil
            }
            let known = entries.filter { isKnown($0, label, &reading) }
            let values = known.map { read($0, &reading) }
            return known.count == entries.count && !values.contains { $0 == nil } ? values.flatMap { $0 ?? [] } : nil
        }
    }

    private static func isKnown(_ entry: Node.Entry, _ label: String, _ reading: inout Reading) -> Bool {
        let codes = LintRule.all.map(\.code)
        if codes.contains(entry.key) { return true }
        let near = nearest(to: entry.key, among: codes).map { "; did you mean \"\($0)\"?" } ?? ""
        reading.refuse(entry.position, "\(label): there is no finding \(quoted(entry.key))\(near)")
        return false
    }

    private static func read(_ entry: Node.Entry, _ reading: inout Reading) -> [Acceptance]? {
        guard case .mapping(let places) = entry.value.content else {
            return Kind<String>.reason.read(entry.value, entry.key, &reading).map {
                [
                    Acceptance(
                        code: entry.key, key: nil, reason: $0, line: entry.position.line, column: entry.position.column)
                ]
            }
        }
        let values = places.map { place -> Acceptance? in
            let reason = Kind<String>.reason.read(place.value, place.key, &reading)
            let (line, column) = (place.position.line, place.position.column)
            return reason.map {
                Acceptance(code: entry.key, key: place.key, reason: $0, line: line, column: column)
            }
        }
        return values.contains { $0 == nil } ? nil : values.compactMap(\.self)
    }
}

extension Kind where Value == String {
    /// Whoever reads it a year later wants to know.
    fileprivate static var reason: Kind {
        text("a reason", most: 500).map { text, _ throws(Refusal) in
            if text.allSatisfy({ $0 == " " }) { throw Refusal("is empty; it should say why that is all right here") }
            return text
        }
    }
}
