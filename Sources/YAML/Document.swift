/// What a document may cost us, however hostile it is.
public struct Limits: Sendable {
    public var bytes = 1 << 20
    public var depth = 32
    public var nodes = 100_000

    public init() {}
}

extension Node {
    /// Reads one YAML 1.1 document (libyaml), within `limits`. Refused besides what isn't YAML: aliases, anchors, tags,
    /// keys that are no scalars, a key twice in one mapping, several documents, and text that isn't UTF-8.
    public static func parse(_ text: [UInt8], limits: Limits = Limits()) throws(YAMLError) -> Node {
        guard text.count <= limits.bytes else {
            throw YAMLError(.tooLarge(limit: limits.bytes), at: Position(line: 1, column: 1))
        }
        let mark: [UInt8] = [0xef, 0xbb, 0xbf]  // a byte order mark, which some editors put before UTF-8
        var document = try Document(text.starts(with: mark) ? Array(text.dropFirst(mark.count)) : text, limits: limits)
        return try document.read()
    }
}

private struct Document: ~Copyable {
    private var events: Events
    private let limits: Limits
    private var nodes = 0

    init(_ text: [UInt8], limits: Limits) throws(YAMLError) {
        events = try Events(text)
        self.limits = limits
    }

    mutating func read() throws(YAMLError) -> Node {
        while true {
            let (event, position) = try events.next()
            switch event {
            case .documentStart:
                let (first, position) = try events.next()
                let root = try node(first, at: position, depth: 1)
                try end()
                return root
            case .streamEnd: throw YAMLError(.empty, at: position)
            default: continue
            }
        }
    }

    private mutating func end() throws(YAMLError) {
        while true {
            switch try events.next() {
            case (.streamEnd, _): return
            case (.documentStart, let position): throw YAMLError(.severalDocuments, at: position)
            default: continue
            }
        }
    }

    private mutating func node(_ event: Event, at position: Position, depth: Int) throws(YAMLError) -> Node {
        nodes += 1
        guard nodes <= limits.nodes else { throw YAMLError(.tooManyNodes(limit: limits.nodes), at: position) }
        guard depth <= limits.depth else { throw YAMLError(.tooDeep(limit: limits.depth), at: position) }
        switch event {
        case .scalar(let text, let style, let properties):
            try refuse(properties, at: position)
            return Node(position: position, content: .scalar(text, style))
        case .sequenceStart(let properties):
            try refuse(properties, at: position)
            return Node(position: position, content: .sequence(try items(depth: depth + 1)))
        case .mappingStart(let properties):
            try refuse(properties, at: position)
            return Node(position: position, content: .mapping(try entries(depth: depth + 1)))
        case .alias(let name): throw YAMLError(.alias(name), at: position)
        default: throw YAMLError(.syntax("a value is missing"), at: position)
        }
    }

    private mutating func items(depth: Int) throws(YAMLError) -> [Node] {
        var items: [Node] = []
        while true {
            let (event, position) = try events.next()
            if case .collectionEnd = event { return items }
            items.append(try node(event, at: position, depth: depth))
        }
    }

    private mutating func entries(depth: Int) throws(YAMLError) -> [Node.Entry] {
        var entries: [Node.Entry] = []
        var seen: [String: Position] = [:]
        while true {
            let (event, position) = try events.next()
            if case .collectionEnd = event { return entries }
            let key = try node(event, at: position, depth: depth)
            guard case .scalar(let name, _) = key.content else { throw YAMLError(.keyIsNoScalar, at: position) }
            if let first = seen.updateValue(position, forKey: name) {
                throw YAMLError(.duplicateKey(name, first: first), at: position)
            }
            let (value, valuePosition) = try events.next()
            entries.append(
                Node.Entry(key: name, position: position, value: try node(value, at: valuePosition, depth: depth)))
        }
    }

    private func refuse(_ properties: Event.Properties, at position: Position) throws(YAMLError) {
        if let anchor = properties.anchor { throw YAMLError(.anchor(anchor), at: position) }
        if let tag = properties.tag { throw YAMLError(.tag(tag), at: position) }
    }
}
