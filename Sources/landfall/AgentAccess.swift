import Control
import Daemon
import FoundationEssentials
import HTTP
import Net
import Site

extension Verb.Option {
    static let socket = Verb.Option(
        name: "socket", value: "PATH",
        summary: "The agent's control socket; $LANDFALL_SOCKET or \(ControlSocket.usualPath) otherwise.")
}

/// How a verb talks to this host's agent.
extension Invocation {
    var socket: String { value("socket") ?? variable("LANDFALL_SOCKET") ?? ControlSocket.usualPath }

    /// For `reload`, which a router follows as well.
    var orderSocket: String { value("socket") ?? variable("LANDFALL_SOCKET") ?? RouterSocket.pathForOrders() }

    func status() throws(Failure) -> Status { try ask(Request("GET", "/status")) }

    /// The answer; a refusal, or an agent that can't be reached, is a failure in its words. What isn't there is bad input
    /// (exit code 2), what is refused as things stand is an expectation that failed (1).
    func ask<Answer: Decodable>(
        _ request: Request, as type: Answer.Type = Answer.self, within limit: Duration = .seconds(5)
    ) throws(Failure) -> Answer {
        switch try outcome(of: request, as: type, within: limit) {
        case .done(let answer): return answer
        case .refused(let status, let reason): throw refusal(status, reason)
        }
    }

    /// What was ordered is done; `landfall status` has the alarm.
    func warn(unlessSaved saved: Bool?) {
        guard saved == false else { return }
        Terminal.say(
            "landfall: \(verb.name): it is not on the disk yet, and would not outlive the agent: landfall status")
    }

    func refusal(_ status: Int, _ reason: String) -> Failure {
        let exit: Exit = [400: .badInput, 404: .badInput, 409: .expectationFailed][status] ?? .machineLacks
        return Failure(exit, "\(verb.name): \(reason)")
    }

    /// For those who have more to say about a refusal.
    func outcome<Answer: Decodable>(
        of request: Request, as type: Answer.Type = Answer.self, at path: String? = nil,
        within limit: Duration = .seconds(5)
    ) throws(Failure) -> ControlClient.Outcome<Answer> {
        let path = path ?? socket
        let outcome: ControlClient.Outcome<Answer>
        do throws(ControlClient.Failure) {
            outcome = try ControlClient.ask(request, of: path, as: type, within: limit)
        } catch {
            if case .foreign = error, let router = router(at: path) { throw router }
            throw Failure(error, of: verb.name, at: path)
        }
        if case .refused(404, let reason) = outcome, reason.hasPrefix("there is no /"), let router = router(at: path) {
            throw router
        }
        return outcome
    }

    /// What to say where a router answers, which has sessions and routes, and neither services nor drains; nil: it is none.
    func router(at path: String) -> Failure? {
        let answer = try? ControlClient.ask(Request("GET", "/status"), of: path, as: RouterStatus.self)
        guard case .done(let router)? = answer else { return nil }
        return Failure(
            "\(verb.name): at \(path) is the router \(router.router), and this is asked of an agent: landfall neighbors, "
                + "routes and explain show what a router does, --socket names the agent's socket")
    }
}

extension Failure {
    /// Somebody else's socket.
    init(_ verb: String, forbidden error: some Error) {
        self.init(
            .machineLacks, "\(verb): \(error)\nAre you its user, or in its group? Otherwise ask as root (sudo).")
    }

    /// Why there was no answer, and what to look at.
    init(_ failure: ControlClient.Failure, of verb: String, at socket: String) {
        switch failure {
        case .unreachable(let error) where failure.isForbidden: self.init(verb, forbidden: error)
        case .unreachable(let error):
            let status = "landfall status --socket \(quoted(socket))"
            self.init(
                .machineLacks, "\(verb): \(error)\n\(status) says whether an agent runs here, and where its socket is")
        case .silent(let limit):
            let text = "the agent took the question and is silent after \(limit.shortText): stopped, or hung"
            self.init(.machineLacks, "\(verb): \(socket): \(text)")
        case .garbled, .foreign: self.init(.machineLacks, "\(verb): \(socket): \(failure)")
        }
    }
}
