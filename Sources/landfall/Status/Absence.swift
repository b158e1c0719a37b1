import Control
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
        let present = (try? Netlink().addresses(of: "lo").map(\.address)) ?? []
        onLoopback = remains.addresses.filter(present.contains)
    }

    /// Whose it is, as far as the state folder knows.
    private var name: String {
        guard let site = remains.site, let host = remains.host else { return "this host" }
        return "\(site)/\(host)"
    }

    /// Plainly, and what that means.
    var sentence: String {
        switch kind {
        case .noSocket: "\(name): no agent is running (there is no \(socket)): nothing is announced from here"
        case .refused:
            "\(name): the agent is dead (nobody listens on \(socket)): nothing is announced from here"
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

    var isStopped: Bool { process.map { "Tt".contains($0.state) } ?? false }
}
