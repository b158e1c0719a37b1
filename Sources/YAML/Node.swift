/// Where something stands in a document, counted from 1; columns count characters (Unicode scalars), not bytes.
public struct Position: Hashable, Comparable, Sendable, CustomStringConvertible {
    public var line: Int
    public var column: Int

    public init(line: Int, column: Int) { (self.line, self.column) = (line, column) }

    public static func < (a: Self, b: Self) -> Bool { (a.line, a.column) < (b.line, b.column) }
    public var description: String { "\(line):\(column)" }
}

/// A value of a document, and where it begins. Scalars stay text: whether `53` is a number, `no` a name and `1:20` a
/// community or a time of day is for whoever knows the key to say, not for YAML's guesses.
public struct Node: Sendable {
    public var position: Position
    public var content: Content

    public enum Content: Sendable {
        case scalar(String, Style)
        case sequence([Node])
        /// In the order of the file; no key twice.
        case mapping([Entry])
    }

    public enum Style: Sendable {
        case plain
        /// In quotes, or a block after `|` or `>`: never a null.
        case quoted
    }

    public struct Entry: Sendable {
        public var key: String
        /// Where the key begins; the value has a position of its own.
        public var position: Position
        public var value: Node
    }

    public init(position: Position, content: Content) { (self.position, self.content) = (position, content) }
}

extension Node {
    /// The value of a key; nil when there is none, or when this isn't a mapping.
    public subscript(key: String) -> Node? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// An item of a sequence; nil when there is none, or when this isn't a sequence.
    public subscript(index: Int) -> Node? {
        guard case .sequence(let items) = content, items.indices.contains(index) else { return nil }
        return items[index]
    }

    /// A plain scalar that says nothing: `key:`, `key: ~` or `key: null`.
    public var isNull: Bool {
        guard case .scalar(let text, .plain) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }
}
