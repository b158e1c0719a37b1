public import DNS

/// One question, and what its answer must look like.
public struct DNSCheck: Hashable, Sendable {
    public enum Transport: String, Hashable, Sendable, CaseIterable { case udp, tcp }

    public var name: Name
    /// More names, unrelated to the first: one that answers is enough. What a resolver says about a single name may be
    /// the fault of whoever serves that name, everywhere at once (ANNOUNCING 3).
    public var alternatives: [Name]
    public var type: RecordType
    public var transport: Transport
    /// nil: the service's own.
    public var port: UInt16?
    public var rcode: ResponseCode
    /// Record data on the wire; one of the answers must be one of these. Empty: NOERROR wants any answer of the type.
    public var data: [[UInt8]]

    public init(
        name: Name, alternatives: [Name] = [], type: RecordType, transport: Transport = .udp, port: UInt16? = nil,
        rcode: ResponseCode = .noError, data: [[UInt8]] = []
    ) {
        (self.name, self.alternatives, self.type, self.transport) = (name, alternatives, type, transport)
        (self.port, self.rcode, self.data) = (port, rcode, data)
    }

    public var names: [Name] { [name] + alternatives }
}

extension DNSCheck {
    /// What is wrong with an answer; nil when it is the one that is wanted.
    package func complaint(about message: Message) -> String? {
        guard message.rcode == rcode else { return "\(message.rcode) instead of \(rcode)" }
        guard rcode == .noError else { return nil }
        let found = message.answers.filter { $0.type == type || type == .any }
        if data.isEmpty ? !found.isEmpty : found.contains(where: { data.contains($0.data) }) { return nil }
        if message.flags.contains(.truncated) { return "the answer was truncated; transport: tcp would get all of it" }
        guard !found.isEmpty else { return "no \(type) record in the answer" }
        return "answered \(list(found.map(\.data))), expected \(list(data))"
    }

    private func list(_ data: [[UInt8]]) -> String {
        let shown = data.prefix(3).map { RecordData.describe($0, type: type) }.joined(separator: ", ")
        return data.count > 3 ? shown + ", …" : shown
    }
}
