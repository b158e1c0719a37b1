internal import DNS
public import Health
internal import Net

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
    /// It answered, and said itself that all is not well.
    case degraded(reason: String, after: Duration)
    case failed(reason: String, kind: Kind)
    /// The probe could not be made: nothing is known.
    case impossible(reason: String)
    /// Nothing was asked: the service is out of service on purpose.
    case disabled(reason: String)
}

extension Monitor.Event {
    /// - Parameter answersOthers: whether the service answered anybody else since the probe began, as its counter tells.
    public init(_ result: ProbeResult, answersOthers: Bool = false) {
        switch result {
        case .answered(let time): self = .passed(after: time)
        case .degraded(let reason, _): self = .degraded(reason: reason)
        case .failed(let reason, .silence): self = .timedOut(reason: reason, answersOthers: answersOthers)
        case .failed(let reason, _): self = .failed(reason: reason)
        case .impossible(let reason): self = .impossible(reason: reason)
        case .disabled(let reason): self = .disabled(reason: reason)
        }
    }
}

extension ProbeResult {
    /// What an error of the kernel says about the service, and what only about us.
    init(_ error: SystemError) {
        switch DNSClient.Outcome(error) {
        case .refused: self = .failed(reason: "connection refused", kind: .refusal)
        case .impossible(let reason): self = .impossible(reason: reason)
        case .answer, .silence, .broken: self = .failed(reason: "\(error)", kind: .unreachable)
        }
    }

    /// Of a probe that could not begin. A program that can't be started is never the service's fault.
    init(_ error: SystemError, of kind: Check.Kind) {
        switch kind {
        case .exec: self = .impossible(reason: "\(error)")
        case .icmp: self = ProbeResult(echo: error)
        case .dns, .tcp, .http: self = ProbeResult(error)
        }
    }

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
