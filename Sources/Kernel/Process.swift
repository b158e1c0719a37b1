internal import CLinux
internal import Glibc
public import Net

/// A child that was started. Its pidfd can be watched by a loop: readable when the child has ended.
public final class Process: Sendable {
    public let pid: Int32
    public let pidfd: Int32

    public enum Status: Hashable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    /// One that somebody else started: it can be signalled and its end be waited for, but not its status be taken.
    public convenience init(running pid: Int32) throws(SystemError) {
        let pidfd = landfall_pidfd(pid)
        guard pidfd >= 0 else { throw SystemError("pidfd_open", "\(pid)") }
        self.init(pid: pid, pidfd: pidfd)
    }

    init(pid: Int32, pidfd: Int32) { (self.pid, self.pidfd) = (pid, pidfd) }

    deinit { close(pidfd) }

    /// Never reaches another process that got the same pid. ESRCH: it has ended.
    public func signal(_ number: Int32) throws(SystemError) {
        guard landfall_signal(pidfd, number) == 0 else { throw SystemError("signal", "\(pid)") }
    }

    /// Reaches all that it started and that stayed in its process group, for one that was started with `newGroup`. Only
    /// before it is reaped: until then nobody else can have its number.
    public func signalGroup(_ number: Int32) throws(SystemError) {
        guard kill(-pid, number) == 0 else { throw SystemError("signal", "the group \(pid)") }
    }

    /// Whether it has ended, or does so in time: the pidfd of an ended process is readable.
    public func ends(within time: Duration) -> Bool {
        var wait = pollfd(fd: pidfd, events: Int16(POLLIN), revents: 0)
        return Glibc.poll(&wait, 1, Int32(clamping: time.nanoseconds / 1_000_000)) == 1
    }

    public var hasEnded: Bool { ends(within: .zero) }

    /// How it ended; nil while it runs. Reaps it: the answer comes once, from then on it is an ECHILD.
    public func poll() throws(SystemError) -> Status? { try wait(blocking: false) }

    /// Waits for its end and reaps it.
    public func wait() throws(SystemError) -> Status {
        guard let status = try wait(blocking: true) else { throw SystemError("waitid", "\(pid)", code: ECHILD) }
        return status
    }

    private func wait(blocking: Bool) throws(SystemError) -> Status? {
        var code: Int32 = 0
        var killed = false
        let result = landfall_wait(pidfd, blocking, &code, &killed)
        guard result >= 0 else { throw SystemError("waitid", "\(pid)") }
        guard result > 0 else { return nil }
        return killed ? .killed(signal: code) : .exited(code)
    }
}
