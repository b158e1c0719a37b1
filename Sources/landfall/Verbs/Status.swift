import Control
import FoundationEssentials
import HTTP
import Site

extension Verb {
    static let status = Verb(
        name: "status",
        summary: "How this host's agent is, alive or dead: what is wrong first, and what to do.",
        description: """
            One screen, what is wrong first: prefixes and why they are announced or not, what comes next, sessions, checks, the
            service and its load, the file, the last events, and what to do. Exit code 3 when no agent answers within 2 s; then
            it shows whether one lives here all the same, or how the last one ended, and what is still on this host.

            --check is for monitoring systems: one line, and exit code 0 OK, 1 WARNING (drained, degraded, uncertain), 2 CRITICAL
            (a prefix isn't announced, or the agent is dead or silent), 3 UNKNOWN (no right to ask, or an agent that lives and
            isn't at this socket). --watch looks once a second: it redraws a terminal, and writes a line of JSON for each change
            into a pipe.
            """,
        options: [
            .init(name: "check", value: nil, summary: "One line and an exit code, as a monitoring plugin."),
            .init(name: "watch", value: nil, summary: "Again and again, until interrupted."),
            .init(name: "site", value: "NAME", summary: "Fail unless it is the agent of this site."),
            .init(name: "host", value: "NAME", summary: "Fail unless it is the agent of this host."),
            .socket,
            .state,
            .json,
        ],
        examples: [
            ("landfall status", "this host's agent"),
            ("landfall status --watch", "the same, every second"),
            ("landfall status --check", "for Nagios, Icinga and others"),
            ("landfall status --json | jq '.prefixes[] | select(.state != \"announced\")'", "what is not announced"),
        ]
    ) { invocation throws(Failure) in
        if invocation.has("check") {
            guard !invocation.has("json"), !invocation.has("watch") else {
                throw Failure("status: --check goes with neither --json nor --watch")
            }
            return invocation.checkStatus()
        }
        if invocation.has("watch") { return try StatusWatch(invocation).run() }
        return try invocation.showStatus()
    }
}

/// What came of asking once.
enum Look: Sendable {
    /// As it was sent, too: an agent of another version may say more than we know.
    case status(Status, document: String)
    case absence(Absence)
}

extension Invocation {
    /// A healthy agent answers within milliseconds.
    private static let patience = Duration.seconds(2)

    /// Throws where nothing can be said about the agent: no right to ask, the wrong one, or one that we don't understand.
    func lookAtAgent() throws(Failure) -> Look {
        let response: Response
        do throws(ControlClient.Failure) {
            response = try ControlClient.send(Request("GET", "/status"), to: socket, within: Self.patience)
        } catch {
            guard let absence = Absence(error, socket: socket) else { throw Failure(error, of: "status", at: socket) }
            return .absence(absence)
        }
        guard response.status == 200 else {
            throw Failure(.machineLacks, "status: the agent answered \(response.status)")
        }
        guard let status = try? JSONDecoder().decode(Status.self, from: Data(response.body)) else {
            if let router = router(at: socket) { throw router }
            guard has("json") else { throw Failure(.foreign, of: "status", at: socket) }
            return .status(Status(), document: String(decoding: response.body, as: UTF8.self))
        }
        try require(status)
        return .status(status, document: String(decoding: response.body, as: UTF8.self))
    }

    /// Who asks many hosts, through ssh say, wants to know that it is the right one.
    private func require(_ status: Status) throws(Failure) {
        for (option, own) in [("site", status.site), ("host", status.host)] {
            guard let wanted = value(option), wanted != own else { continue }
            let it = "this is the agent of site \(status.site), host \(status.host)"
            throw Failure("status: --\(option) \(wanted): \(it)")
        }
    }

    fileprivate func showStatus() throws(Failure) -> Exit {
        switch try lookAtAgent() {
        case .status(_, let document) where has("json"): Terminal.print(document)
        case .status(let status, _): Terminal.print(screen(of: status).text)
        case .absence(let absence):
            let absence = absence.seen(by: self)
            if has("json") {
                Terminal.print(json: absence.report)
                throw Failure(.machineLacks, "status: \(absence.sentence)")
            }
            Terminal.print(screen(of: absence).text)
            return .machineLacks
        }
        return .done
    }

    /// Never throws: a plugin that fails says so in its own words.
    fileprivate func checkStatus() -> Exit {
        let plugin: Plugin
        do throws(Failure) {
            switch try lookAtAgent() {
            case .status(let status, _): plugin = Plugin(status)
            case .absence(let absence): plugin = Plugin(absence.seen(by: self))
            }
        } catch { plugin = Plugin(state: .unknown, text: error.text.replacing("landfall: status: ", with: "")) }
        Terminal.print(plugin.line)
        return Exit(rawValue: plugin.state.rawValue) ?? .machineLacks
    }

    func screen(of status: Status) -> Screen {
        var screen = Screen(status)
        (screen.socket, screen.stateOption) = (value("socket"), value("state"))
        screen.events = LastEvents(in: value("state") ?? status.stateFolder ?? stateFolder)
        (screen.ink, screen.width) = (Terminal.ink, Terminal.width)
        return screen
    }

    func screen(of absence: Absence) -> AbsenceScreen {
        var screen = AbsenceScreen(absence)
        (screen.ink, screen.width) = (Terminal.ink, Terminal.width)
        return screen
    }
}
