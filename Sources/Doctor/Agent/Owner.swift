internal import Kernel
internal import Net

/// Whose a socket is.
enum Owner: Hashable, Sendable {
    /// Of the agent that this is about, or of what that has started.
    case own
    /// Of another agent, or of its children.
    case otherAgent(LiveAgent)
    case stranger
}

extension Surroundings {
    /// That of this site and host, whether it answers or not.
    var ownLive: LiveAgent? { live.first { $0.claim == subject.claim } }
    /// Of other sites and hosts.
    var otherLive: [LiveAgent] { live.filter { $0.claim != subject.claim } }
    /// Its process; nil where none runs, or where that can't be seen.
    var agentProcess: Int32? { agent?.pid ?? ownLive?.pid }
    var isAgentRunning: Bool { agent != nil || ownLive != nil }

    /// Children inherit sockets, so one that somebody holds may have several holders. Where descriptors of others can't be
    /// seen, the socket's user has to do: whoever runs as the agent's user is taken for it.
    func owner(of socket: OpenSocket, held: [SocketHolders.Holder]) -> Owner {
        let pids = Set(held.map(\.pid))
        func has(_ processes: Set<Int32>, _ user: UInt32?) -> Bool {
            pids.isEmpty ? user == socket.user : !processes.isDisjoint(with: pids)
        }
        if let agent, has(agent.processes, agent.user) { return .own }
        if let ownLive, has(ownLive.processes, ownLive.user) { return .own }
        return otherLive.first { has($0.processes, $0.user) }.map(Owner.otherAgent) ?? .stranger
    }
}

extension LiveAgent {
    /// Never to stop it: a machine may have several sites, and then each has addresses of its own.
    var remedy: [String] {
        let at = socket.map { " --socket \($0.printable(200))" } ?? ""
        return [
            "landfall status\(at)   # the agent of \(name)",
            "examine that one (--site, --host), or give each agent of this machine addresses, or a network namespace, of its own",
        ]
    }
}
