internal import Kernel
internal import Net

/// What several examinations look at, read once.
struct Surroundings: Sendable {
    var subject: Subject
    /// The agent of this host; nil where none answers.
    var agent: RunningAgent?
    /// What is known of the one that runs, whether it answers or not.
    var running: RunningPlace?
    /// Why it is not known whether one runs.
    var agentTrouble: RunningAgent.Trouble?
    /// Those that live in this network namespace, whether they answer or not.
    var live: [LiveAgent]
    var sockets: Seen<SocketTable>
    var interfaces: [Interface]
    var addresses: [HostAddress]

    /// So much of each table of sockets is read: about 50,000 lines. Sockets that listen stand first.
    private static let mostRead = 8 << 20

    init(_ subject: Subject) throws(SystemError) {
        self.subject = subject
        let netlink = try Netlink()
        (interfaces, addresses) = (try netlink.interfaces(), try netlink.allAddresses())
        (agent, agentTrouble) = RunningAgent.ask(subject)
        live = LiveAgent.all(of: subject.users)
        sockets = Self.readSockets()
    }

    private static func readSockets() -> Seen<SocketTable> {
        var all = SocketTable()
        for (file, transport) in [("tcp", OpenSocket.Transport.tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp)] {
            guard let text = ProcFile.read("/proc/net/\(file)", limit: mostRead) else {
                // Without IPv6 in the kernel there is no table of it.
                if file.hasSuffix("6") { continue }
                return .hidden("/proc/net/\(file) can't be read")
            }
            all = all + SocketTable(text, transport)
        }
        return .value(all)
    }

    func interface(_ index: Int32) -> Interface? { interfaces.first { $0.index == index } }
    func name(_ index: Int32) -> String { interface(index)?.name ?? "interface \(index)" }
    func has(_ address: Address) -> Bool { addresses.contains { $0.address == address } }
}
