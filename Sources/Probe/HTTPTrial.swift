internal import HTTP
internal import Health
internal import Loop
internal import Net
internal import TLS

/// One request on a connection of its own, read to its end: a server that hangs in the middle has not answered.
final class HTTPTrial: Trial {
    private let check: HTTPCheck
    private let begun = Loop.now
    private let request: Request
    private let finish: (ProbeResult) -> Void
    private var decoder: ResponseDecoder
    private var hasReceived = false
    private(set) var received = Received()
    private var channel: Channel?

    init(
        _ check: HTTPCheck, _ loop: Loop, at server: Endpoint, _ finish: @escaping (ProbeResult) -> Void
    ) throws(SystemError) {
        (self.check, self.finish) = (check, finish)
        request = check.request(at: server)
        decoder = ResponseDecoder(to: check.method.rawValue, maxBody: HTTPCheck.mostRead)
        channel = try Channel(loop, to: server, tls: check.policy(at: server)) { [weak self] in self?.handle($0) }
    }

    func expire(after timeout: Duration) -> ProbeResult? {
        let what =
            decoder.response != nil
            ? "the response did not end" : channel?.isOpen == true ? "no response" : "no connection"
        return .failed(reason: "\(what) within \(timeout.shortText)", kind: .silence)
    }

    private func handle(_ event: Channel.Event) {
        switch event {
        case .open: channel?.send(request.encoded)
        case .received(let bytes): read { () throws(HTTPError) in try decoder.receive(bytes) }
        case .closed(let result?): finish(result)
        case .closed(nil) where !hasReceived:
            finish(.failed(reason: "connection closed without a response", kind: .wrong))
        case .closed(nil): read { () throws(HTTPError) in try decoder.end() }
        }
    }

    private func read(_ body: () throws(HTTPError) -> Void) {
        hasReceived = true
        do throws(HTTPError) { try body() } catch {
            // Enough was read to judge by.
            if case .bodyTooLarge = error, let response = decoder.response { return judge(response) }
            return finish(.failed(reason: "the response \(error)", kind: .wrong))
        }
        if decoder.isWhole, let response = decoder.response { judge(response) }
    }

    private func judge(_ response: Response) {
        received.status = response.status
        if let reason = check.complaint(about: response) { return finish(.failed(reason: reason, kind: .wrong)) }
        finish(.answered(after: Loop.now - begun))
    }
}

extension HTTPCheck {
    /// The connection is closed afterwards, and says who asks (RFC 9110 §10.1.5).
    func request(at server: Endpoint) -> Request {
        let fields = [
            Field("Host", authority(server)), Field("User-Agent", "landfall/\(Version.text)"), Field("Accept", "*/*"),
            Field("Connection", "close"),
        ]
        return Request(method.rawValue, path, fields: fields)
    }

    /// The port is named unless it is the usual one (RFC 9110 §4.2.3).
    private func authority(_ server: Endpoint) -> String {
        let literal = server.address.family == .ipv6 ? "[\(server.address)]" : "\(server.address)"
        return (host ?? literal) + (server.port == (tls == nil ? 80 : 443) ? "" : ":\(server.port)")
    }

    func policy(at server: Endpoint) -> Client.Policy? {
        tls.map { tls in
            Client.Policy(
                name: host ?? "\(server.address)", isAddress: host.map { Address($0) != nil } ?? true,
                verify: tls.verify,
                authorities: tls.authorities)
        }
    }

    /// What is wrong with a response; nil when it is the one that is wanted.
    func complaint(about response: Response) -> String? {
        guard status.contains(where: { $0.contains(response.status) }) else {
            return "status \(response.status) instead of \(status.map(Self.text).joined(separator: ", "))"
        }
        guard let body, response.body.firstRange(of: Array(body.utf8)) == nil else { return nil }
        return "\(quoted(Array(body.utf8))) is not in the body, which begins with \(quoted(response.body))"
    }

    private static func text(_ range: ClosedRange<Int>) -> String {
        range.count == 1 ? "\(range.lowerBound)" : "\(range.lowerBound)-\(range.upperBound)"
    }
}
