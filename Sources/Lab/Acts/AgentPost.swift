internal import Config
internal import Control
internal import HTTP
internal import Loop

extension Director {
    /// Gives the agent of a host an order, and says what it answers that this does.
    func order(_ order: some Encodable, to target: String, at host: Int) throws -> OrderAnswer {
        let name = network.label(ofHost: host)
        switch try ControlClient.ask(
            Request(order: order, to: target), of: stage.agentSocket(name), as: OrderAnswer.self)
        {
        case .done(let answer): return answer
        case .refused(_, let words): throw LabError.failed("the agent at \(name) refuses: \(words)")
        }
    }

    /// What the agent of a host says of itself; nil while it can't.
    func status(of host: Int) -> Status? {
        guard !cast.silent.contains(host),
            case .done(let status)? = try? ControlClient.ask(
                Request("GET", "/status"), of: stage.agentSocket(network.label(ofHost: host)), as: Status.self,
                within: .milliseconds(500))
        else { return nil }
        return status
    }

    /// Checks of a host's agent since its start; nil while it doesn't answer.
    func checksMade(at host: Int) -> (made: UInt64, failed: UInt64)? {
        status(of: host)?.checks.reduce((0, 0)) { ($0.0 + $1.passed + $1.failed + $1.impossible, $0.1 + $1.failed) }
    }
}
