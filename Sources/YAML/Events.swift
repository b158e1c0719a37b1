import CYAML

/// What libyaml says next about a document.
enum Event {
    case documentStart
    case documentEnd
    case streamEnd
    case scalar(String, Node.Style, Properties)
    case sequenceStart(Properties)
    case mappingStart(Properties)
    /// Of a sequence or a mapping.
    case collectionEnd
    case alias(String)
    case other

    /// What may stand before a value, and is refused.
    struct Properties {
        var anchor: String?
        var tag: String?
    }
}

/// libyaml's parser over bytes in memory: the one place where its pointers are touched.
@safe struct Events: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ text: some Collection<UInt8>) throws(YAMLError) {
        // SAFETY: the parser keeps pointers to itself and to its input; both stay where they are until `deinit`.
        unsafe input = .allocate(capacity: text.count)
        _ = unsafe input.initialize(from: text)
        unsafe parser = .allocate(capacity: 1)
        // A parser that failed to start is all zeros, which `yaml_parser_delete` takes as well.
        guard unsafe yaml_parser_initialize(parser) == 1 else {
            throw YAMLError(.outOfMemory, at: Position(line: 1, column: 1))
        }
        unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
        unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    }

    deinit {
        // SAFETY: `init` initialized the parser, and nothing else frees it.
        unsafe yaml_parser_delete(parser)
        unsafe parser.deallocate()
        unsafe input.deallocate()
    }

    mutating func next() throws(YAMLError) -> (event: Event, position: Position) {
        var raw = unsafe yaml_event_t()
        guard unsafe yaml_parser_parse(parser, &raw) == 1 else { throw failure() }
        // SAFETY: `raw` is what libyaml just filled in; all text is copied before it is deleted.
        defer { unsafe yaml_event_delete(&raw) }
        return unsafe (Event(raw), Position(raw.start_mark))
    }

    /// libyaml's last error, with the place it names.
    private func failure() -> YAMLError {
        // SAFETY: the parser lives, and its texts are static strings.
        let what = unsafe parser.pointee.problem.map { unsafe String(cString: $0) } ?? "not YAML"
        let mark = unsafe Position(parser.pointee.problem_mark)
        switch unsafe parser.pointee.error {
        case YAML_MEMORY_ERROR: return YAMLError(.outOfMemory, at: mark)
        case YAML_READER_ERROR:
            return unsafe YAMLError(.encoding(what), at: position(of: parser.pointee.problem_offset))
        default: break
        }
        if unsafe byte(at: parser.pointee.problem_mark) == UInt8(ascii: "\t") { return YAMLError(.tab, at: mark) }
        guard let context = unsafe parser.pointee.context.map({ unsafe String(cString: $0) }) else {
            return YAMLError(.syntax(what), at: mark)
        }
        let line = unsafe parser.pointee.context_mark.line + 1
        let since = line == mark.line ? "" : ", which began on line \(line)"
        return YAMLError(.syntax("\(what) (\(context)\(since))"), at: mark)
    }

    /// The byte under a mark, whose index counts characters.
    private func byte(at mark: yaml_mark_t) -> UInt8? {
        let text = unsafe String(decoding: input, as: UTF8.self).unicodeScalars
        return text.dropFirst(mark.index).first.flatMap { UInt8(exactly: $0.value) }
    }

    /// Of a byte offset, for errors that libyaml finds before it counts lines.
    private func position(of offset: Int) -> Position {
        let before = unsafe input.prefix(offset)
        let line = unsafe before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).last.map {
            unsafe String(decoding: $0, as: UTF8.self).unicodeScalars.count
        }
        return unsafe Position(line: 1 + before.count { $0 == UInt8(ascii: "\n") }, column: 1 + (line ?? 0))
    }
}

extension Position {
    fileprivate init(_ mark: yaml_mark_t) { self.init(line: mark.line + 1, column: mark.column + 1) }
}

extension Event {
    /// SAFETY: only the member of the union that `type` selects is read, while libyaml still owns its text.
    fileprivate init(_ raw: yaml_event_t) {
        switch unsafe raw.type {
        case YAML_DOCUMENT_START_EVENT: self = .documentStart
        case YAML_DOCUMENT_END_EVENT: self = .documentEnd
        case YAML_STREAM_END_EVENT: self = .streamEnd
        case YAML_ALIAS_EVENT: self = unsafe .alias(text(raw.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = unsafe raw.data.scalar
            let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            let style: Node.Style = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE ? .plain : .quoted
            self = unsafe .scalar(
                String(decoding: bytes, as: UTF8.self), style,
                Properties(anchor: text(scalar.anchor), tag: text(scalar.tag)))
        case YAML_SEQUENCE_START_EVENT:
            let start = unsafe raw.data.sequence_start
            self = unsafe .sequenceStart(Properties(anchor: text(start.anchor), tag: text(start.tag)))
        case YAML_MAPPING_START_EVENT:
            let start = unsafe raw.data.mapping_start
            self = unsafe .mappingStart(Properties(anchor: text(start.anchor), tag: text(start.tag)))
        case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: self = .collectionEnd
        default: self = .other
        }
    }
}

private func text(_ bytes: UnsafePointer<yaml_char_t>?) -> String? {
    unsafe bytes.map { unsafe String(cString: $0) }
}
