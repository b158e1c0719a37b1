internal import Net

/// The second 16 bits of a message: flags, opcode and the lower four bits of the response code (RFC 1035 §4.1.1).
public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let response = Self(rawValue: 0x8000)
    public static let authoritative = Self(rawValue: 0x0400)
    public static let truncated = Self(rawValue: 0x0200)
    public static let recursionDesired = Self(rawValue: 0x0100)
    public static let recursionAvailable = Self(rawValue: 0x0080)
    public static let authenticated = Self(rawValue: 0x0020)  // RFC 4035 §3.2.3
    public static let checkingDisabled = Self(rawValue: 0x0010)  // RFC 4035 §3.2.2

    public var opcode: Opcode { Opcode(rawValue: UInt8(truncatingIfNeeded: rawValue >> 11 & 0xf)) }

    /// The flags of an answer to a message with these: opcode, RD, and CD (RFC 4035 §3.1.6) come back.
    var echoed: Self { Self(rawValue: rawValue & 0x7910 | 0x8000) }

    func with(_ rcode: ResponseCode) -> Self { Self(rawValue: rawValue & 0xfff0 | rcode.rawValue & 0xf) }
}

/// The twelve bytes that every message begins with.
struct Header: Sendable {
    static let length = 12

    var id: UInt16
    var flags: Flags
    var questions: UInt16 = 0
    var answers: UInt16 = 0
    var authority: UInt16 = 0
    var additional: UInt16 = 0

    init(id: UInt16, flags: Flags) { (self.id, self.flags) = (id, flags) }

    /// nil: too short.
    init?(at message: Span<UInt8>) {
        guard message.count >= Self.length else { return nil }
        func word(_ index: Int) -> UInt16 { UInt16(message[2 * index]) << 8 | UInt16(message[2 * index + 1]) }
        (id, flags) = (word(0), Flags(rawValue: word(1)))
        (questions, answers, authority, additional) = (word(2), word(3), word(4), word(5))
    }

    init(_ message: inout Span<UInt8>) throws(WireError) {
        id = try message.u16()
        flags = Flags(rawValue: try message.u16())
        questions = try message.u16()
        answers = try message.u16()
        authority = try message.u16()
        additional = try message.u16()
    }

    func write(into buffer: inout [UInt8]) {
        buffer.put(id)
        buffer.put(flags.rawValue)
        buffer.put(questions)
        buffer.put(answers)
        buffer.put(authority)
        buffer.put(additional)
    }

    /// Writes over the twelve bytes at `offset`.
    func patch(_ buffer: inout [UInt8], at offset: Int) {
        buffer.patch(id, at: offset)
        buffer.patch(flags.rawValue, at: offset + 2)
        buffer.patch(questions, at: offset + 4)
        buffer.patch(answers, at: offset + 6)
        buffer.patch(authority, at: offset + 8)
        buffer.patch(additional, at: offset + 10)
    }
}
