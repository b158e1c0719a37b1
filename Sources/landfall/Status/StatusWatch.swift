import Control
import Glibc
import Kernel
import Net

/// `landfall status --watch`: looks once a second, until somebody has seen enough.
///
/// A terminal shows the latest screen and nothing else, and is given back as it was. A pipe, or `--json`, gets one line of
/// JSON at the beginning and one for each change of what ``Status/essence`` says; so that a reader who has left is noticed
/// even when nothing changes, the pipe is watched meanwhile.
struct StatusWatch {
    private let invocation: Invocation
    private let signals: Signals
    private let draws: Bool

    init(_ invocation: Invocation) throws(Failure) {
        self.invocation = invocation
        do throws(SystemError) {
            signals = try Signals([SIGINT, SIGTERM, SIGHUP, SIGWINCH, SIGTSTP])
        } catch { throw Failure(.machineLacks, "status: \(error)") }
        draws = Terminal.canRedraw && !invocation.has("json")
    }

    func run() throws(Failure) -> Exit {
        if draws { Terminal.enterScreen() }
        defer { if draws { Terminal.leaveScreen() } }
        var last: String?
        while true {
            let look = try invocation.lookAtAgent()
            if draws {
                draw(look)
            } else if look.essence != last {
                last = look.essence
                tell(look)
            }
            if wait() { return .done }
        }
    }

    private func draw(_ look: Look) {
        switch look {
        case .status(let status, _): Terminal.redraw(invocation.screen(of: status).lines)
        case .absence(let absence):
            Terminal.redraw(invocation.screen(of: absence.seen(by: invocation)).lines)
        }
    }

    private func tell(_ look: Look) {
        switch look {
        case .status(_, let document): Terminal.print(document)
        case .absence(let absence):
            Terminal.print(line: absence.seen(by: invocation).report)
        }
    }

    /// Until the next look is due; true when it was the last one.
    private func wait() -> Bool {
        var files = [
            pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0),
            pollfd(fd: STDOUT_FILENO, events: 0, revents: 0),
        ]
        poll(&files, 2, 1000)
        if files[1].revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0 { return true }
        while let signal = signals.next() {
            switch signal {
            case SIGWINCH: continue
            case SIGTSTP: pause()
            default: return true
            }
        }
        return false
    }

    /// The terminal is the shell's meanwhile.
    private func pause() {
        if draws { Terminal.leaveScreen() }
        raise(SIGSTOP)
        if draws { Terminal.enterScreen() }
    }
}

extension Look {
    /// What a change is measured by.
    fileprivate var essence: String? {
        switch self {
        case .status(let status, _): json(status.essence)
        case .absence(let absence): "\(absence.kind)"
        }
    }
}
