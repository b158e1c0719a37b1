package import DNS
package import Kernel
package import Loop
package import Net
internal import Health
internal import Probe
internal import Synchronization

/// A client: asks the service all the time, from a thread of its own in a namespace of its own, each query from another
/// port. It goes through `flows` ports in turn, and when it is at a port again, the query before is long decided.
package actor Vantage {
    /// Where the queries of one family go.
    package struct Target: Sendable {
        package var server: Endpoint
        package var question: Question

        package init(server: Endpoint, question: Question) { (self.server, self.question) = (server, question) }
        package var family: Family { server.address.family }
    }

    nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private nonisolated let record: Mutex<[Conversation]>
    private nonisolated let tcp: Mutex<[TCPLanding?]>
    private let client: DNSClient
    private let targets: [Target]
    private let interval: Duration
    private let deadline: Duration
    private let flows: Int
    private let identities: Identities
    private var isAsking = true

    /// What a query over TCP gave.
    package enum TCPLanding: Hashable, Sendable {
        case site(Int)
        case failed(String)
    }

    package init(
        client index: Int, loop: Loop, targets: [Target], queriesPerSecond: Int, deadline: Duration, flows: Int,
        identities: Identities
    ) {
        (self.loop, self.targets, self.deadline, self.identities) = (loop, targets, deadline, identities)
        self.flows = flows
        client = DNSClient(loop: loop)
        interval = .nanoseconds(1_000_000_000 / Int64(max(1, queriesPerSecond)))
        record = Mutex(targets.map { Conversation(client: index, family: $0.family, flows: flows) })
        tcp = Mutex(targets.map { _ in nil })
    }

    /// What was asked and answered so far.
    package nonisolated var conversations: [Conversation] { record.withLock { $0 } }

    /// What came of the queries over TCP, one for each target; nil while under way.
    package nonisolated var tcpLandings: [TCPLanding?] { tcp.withLock { $0 } }

    /// Moves its thread into the namespace and begins to ask. Clients don't ask in step, and targets have their turns one
    /// after the other: where something lets one packet through at a time, the first of two that come together would always
    /// take the other's place.
    package nonisolated func start(in namespace: Namespace, place: Int, among clients: Int) {
        loop.submit {
            // Setting a namespace that is held open fails only without privilege, which building it would have shown.
            try? namespace.enter()
            self.assumeIsolated { vantage in
                let turn = vantage.interval / max(1, vantage.targets.count)
                let start = Loop.now + turn * place / clients
                for target in vantage.targets.indices { vantage.ask(target, at: start + turn * target) }
            }
        }
    }

    package nonisolated func stop() { loop.submit { self.assumeIsolated { $0.isAsking = false } } }

    /// Asks once over TCP, in every family.
    package nonisolated func askOverTCP() {
        loop.submit {
            self.assumeIsolated { vantage in
                for target in vantage.targets.indices { vantage.askOverTCP(target) }
            }
        }
    }

    /// A tick that comes late is followed by the next one in its place; ticks that were missed altogether are left out, and
    /// those after them come in their places too: a thread that had to wait doesn't bring its targets into step.
    private func ask(_ index: Int, at time: Instant) {
        loop.at(time) {
            guard self.isAsking else { return }
            self.ask(index)
            self.ask(index, at: time.next(after: Loop.now, every: self.interval))
        }
    }

    private func ask(_ index: Int) {
        let target = targets[index]
        let place = record.withLock { conversations in
            conversations[index].queries.append(Query(sent: Loop.now))
            return conversations[index].queries.count - 1
        }
        // Below the ports that the kernel chooses itself.
        let port = UInt16(2048 + place % flows)
        client.ask(target.question, at: target.server, port: port, timeout: deadline) { outcome in
            self.note(outcome, conversation: index, query: place)
        }
    }

    private func note(_ outcome: DNSClient.Outcome, conversation: Int, query: Int) {
        record.withLock { conversations in
            if case .answer(let message, let roundTrip) = outcome {
                conversations[conversation].queries[query].answered(by: server(message), after: roundTrip)
            } else {
                conversations[conversation].queries[query].lost()
            }
        }
    }

    private func askOverTCP(_ index: Int) {
        let target = targets[index]
        client.ask(target.question, at: target.server, over: .tcp, timeout: deadline) { outcome in
            let landing: TCPLanding =
                switch outcome {
                case .answer(let message, _): self.server(message).map { .site($0.site) } ?? .failed("an unknown site")
                case .silence: .failed("no answer")
                case .refused: .failed("connection refused")
                case .broken(let reason), .impossible(let reason): .failed(reason)
                }
            self.tcp.withLock { $0[index] = landing }
        }
    }

    private func server(_ message: Message) -> Server? { message.edns?.nsid.flatMap(identities.server) }
}
