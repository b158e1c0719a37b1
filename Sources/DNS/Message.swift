/// A whole message, for clients and tests: what servers answer with is written without one (`Responder`).
public struct Message: Hashable, Sendable {
    public var id: UInt16
    /// Opcode and all but the response code.
    public var flags: Flags
    /// All twelve bits when there is EDNS.
    public var rcode: ResponseCode
    public var questions: [Question]
    public var answers: [Record]
    public var authority: [Record]
    /// Without the OPT record, which is `edns`.
    public var additional: [Record]
    public var edns: EDNS?

    public init(
        id: UInt16, flags: Flags = [], rcode: ResponseCode = .noError, questions: [Question] = [],
        answers: [Record] = [], authority: [Record] = [], additional: [Record] = [], edns: EDNS? = nil
    ) {
        (self.id, self.flags, self.rcode) = (id, flags.with(.noError), rcode)
        (self.questions, self.answers, self.authority) = (questions, answers, authority)
        (self.additional, self.edns) = (additional, edns)
    }

    /// A question to an authoritative server, asking for its identity.
    public static func query(id: UInt16, _ question: Question) -> Self {
        Self(id: id, questions: [question], edns: EDNS(options: [EDNS.nsidRequest]))
    }

    /// Who answered (RFC 5001), as text; bytes that aren't printable are escaped.
    public var nsid: String? { edns?.nsid.map { escape($0, special: "", spaces: true) } }
}
