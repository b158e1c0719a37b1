public import DNS
public import Health
public import Loop
public import Net

/// Asks one question per socket, each from a fresh random port unless it is told one, so that every query is a flow of its
/// own: on its way to an anycast address it can land elsewhere than the one before.
///
/// Not for use from outside its loop.
public final class DNSClient {
    public enum Outcome: Sendable {
        /// An answer to this question from where it was sent.
        case answer(Message, after: Duration)
        /// The time was over. `ignored` is what came instead of an answer, if anything did.
        case silence(ignored: String?)
        /// Nobody listens there: ICMP port unreachable, or a reset.
        case refused
        /// The network says that there is no way, or the connection broke.
        case broken(String)
        /// The question could not be asked, which says nothing about the server.
        case impossible(String)
    }

    public struct ID: Hashable, Sendable {
        let value: UInt64
    }

    private let loop: Loop
    private var exchanges: [UInt64: any Exchange] = [:]
    private var lastID: UInt64 = 0
    private var random = SystemRandomNumberGenerator()

    public init(loop: Loop) { self.loop = loop }

    /// Questions whose outcome is still open.
    public var pending: Int { exchanges.count }

    /// Asks now, with a request for the server's identity (NSID), and calls `body` once on the loop, never from within
    /// this call.
    ///
    /// - Parameters:
    ///   - local: the address to ask from; nil leaves it to the kernel.
    ///   - port: the port to ask from over UDP; 0 leaves it to the kernel.
    @discardableResult
    public func ask(
        _ question: Question, at server: Endpoint, over transport: DNSCheck.Transport = .udp,
        from local: Address? = nil, port: UInt16 = 0, timeout: Duration, _ body: @escaping (Outcome) -> Void
    ) -> ID {
        lastID += 1
        let (id, asked) = (lastID, Loop.now)
        let finish: (Outcome) -> Void = { [weak self] outcome in
            guard let self, exchanges.removeValue(forKey: id) != nil else { return }
            body(outcome)
        }
        var query = Message.query(id: random.next(), question)
        // As stub resolvers ask (RFC 1034 §5.3.1): a resolver may refuse anybody else, a name server doesn't mind.
        query.flags.insert(.recursionDesired)
        do {
            let bytes = try query.encode()
            let attempt = Attempt(query: query, bytes: bytes, asked: asked, finish: finish)
            exchanges[id] = try Self.begin(attempt, loop, server, transport, local, port)
        } catch {
            exchanges[id] = Failed()
            let outcome = (error as? SystemError).map(Outcome.init) ?? .impossible("\(error)")
            loop.after(.zero) { finish(outcome) }
            return ID(value: id)
        }
        arm(id, deadline: asked + timeout, grace: timeout, finish)
        return ID(value: id)
    }

    /// Forgets a question; its body isn't called any more.
    public func cancel(_ id: ID) { exchanges[id.value] = nil }

    private static func begin(
        _ attempt: Attempt, _ loop: Loop, _ server: Endpoint, _ transport: DNSCheck.Transport, _ local: Address?,
        _ port: UInt16
    ) throws -> any Exchange {
        switch transport {
        case .udp: try DatagramExchange(attempt, loop, server, local, port)
        case .tcp: try StreamExchange(attempt, loop, server, local)
        }
    }

    /// A loop that wakes long after the deadline may have missed an answer that came in time: that is a fault of ours,
    /// not of the server.
    private func arm(_ id: UInt64, deadline: Instant, grace: Duration, _ finish: @escaping (Outcome) -> Void) {
        loop.at(deadline) { [weak self] in
            guard let exchange = self?.exchanges[id] else { return }
            let late = Loop.now - deadline
            finish(
                late > grace
                    ? .impossible("the checker itself was \(late.shortText) late") : .silence(ignored: exchange.ignored)
            )
        }
    }
}

/// One question under way.
struct Attempt {
    let query: Message
    let bytes: [UInt8]
    let asked: Instant
    let finish: (DNSClient.Outcome) -> Void

    /// Finishes with `bytes` if they answer this question, or says why they don't. Late answers to somebody else's
    /// question have another ID or another question (RFC 5452 §9.1).
    func take(_ bytes: [UInt8]) -> String? {
        let message: Message
        do { message = try Message(bytes) } catch { return "a malformed message (\(error))" }
        guard message.flags.contains(.response), message.id == query.id else { return "an answer to another query" }
        // A server that can't read a question can't repeat it.
        guard message.questions == query.questions || (message.questions.isEmpty && message.rcode != .noError) else {
            return "an answer to another question"
        }
        finish(.answer(message, after: Loop.now - asked))
        return nil
    }
}

/// A question under way over one transport; letting go of it ends it.
protocol Exchange: AnyObject {
    /// What came that was no answer.
    var ignored: String? { get }
}

private final class Failed: Exchange {
    var ignored: String? { nil }
}
