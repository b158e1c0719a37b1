import Control
import Doctor
import FoundationEssentials
import Glibc
import Kernel
import Net
import Site

/// An agent that doesn't answer: that it is so, how the last one ended as far as that is known, and what is still on the
/// host. Half-dead ones count: a socket that takes the question and never answers is an agent that was stopped, or hangs.
struct Absence: Sendable {
    enum Kind: String, Sendable {
        /// There is no socket: none was started, or the last one ended in order.
        case noSocket = "no-socket"
        /// A socket that nobody listens on: it was killed.
        case refused
        /// It takes the question, and doesn't answer.
        case silent
        /// It closes the connection without an answer: it is ending, or too many ask.
        case closed
    }

    var kind: Kind
    var socket: String
    /// When we asked.
    var time: Date
    /// In the words of the system.
    var reason: String
    /// The process that holds the socket, and its state as `ps` has it.
    var process: (pid: Int32, state: Character)?
    /// Agents that live here all the same, by their claims: what may be the one that was asked for; and then others.
    var live: [LiveAgent] = []
    var others: [LiveAgent] = []
    /// systemd's: that runs it, where it lives; that would start it, where it doesn't.
    var unit: InstalledUnit?
    var remains = Remains()
    /// Its addresses that are on `lo` now.
    var onLoopback: [Address] = []
    /// How the state folder was named on the command line, for the commands that are proposed.
    var stateOption: String?
    /// What it said last, the latest last.
    var events = LastEvents()
}

extension Absence {
    /// nil for what says nothing about an agent: no right to ask, or an answer of something else.
    init?(_ failure: ControlClient.Failure, socket: String) {
        switch failure {
        case .unreachable(let error) where error.code == ENOENT: kind = .noSocket
        case .unreachable(let error) where error.code == ECONNREFUSED: kind = .refused
        case .unreachable(let error) where [ECONNRESET, EPIPE].contains(error.code): kind = .closed
        case .unreachable(let error) where error.code == EAGAIN: kind = .silent
        case .silent: kind = .silent
        case .unreachable, .garbled, .foreign: return nil
        }
        (self.socket, time, reason) = (socket, Date(), "\(failure)")
    }

    /// What is on this host. Takes its time, which is bounded by the disk's.
    mutating func lookAround(state: String) {
        if let pid = ControlClient.listener(at: socket), let state = ProcessTable.state(of: pid) {
            process = (pid, state)
        }
        remains = Remains(state: state)
        sort(LiveAgent.all(of: LiveAgent.users(socket: socket, state: state)))
        unit = InstalledUnit.of(process?.pid ?? live.first?.pid, host: remains.host)
        let present = (try? Netlink().addresses(of: "lo").map(\.address)) ?? []
        onLoopback = remains.addresses.filter(present.contains)
    }

    /// The state folder knows which agent it is about. Where it isn't there, or not for whoever asks, that is the one whose
    /// control socket was asked: one with another socket lives for itself, however dead this one is.
    mutating func sort(_ agents: [LiveAgent]) {
        let counting = agents.filter(\.counts)
        live = counting.filter { agent in
            if let claim = remains.claim { return agent.claim == claim }
            return isAsked(agent) ?? (counting.count == 1)
        }
        others = agents.filter { !live.contains($0) }
    }

    /// Whether it is at the control socket that was asked; nil where it isn't known where it is.
    private func isAsked(_ agent: LiveAgent) -> Bool? { agent.socket.map { $0 == whole(socket) } }

    /// Whose it is, as far as the state folder knows.
    private var name: String {
        guard let site = remains.site, let host = remains.host else { return "this host" }
        return "\(site)/\(host)"
    }

    /// It can't be asked where we did, and that is no sign that it is dead.
    var isElsewhere: Bool { (kind == .noSocket || kind == .refused) && !live.isEmpty }

    /// It may be that all is well. It isn't where what lives is stopped, or where an agent has died at this socket and what
    /// lives is known to be at another: the state folder may be that of another agent than was asked.
    var isUncertain: Bool {
        isElsewhere && !live.contains(where: \.isStopped)
            && !(kind == .refused && live.allSatisfy { isAsked($0) == false })
    }

    /// Why the last one ended by itself; nil: it was told to, or died.
    var surrender: String? { events.all.last.flatMap { $0.event == .stopped ? $0.reason : nil } }

    /// Plainly, and what that means.
    var sentence: String {
        switch kind {
        case .noSocket where isElsewhere, .refused where isElsewhere: "\(name): \(elsewhere)"
        case .noSocket:
            "\(name): no agent is running (there is no \(socket)): nothing is announced from here\(drained)"
                + (surrender.map { "; the last one gave up: \($0)" } ?? "")
        case .refused:
            "\(name): the agent is dead (nobody listens on \(socket)): nothing is announced from here\(drained)"
        case .closed:
            "\(name): the agent closed the connection without an answer: it is ending, or too many ask at once"
        case .silent: "\(name): the agent doesn't answer" + (processText.map { ": \($0)" } ?? "")
        }
    }

    private var processText: String? {
        guard let process else { return nil }
        let what =
            switch process.state {
            case "T", "t": "was stopped (SIGSTOP, or a debugger)"
            case "D": "waits for the kernel, a disk say, and can't be killed meanwhile"
            case "Z": "has ended and isn't buried"
            case "R": "runs, and is busy with something else"
            default: "sleeps"
            }
        return "process \(process.pid) \(what)"
    }

    private var elsewhere: String {
        guard live.count == 1, let agent = live.first else {
            return "\(live.count) agents run here (\(live.map(\.words).joined(separator: "; "))), and none at \(socket)"
        }
        let stopped = agent.isStopped ? ", and was stopped (SIGSTOP, or a debugger);" : ", but"
        let who = "an agent runs here (\(agent.words))\(stopped) its control socket"
        if let path = agent.socket, path != socket { return "\(who) is \(path.printable(200)), and not \(socket)" }
        return "\(who) \(socket) \(kind == .noSocket ? "isn't there" : "has nobody who listens")"
    }

    private var drained: String {
        guard let drain = remains.drains.first(where: { $0.target.kind == .host }) else { return "" }
        return "; \(drain.target.words) was drained" + (drain.by.map { " by \($0)" } ?? "")
    }

    var isStopped: Bool { process.map { "Tt".contains($0.state) } ?? false }
}

extension Remains {
    /// Of the agent that it was; nil where that isn't known.
    fileprivate var claim: String? {
        guard let network, let site, let host else { return nil }
        return AgentClaim.name(network: network, site: site, host: host)
    }
}

extension LiveAgent {
    /// `claim @landfall/test/fra/fra1, pid 812`, and who it is where that isn't one of ours.
    var words: String {
        let parts = ["claim \(claim.printable(200))", pid.map { "pid \($0)" }, counts ? nil : owner]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}
