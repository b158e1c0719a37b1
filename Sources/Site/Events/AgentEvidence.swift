internal import Control
internal import Daemon
internal import Health
internal import Loop
internal import Net
internal import Probe

/// What stands behind what the agent does: of each check that is concerned, the question and the last answer.
extension Agent {
    /// So many are told at once.
    private static var most: Int { 16 }

    func evidence(of index: Int) -> [Evidence] { [checks[index].evidence(now: Loop.now)] }

    func evidence(of check: String, at address: String) -> [Evidence] {
        evidence { $0.check.name == check && "\($0.address)" == address }
    }

    /// Of an announcement all that passed, of a change whatever isn't healthy, of a withdrawal what fails: none when the
    /// cause was another one, such as a drain.
    func evidence(for kind: Event.Kind, of prefix: Prefix) -> [Evidence] {
        switch kind {
        case .announced: evidence { prefix.contains($0.address) }
        case .changed: evidence { prefix.contains($0.address) && $0.monitor.verdict != .healthy }
        case .withdrawn: evidence { prefix.contains($0.address) && $0.monitor.verdict == .failing }
        default: []
        }
    }

    private func evidence(_ isConcerned: (CheckState) -> Bool) -> [Evidence] {
        let now = Loop.now
        return checks.lazy.filter(isConcerned).prefix(Self.most).map { $0.evidence(now: now) }
    }
}

extension CheckState {
    private static let mostOutput = 1000

    fileprivate func evidence(now: Instant) -> Evidence {
        var told = Evidence()
        (told.check, told.address, told.verdict) = (check.name, "\(address)", verdict.rawValue)
        told.question = check.question(at: address, port: port)
        guard let last else { return told }
        told.time = timestamp(last.at, now: now)
        (told.result, told.answer, told.kind) = last.result.words
        told.milliseconds = last.received.after.milliseconds
        (told.rcode, told.status) = (last.received.rcode.map { "\($0)" }, last.received.status)
        told.exitCode = last.received.exitCode
        told.output = last.received.output.map { String($0.prefix(Self.mostOutput)) }
        return told
    }
}

extension ProbeResult {
    /// As the control socket and events tell it.
    var words: (result: String, reason: String?, kind: String?) {
        switch self {
        case .answered: ("passed", nil, nil)
        case .degraded(let reason, _): ("degraded", reason, nil)
        case .failed(let reason, let kind): ("failed", reason, kind.rawValue)
        case .impossible(let reason): ("impossible", reason, nil)
        case .disabled(let reason): ("disabled", reason, nil)
        }
    }
}

extension Array {
    /// Left out of JSON where there is nothing to tell.
    var nonEmpty: Self? { isEmpty ? nil : self }
}
