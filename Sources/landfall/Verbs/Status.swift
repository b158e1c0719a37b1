import Control
import FoundationEssentials
import HTTP

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
            .socket,
            .json,
        ],
        examples: [
            ("landfall status", "this host's agent"),
            ("landfall status --json | jq '.prefixes[] | select(.state != \"announced\")'", "what is not announced"),
        ]
    ) { invocation throws(Failure) in
        let body = try document(invocation)
        let status = try? JSONDecoder().decode(Status.self, from: Data(body))
        try status?.require(invocation)
        if invocation.has("json") {
            Terminal.print(String(decoding: body, as: UTF8.self))
            return .done
        }
        guard let status else { throw Failure(.foreign, of: "status", at: invocation.socket) }
        Terminal.print(StatusText(status, socket: invocation.value("socket")).text)
        return .done
    }

    /// As the agent sent it: an agent of another version may say more than we know.
    private static func document(_ invocation: Invocation) throws(Failure) -> [UInt8] {
        let response: Response
        do throws(ControlClient.Failure) {
            response = try ControlClient.send(Request("GET", "/status"), to: invocation.socket)
        } catch { throw Failure(error, of: "status", at: invocation.socket) }
        guard response.status == 200 else {
            throw Failure(.machineLacks, "status: the agent answered \(response.status)")
        }
        return response.body
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
