internal import Glibc
internal import Kernel

extension Cast {
    /// As if the machine stood still: its kernel goes on, and acknowledges what comes, and nobody there says anything.
    func freeze(_ host: Int) throws {
        for process in frozen(host) { Glibc.kill(process, SIGSTOP) }
        note(host, .undone(silences: true) { [self] in for process in frozen(host) { Glibc.kill(process, SIGCONT) } })
    }

    /// The agent, its services, and what else was started there; groups as negative numbers.
    private func frozen(_ host: Int) -> [Int32] {
        [agent(of: host)?.pid, serving(host)].compactMap(\.self) + programs(of: host).map { -$0.pid }
    }
}
