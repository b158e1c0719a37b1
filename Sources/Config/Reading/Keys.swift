import YAML

/// The keys of one mapping, as its reader asks for them. Asking is the only description of a key that there is: the
/// same reader, run over nothing, lists the keys that it knows (`KeyDescription`), and what it didn't ask for is
/// refused as unknown. So a reader asks for every key before it gives up on any.
struct Keys {
    /// What errors call this mapping: the name that the operator gave it, or its key.
    let label: String
    private(set) var reading: Reading
    private let source: Source
    private var known: [String] = []
    private var later: [String] = []

    private enum Source {
        case file(position: Position, entries: [Node.Entry])
        /// Nothing is read; `reading.described` grows.
        case description(path: String)
    }

    init(_ position: Position, _ entries: [Node.Entry], label: String, reading: Reading) {
        (source, self.label, self.reading) = (.file(position: position, entries: entries), label, reading)
    }

    init(describing path: String, reading: Reading) {
        (source, label, self.reading) = (.description(path: path), path, reading)
    }

    /// - Parameter isSpared: nil is all that comes of its absence.
    mutating func required<Value>(_ name: String, _ kind: Kind<Value>, unless isSpared: Bool = false) -> Value? {
        switch ask(name, kind, .required) {
        case .value(let value): return value
        case .nothing: return nil
        case .absent(let position):
            guard !isSpared else { return nil }
            reading.refuse(position, "\(label): \"\(name)\" is missing; it should be \(kind.accepts)")
            return nil
        }
    }

    /// nil when it is left out, or when what is there was refused.
    mutating func optional<Value>(_ name: String, _ kind: Kind<Value>) -> Value? {
        if case .value(let value) = ask(name, kind, .optional(default: nil)) { value } else { nil }
    }

    mutating func optional<Value>(_ name: String, _ kind: Kind<Value>, default value: Value) -> Value {
        let written = (value as? Duration)?.text ?? "\(value)"
        return if case .value(let value) = ask(name, kind, .optional(default: written)) { value } else { value }
    }

    /// Keys of the design that nothing implements yet.
    mutating func later(_ names: String...) { later(names) }

    mutating func later(_ names: [String]) {
        for name in names {
            let kind = Kind<Never>("nothing yet") { node, label, reading in
                reading.refuse(node.position, "\(label): not supported by this version; leave it out")
                return nil
            }
            _ = ask(name, kind, .later)
        }
    }

    func has(_ name: String) -> Bool { position(of: name) != nil }

    /// Refuses the mapping as a whole.
    mutating func refuse(_ text: String) {
        if case .file(let position, _) = source { reading.refuse(position, "\(label): \(text)") }
    }

    /// Refuses the value of a key, or the mapping where the key isn't there.
    mutating func refuse(_ name: String, _ text: String) {
        guard case .file(let own, _) = source else { return }
        reading.refuse(position(of: name) ?? own, "\(name): \(text)")
    }

    /// After the last question: what nobody asked for is refused.
    mutating func finish() {
        guard case .file(_, let entries) = source else { return }
        for entry in entries where !known.contains(entry.key) && !later.contains(entry.key) {
            let near = reading.problems.count < mostHints ? nearest(to: entry.key, among: known) : nil
            let hint = near.map { "did you mean \"\($0)\"?" }
            let all = known.isEmpty ? "there are none here" : "known here: \(known.joined(separator: ", "))"
            reading.refuse(entry.position, "\(label): unknown key \(quoted(entry.key)); \(hint ?? all)")
        }
    }

    private enum Answer<Value> {
        case value(Value)
        case absent(Position)
        /// Refused already, or only described.
        case nothing
    }

    private mutating func ask<Value>(
        _ name: String, _ kind: Kind<Value>, _ presence: KeyDescription.Presence
    ) -> Answer<Value> {
        switch source {
        case .description(let path):
            let path = path.isEmpty ? name : "\(path).\(name)"
            reading.described.append(KeyDescription(path: path, accepts: kind.accepts, presence: presence))
            kind.describe(path, &reading)
            return .nothing
        case .file(let position, let entries):
            if presence == .later { later.append(name) } else { known.append(name) }
            guard let entry = entries.first(where: { $0.key == name }) else { return .absent(position) }
            return kind.read(entry.value, name, &reading).map { .value($0) } ?? .nothing
        }
    }

    private func position(of name: String) -> Position? {
        guard case .file(_, let entries) = source else { return nil }
        return entries.first { $0.key == name }?.value.position
    }
}

/// A mapping with keys of ours.
func record<Value>(
    _ accepts: String = "a mapping", _ read: @escaping @Sendable (inout Keys) -> Value?
) -> Kind<Value> {
    Kind(accepts) { path, reading in
        var keys = Keys(describing: path, reading: reading)
        _ = read(&keys)
        reading = keys.reading
    } read: { node, label, reading in
        guard case .mapping(let entries) = node.content else {
            reading.refuse(node.position, "\(label) \(shape(node)); it should be \(accepts)")
            return nil
        }
        var keys = Keys(node.position, entries, label: label, reading: reading)
        let value = read(&keys)
        keys.finish()
        reading = keys.reading
        return value
    }
}

/// A mapping whose keys are names that the operator chooses, in the order of the file. Errors inside begin with the name.
func named<Value>(_ what: String, _ value: Kind<Value>) -> Kind<[Value]> {
    let accepts = "a mapping from the name of each \(what) to \(value.accepts)"
    return Kind(accepts) { path, reading in
        value.describe("\(path).NAME", &reading)
    } read: { node, label, reading in
        guard case .mapping(let entries) = node.content else {
            reading.refuse(node.position, "\(label) \(shape(node)); it should be \(accepts)")
            return nil
        }
        guard refuseCount(entries.count, 1, 2000, node, label, accepts, &reading) else { return nil }
        for entry in entries where !isName(entry.key) {
            reading.refuse(entry.position, "\(label): \(quoted(entry.key)) is not \(nameAccepts)")
        }
        let values = entries.compactMap { value.read($0.value, $0.key, &reading) }
        return values.count == entries.count ? values : nil
    }
}
