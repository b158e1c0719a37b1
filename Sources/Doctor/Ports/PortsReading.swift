internal import Config
internal import Kernel
internal import Net

extension Ports {
    init(_ surroundings: Surroundings) {
        let subject = surroundings.subject
        services = subject.servicePorts
        bgp = subject.listenEndpoints
        metrics = subject.network.metrics?.endpoints(on: subject.host) ?? []
        isAgentRunning = surroundings.isAgentRunning
        guard case .value(let table) = surroundings.sockets else {
            listeners = .hidden(surroundings.sockets.hidden ?? "")
            return
        }
        let open = table.sockets.filter(\.isListening)
        let ports = Set(services.map(\.port) + (bgp + metrics).map(\.port))
        let wanted = open.filter { ports.contains($0.local.port) }
        let holders = SocketHolders.find(Set(wanted.map(\.inode)))
        listeners = .value(wanted.map { Listener($0, holders, surroundings) })
    }
}

extension Ports.Listener {
    init(_ socket: OpenSocket, _ holders: SocketHolders, _ surroundings: Surroundings) {
        let held = holders.byInode[socket.inode] ?? []
        // Children inherit sockets; whoever had it first is named.
        let holder = held.first.map { "\($0.name) (pid \($0.pid))" }
        let owner = surroundings.owner(of: socket, held: held)
        self.init(transport: socket.transport, at: socket.local, holder: holder, owner: owner)
    }
}

extension Subject {
    /// As the speaker listens: at the host's own addresses, or at all where it has none of a family.
    var listenEndpoints: [Endpoint] {
        Set(site.neighbors.map(\.address.family)).sorted().map { family in
            Endpoint(host.address(family) ?? Address(family: family, bits: 0), port: 179)
        }
    }
}
