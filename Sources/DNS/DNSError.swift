internal import Net

/// Why bytes or text are not DNS.
public enum DNSError: Error, Hashable, Sendable {
    /// The bytes ended too early.
    case truncated(wanted: Int, had: Int)
    /// A compression pointer that doesn't point backwards, one of too many, or a label type other than 00 and 11
    /// (RFC 1035 §4.1.4); `offset` counts from the start of the message.
    case badLabel(offset: Int)
    /// More than 63 bytes (RFC 1035 §2.3.4).
    case labelTooLong(Int)
    /// More than 255 bytes on the wire (RFC 1035 §2.3.4).
    case nameTooLong
    /// Two dots in a row, or one at the start.
    case emptyLabel(in: String)
    /// A name without a final dot where nothing says what it is relative to.
    case relative(String)
    /// A byte in a name, or an escape, that text can't hold.
    case badCharacter(String)
    /// Text that isn't what a field holds.
    case badValue(String, wanted: String)
    /// Record data that ended before this field.
    case missing(String)
    /// Something after the end of record data.
    case surplus(String)
    /// Record data, or a message, that is longer than its length field can say.
    case tooLong(Int)
    /// Record data whose bytes aren't those of its type.
    case badData(RecordType)
    /// A message that breaks a rule of its section.
    case malformed(String)

    init(_ error: WireError) {
        switch error {
        case .truncated(let wanted, let had): self = .truncated(wanted: wanted, had: had)
        }
    }
}

extension DNSError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .truncated(let wanted, let had): "\(wanted) bytes wanted, \(had) left"
        case .badLabel(let offset): "bad label or compression pointer at byte \(offset)"
        case .labelTooLong(let count): "a label of \(count) bytes; a label has at most 63"
        case .nameTooLong: "a name longer than 255 bytes"
        case .emptyLabel(let text): "an empty label in '\(text)'"
        case .relative(let text): "'\(text)' doesn't end in a dot, and there is no origin to complete it"
        case .badCharacter(let text):
            "\(text) can't stand in a name; write a byte as \\DDD, an international name in its xn-- form"
        case .badValue(let text, let wanted): "'\(text)' where \(wanted) should be"
        case .missing(let wanted): "\(wanted) is missing"
        case .surplus(let text): "'\(text)' after the end of the record"
        case .tooLong(let count): "\(count) bytes, more than 65535"
        case .badData(let type): "the data isn't that of \(type)"
        case .malformed(let reason): reason
        }
    }
}
