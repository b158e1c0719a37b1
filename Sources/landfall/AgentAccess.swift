import Daemon
import Control
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
        of request: Request, as type: Answer.Type = Answer.self, within limit: Duration = .seconds(5)
    ) throws(Failure) -> ControlClient.Outcome<Answer> {
        do throws(ControlClient.Failure) {
            return try ControlClient.ask(request, of: socket, as: type, within: limit)
        } catch { throw Failure(error, of: verb.name, at: socket) }
    }
}

extension Failure {
    /// Why there was no answer, and what to look at.
    init(_ failure: ControlClient.Failure, of verb: String, at socket: String) {
        switch failure {
        case .unreachable(let error) where failure.isForbidden:
            self.init(
                .machineLacks, "\(verb): \(error)\nAre you its user, or in its group? Otherwise ask as root (sudo).")
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
