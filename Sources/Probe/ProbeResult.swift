internal import DNS
internal import Health

/// What one probe found.
public enum ProbeResult: Hashable, Sendable {
    /// What kind of failure it is.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// No answer in time.
        case silence
        /// Nobody listens.
        case refusal
        /// No way there, or the connection broke.
        case unreachable
        /// An answer, but not the one that the check wants.
        case wrong
    }

    case answered(after: Duration)
    case failed(reason: String, kind: Kind)
    /// The probe could not be made: nothing is known.
    case impossible(reason: String)
}

extension ProbeResult {
    /// Holds the outcome of a question against what the check wants.
    init(_ outcome: DNSClient.Outcome, of check: DNSCheck, timeout: Duration) {
        switch outcome {
        case .answer(let message, let after):
            if let reason = check.complaint(about: message) {
                self = .failed(reason: reason, kind: .wrong)
            } else {
                self = .answered(after: after)
            }
        case .silence(nil): self = .failed(reason: "no answer within \(timeout.shortText)", kind: .silence)
        case .silence(let ignored?):
            self = .failed(reason: "no answer within \(timeout.shortText), only \(ignored)", kind: .silence)
        case .refused: self = .failed(reason: "connection refused", kind: .refusal)
        case .broken(let reason): self = .failed(reason: reason, kind: .unreachable)
        case .impossible(let reason): self = .impossible(reason: reason)
        }
    }
}

extension DNSCheck {
    /// What is wrong with an answer; nil when it is the one that is wanted.
    func complaint(about message: Message) -> String? {
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
