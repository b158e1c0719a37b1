internal import Codes
internal import Files
internal import Kernel
internal import Net

/// Whether an agent runs here: ours, another's, or one that doesn't answer where we ask.
struct AgentPlace: Sendable {
    var subject: String
    /// The agent at the control socket.
    var running: RunningAgent?
    var isOurs: Bool
    /// Why it can't be asked.
    var trouble: RunningAgent.Trouble?
    /// That of this site and host, and those of others, in this network namespace; whether they answer or not.
    var live: LiveAgent?
    var others: [LiveAgent] = []
    var socket: String
    /// Why a control socket can't be made there; nil: it can.
    var obstacle: String?
    /// What the file and its zones are known by now.
    var fileHash: String?
    var version: String
    /// Its state folder.
    var state: String
    /// How the one that runs is restarted.
    var restart: Restart

    var looks: [Look] { [agentLook, socketLook] + (isOurs ? [fileLook] : []) }

    private var agentLook: Look {
        if let running, isOurs { return look(at: running) }
        if let live, trouble?.isForbidden == true {
            let hidden = "\(socket) is not for whoever asks now: ask as root, or as its user"
            return Look("agent", "runs\(LiveAgent.text(pid: live.pid)), and may not be asked", hidden: hidden)
        }
        let findings = [running.map(other), live.map(silent)].compactMap(\.self)
        guard findings.isEmpty else { return Look("agent", findings: findings, hidden: trouble?.text) }
        let elsewhere = others.map(\.text).joined(separator: "; ")
        let none = elsewhere.isEmpty ? "none runs" : "none of this host runs; of others: \(elsewhere)"
        return Look("agent", trouble == nil || others.contains(where: \.counts) ? none : "", hidden: trouble?.text)
    }

    private func look(at running: RunningAgent) -> Look {
        let seen = "runs (pid \(running.pid)), version \(running.version)"
        guard running.version != version, !running.version.isEmpty else { return Look("agent", seen) }
        let finding = Finding(
            .otherVersion, .note, "agent (pid \(running.pid))",
            found: ["the agent is of version \(running.version), this program of \(version)"],
            remedy: restart.lines)
        return Look("agent", findings: [finding])
    }

    private func other(_ running: RunningAgent) -> Finding {
        let name = "site \(running.site), host \(running.host), network \(running.network)"
        return Finding(
            .otherAgent, .error, "control socket",
            found: ["\(socket) is answered by the agent of \(name) (pid \(running.pid))"],
            remedy: [
                "landfall status --socket \(socket)", "give this one another: --socket PATH --state DIR",
            ])
    }

    /// It lives, and isn't where it was asked.
    private func silent(_ live: LiveAgent) -> Finding {
        let who = "the agent of \(subject) runs\(LiveAgent.text(pid: live.pid))"
        let found = "\(live.claim.printable(200)) is taken: \(who)"
        let (why, remedy) = reason(live)
        return Finding(.silentAgent, .error, subject, found: [found, why], remedy: remedy)
    }

    private func reason(_ live: LiveAgent) -> (String, [String]) {
        if let pid = live.pid, live.isStopped {
            let go = "kill -CONT \(pid)   # lets it go on; its sessions may have ended meanwhile"
            return ("process \(pid) was stopped (SIGSTOP, or a debugger)", [go, "landfall status --socket \(socket)"])
        }
        if let elsewhere = live.socket?.printable(200), elsewhere != socket {
            return ("its control socket is \(elsewhere), and not \(socket)", ["landfall status --socket \(elsewhere)"])
        }
        let status = "landfall status --socket \(socket)"
        if let trouble {
            let last = restart.unit?.journal ?? "landfall events --last 50 --state \(ShellWord.quoted(state))"
            return (trouble.text, [status, "\(last)   # what it said last"])
        }
        return ("nobody answers at \(socket)", [status] + restart.lines)
    }

    private var socketLook: Look {
        guard let obstacle, running == nil, live == nil else { return Look("control socket", socket) }
        let finding = Finding(
            .socketObstacle, .error, "control socket", found: [obstacle],
            remedy: ["ls -ld \(socket) \(File.folder(of: socket))", "or choose another: --socket PATH"])
        return Look("control socket", findings: [finding])
    }

    private var fileLook: Look {
        guard let hash = running?.hash, !hash.isEmpty else {
            return Look("file", hidden: "the agent doesn't say which file it runs")
        }
        guard let fileHash else { return Look("file", hidden: "the file and its zones can't be read as a whole") }
        guard hash != fileHash else { return Look("file", "the agent runs it as it is") }
        let finding = Finding(
            .fileDiffers, .note, "file",
            found: ["the agent runs \(hash.prefix(12))…, the file and its zones are \(fileHash.prefix(12))…"],
            remedy: ["landfall reload --dry-run"])
        return Look("file", findings: [finding])
    }
}

extension Explanation {
    static let otherAgent = Self(
        "LF-D801", "other-agent", title: "Another agent has the control socket.",
        meaning: """
            An agent of another site, host or network answers there. A second one needs a socket and a state folder of its \
            own, or doesn't start.
            """,
        remedy: "`--socket` and `--state` for one of them, or the right `--site` and `--host`.")
    static let silentAgent = Self(
        "LF-D802", "silent-agent", title: "An agent of this site and host runs, and doesn't answer.",
        meaning: """
            It holds the claim that keeps a second one from starting, and doesn't answer at the control socket that was \
            asked: it was started with another, the socket's file is gone, or the agent was stopped or hangs. It announces \
            and checks on, unless it was stopped.
            """,
        remedy: """
            `landfall status` says what is known of it, and what to do; `ss -lxp | grep @landfall` which process it is.
            """)
    static let socketObstacle = Self(
        "LF-D803", "socket-obstacle", title: "The control socket can't be made.",
        meaning: "The agent doesn't start without it: nobody could drain it or ask it anything.",
        remedy: "Make the folder, writable for the agent's user, or choose another `--socket`.")
    static let fileDiffers = Self(
        "LF-D804", "file-differs", title: "The file is not what the agent runs.",
        meaning: """
            The file or one of its zones was edited, and no reload has accepted it; or the agent went back to an earlier \
            one. What is examined here is the file.
            """,
        remedy: "`landfall reload --dry-run` says what would change.")
    static let otherVersion = Self(
        "LF-D805", "other-version", title: "The agent that runs is of another version than this program.",
        meaning: "The program was upgraded, and the agent not restarted: upgrades never restart it by themselves.",
        remedy: "Restart the agent when it suits you: it drains and withdraws first.")
}
