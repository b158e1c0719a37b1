internal import Config
internal import Control
internal import HTTP
internal import Loop

extension Director {
    /// Gives the agent of a site an order, and says what it answers that this does.
    func order(_ order: some Encodable, to target: String, at site: Int) throws -> OrderAnswer {
        let name = network.sites[site].name
        switch try ControlClient.ask(
            Request(order: order, to: target), of: stage.agentSocket(name), as: OrderAnswer.self)
        {
        case .done(let answer): return answer
        case .refused(_, let words): throw LabError.failed("the agent at \(name) refuses: \(words)")
        }
    }

    /// What an agent says of itself; nil while it can't.
    func status(of site: Int) -> Status? {
        guard !cast.silent.contains(site),
            case .done(let status)? = try? ControlClient.ask(
                Request("GET", "/status"), of: stage.agentSocket(network.sites[site].name), as: Status.self,
                within: .milliseconds(500))
        else { return nil }
        return status
    }

    /// Checks of a site's agent since its start.
    func checksMade(at site: Int) -> (made: UInt64, failed: UInt64)? {
        status(of: site)?.checks.reduce((0, 0)) { ($0.0 + $1.passed + $1.failed + $1.impossible, $0.1 + $1.failed) }
    }
}
