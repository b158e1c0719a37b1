import Control
import FoundationEssentials
import HTTP
import Site

extension Verb {
    static let status = Verb(
        name: "status",
        summary: "Ask a running agent how things are.",
        description: """
            One screen, what is wrong first: prefixes and why they are announced or not, checks, neighbors and what they were
            told, the service and its load. Exit code 3 when no agent answers.
            """,
        options: [
            .init(name: "site", value: "NAME", summary: "Fail unless it is the agent of this site."),
            .init(name: "host", value: "NAME", summary: "Fail unless it is the agent of this host."),
            Option(
                name: "socket", value: "PATH",
                summary: "The agent's control socket; \(ControlSocket.defaultPath) otherwise."),
            .json,
        ],
        examples: [
            ("landfall status", "this host's agent"),
            ("landfall status --json | jq '.prefixes[] | select(.state != \"announced\")'", "what is not announced"),
        ]
    ) { invocation throws(Failure) in
        let path = invocation.value("socket") ?? ControlSocket.defaultPath
        let body = try ask(path)
        let status = try? JSONDecoder().decode(Status.self, from: Data(body))
        try status?.require(invocation)
        if invocation.has("json") {
            Terminal.print(String(decoding: body, as: UTF8.self))
            return .done
        }
        guard let status else {
            throw Failure(.machineLacks, "status: \(path): the agent is of another version; try --json")
        }
        Terminal.print(StatusText(status).text)
        return .done
    }

    private static func ask(_ path: String) throws(Failure) -> [UInt8] {
        do {
            let response = try ControlClient.send(Request("GET", "/status"), to: path)
            guard response.status == 200 else {
                throw Failure(.machineLacks, "status: the agent answered \(response.status)")
            }
            return response.body
        } catch ControlClient.Failure.silent(let limit) {
            throw Failure(
                .machineLacks,
                "status: \(path): the agent took the question and is silent after \(limit): stopped, or hung")
        } catch let error as ControlClient.Failure {
            throw Failure(
                .machineLacks, "status: \(error)\nIs an agent running here, and are you its user or in its group?")
        } catch let error as Failure {
            throw error
        } catch { throw Failure(.machineLacks, "status: \(error)") }
    }
}

extension Status {
    /// Who asks many hosts, through ssh say, wants to know that it is the right one.
    fileprivate func require(_ invocation: Invocation) throws(Failure) {
        for (option, own) in [("site", site), ("host", host)] {
            guard let wanted = invocation.value(option), wanted != own else { continue }
            throw Failure("status: --\(option) \(wanted): this is the agent of site \(site), host \(host)")
        }
    }
}
