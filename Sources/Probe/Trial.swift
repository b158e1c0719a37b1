internal import DNS
internal import Health
internal import Loop
internal import Net

/// One probe under way. Letting go of it ends it, with all that it opened or started.
protocol Trial: AnyObject {
    /// What it means that the time is over; nil: wait, it is about to say so itself.
    func expire(after timeout: Duration) -> ProbeResult?
    /// What came back, when it is over.
    var received: Received { get }
}

extension Trial {
    var received: Received { Received() }
}

/// What is settled before anything is sent.
final class SettledTrial: Trial {
    init(_ result: ProbeResult, _ loop: Loop, _ finish: @escaping (ProbeResult) -> Void) {
        loop.after(.zero) { finish(result) }
    }

    func expire(after timeout: Duration) -> ProbeResult? { nil }
}

/// Asks for all names at once; the first right answer is enough.
final class DNSTrial: Trial {
    private let check: DNSCheck
    private let client: DNSClient
    private let finish: (ProbeResult) -> Void
    private var questions: [DNSClient.ID] = []
    private var results: [ProbeResult?]
    /// Of several answers the last that came.
    private(set) var received = Received()

    init(
        _ check: DNSCheck, _ client: DNSClient, at server: Endpoint, timeout: Duration,
        _ finish: @escaping (ProbeResult) -> Void
    ) {
        (self.check, self.client, self.finish) = (check, client, finish)
        results = check.names.map { _ in nil }
        for (index, name) in check.names.enumerated() {
            let question = Question(name, check.type)
            let id = client.ask(question, at: server, over: check.transport, timeout: timeout) { [weak self] outcome in
                if case .answer(let message, _) = outcome { self?.received.rcode = message.rcode }
                self?.take(ProbeResult(outcome, of: check, timeout: timeout), index)
            }
            questions.append(id)
        }
    }

    deinit { for id in questions { client.cancel(id) } }

    /// The client keeps the time.
    func expire(after timeout: Duration) -> ProbeResult? { nil }

    private func take(_ result: ProbeResult, _ index: Int) {
        if case .answered = result { return finish(result) }
        results[index] = result
        let known = results.compactMap(\.self)
        if known.count == results.count { finish(ProbeResult(ofAll: known, check.names.map(\.description))) }
    }
}

extension ProbeResult {
    /// Of questions that all failed. As long as one of them could not be asked, nothing is known; and they were met by
    /// silence only if all were.
    init(ofAll results: [ProbeResult], _ names: [String]) {
        guard results.count > 1 else {
            self = results.first ?? .impossible(reason: "nothing to ask")
            return
        }
        var (reasons, kinds): ([String], [Kind]) = ([], [])
        for (name, result) in zip(names, results) {
            switch result {
            case .failed(let reason, let kind):
                reasons.append("\(name) \(reason)")
                kinds.append(kind)
            case .impossible(let reason):
                self = .impossible(reason: "\(name) \(reason)")
                return
            case .answered, .degraded, .disabled: continue
            }
        }
        let reason = "none of \(names.count) names: \(reasons.joined(separator: "; "))"
        self = .failed(reason: reason, kind: kinds.first { $0 != .silence } ?? .silence)
    }
}
