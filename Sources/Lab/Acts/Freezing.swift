internal import Glibc
internal import Kernel

extension Cast {
    /// As if the machine stood still: its kernel goes on, and acknowledges what comes, and nobody there says anything.
    func freeze(_ site: Int) throws {
        for process in frozen(site) { Glibc.kill(process, SIGSTOP) }
        note(site, .undone(silences: true) { [self] in for process in frozen(site) { Glibc.kill(process, SIGCONT) } })
    }

    /// The agent, its services, and what else was started there; groups as negative numbers.
    private func frozen(_ site: Int) -> [Int32] {
        [agent(at: site)?.pid, serving(site)].compactMap(\.self) + programs(at: site).map { -$0.pid }
    }
}
