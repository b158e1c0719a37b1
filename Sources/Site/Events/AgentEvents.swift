internal import Control
internal import Daemon
internal import FoundationEssentials
internal import Loop
internal import Net

/// Events are kept in the state folder, numbered over restarts, so that they are there when the agent isn't.
extension Agent {
    /// Before the first event; gives the last one of the agent before.
    func keepEvents() -> Event? {
        let last = try? EventFiles(in: options.state).latest(1).first
        // What an agent that was killed said last may not have been kept: its numbers are left out.
        let id = max(0, min(last?.id ?? 0, 1 << 52))
        let isClean = last.map { $0.event == .stopped } ?? true
        log.begin(after: isClean ? id : (id / 1000 + 1) * 1000 - 1) { [weak self] event in self?.keep(event) }
        return last
    }

    /// From any thread.
    private nonisolated func keep(_ event: Event) {
        loop.submit { self.assumeIsolated { $0.state.append(EventFiles.name) { json(event) } } }
    }

    func tellEnd(of last: Event?) {
        guard let last, last.event != .stopped else { return }
        let (now, told) = (BootClock.now, Date(rfc3339: last.time))
        let boot = now.wall.addingTimeInterval(-now.sinceBoot.milliseconds / 1000)
        let isOfThisBoot = told.map { $0 > boot } ?? true
        say(.uncleanEnd) {
            $0.reason =
                "the agent before this one was not stopped, last heard of at \(last.time)"
                + (isOfThisBoot ? "" : ", before the machine was started again")
        }
    }

    /// The last event, and then `done`: when that is kept, or can't be.
    func end(because reason: String?, _ done: @escaping @Sendable () -> Void) {
        say(.stopped) { $0.reason = reason }
        // By then it is on its way to the disk.
        loop.submit {
            self.assumeIsolated { agent in
                agent.state.whenWritten(within: .seconds(1)) { _ in
                    agent.log.drain()
                    done()
                }
            }
        }
    }
}
