internal import Codes
internal import Files
internal import Net

/// Whether an agent runs here: ours, another's, or one that doesn't answer where we ask.
struct AgentPlace: Sendable {
    var subject: String
    /// The agent at the control socket.
    var running: RunningAgent?
    var isOurs: Bool
    /// Why it can't be asked.
    var trouble: String?
    /// Somebody has the claim of this site and host in this network namespace.
    var isClaimed: Bool
    var socket: String
    /// Why a control socket can't be made there; nil: it can.
    var obstacle: String?
    /// What the file and its zones are known by now.
    var fileHash: String?
    var version: String

    var looks: [Look] { [agentLook, socketLook] + (isOurs ? [fileLook] : []) }

    private var agentLook: Look {
        if let running {
            if let finding = isOurs ? versionFinding(running) : otherFinding(running) {
                return Look("agent", findings: [finding])
            }
            return Look("agent", "runs (pid \(running.pid)), version \(running.version)")
        }
        guard isClaimed else { return Look("agent", trouble == nil ? "none runs" : "", hidden: trouble) }
        return Look("agent", findings: [silentFinding], hidden: trouble)
    }

    private func otherFinding(_ running: RunningAgent) -> Finding {
        let whose = "site \(running.site), host \(running.host), network \(running.network) (pid \(running.pid))"
        return Finding(
            .otherAgent, .error, "control socket", found: ["\(socket) is answered by the agent of \(whose)"],
            remedy: ["landfall status --socket \(socket)", "give this one another: --socket PATH --state DIR"])
    }

    private func versionFinding(_ running: RunningAgent) -> Finding? {
        guard running.version != version, !running.version.isEmpty else { return nil }
        return Finding(
            .otherVersion, .note, "agent (pid \(running.pid))",
            found: ["the agent is of version \(running.version), this program of \(version)"],
            remedy: ["systemctl restart landfall   # drains and withdraws first"])
    }

    private var silentFinding: Finding {
        Finding(
            .silentAgent, .error, subject,
            found: ["/proc/net/unix: an agent of \(subject) runs, and doesn't answer at \(socket)"],
            remedy: ["ss -lxp | grep @landfall", "landfall status --socket PATH   # where it was started with one"])
    }

    private var socketLook: Look {
        guard let obstacle, running == nil else { return Look("control socket", socket) }
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
            It holds the claim that keeps a second one from starting, and isn't at the control socket that was asked: it \
            was started with another, belongs to another user, or hangs.
            """,
        remedy: "`ss -lxp | grep @landfall` says which process it is.")
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
        remedy: "Drain and restart the agent when it suits you.")
}
