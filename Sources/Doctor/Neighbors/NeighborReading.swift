internal import Config
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// Looks from this host to all its neighbors, at once and within a bound. Where an agent runs it is asked, and where
/// anybody has a connection, that one is left alone.
struct NeighborExamination {
    let surroundings: Surroundings
    let netlink: Netlink
    /// A TCP SYN that is lost is sent again after a second.
    static let patience = Duration.milliseconds(2200)
    /// So long we listen to what a neighbor says first.
    static let attention = Duration.milliseconds(300)

    func facts() -> [NeighborFacts] {
        let neighbors = surroundings.subject.site.neighbors
        var all = neighbors.map { draft($0) }
        let attempts = zip(neighbors.indices, neighbors).compactMap { place, neighbor -> Attempt? in
            guard all[place].isWorthTrying, let held = obstacle(neighbor) else {
                return all[place].isWorthTrying ? Attempt(place, neighbor, all[place].source) : nil
            }
            all[place].connection = held
            return nil
        }
        for (place, outcome) in Attempt.makeAll(attempts, within: Self.patience, listening: Self.attention) {
            all[place].connection = outcome
        }
        // The attempt made the kernel ask on the link.
        let entries = (try? netlink.neighbors()) ?? []
        for place in all.indices { all[place].note(entries) }
        return all
    }

    private func draft(_ neighbor: Config.Neighbor) -> NeighborFacts {
        let source = surroundings.subject.host.address(neighbor.address.family)
        let isSourceHere = source.map { surroundings.has($0) } ?? true
        var facts = NeighborFacts(
            name: neighbor.name, address: neighbor.address,
            route: Result { () throws(SystemError) in
                try netlink.route(to: neighbor.address, from: isSourceHere ? source : nil)
            },
            connection: .notTried(""))
        (facts.port, facts.isPassive) = (neighbor.port, neighbor.passive)
        facts.mayBeFar = neighbor.link.hops.map { $0 > 1 } ?? (neighbor.role == .internal)
        (facts.source, facts.isSourceHere) = (source, isSourceHere)
        let holding = source.flatMap { address in surroundings.addresses.first { $0.address == address } }
        facts.sourceInterface = holding.flatMap { surroundings.interface($0.interface) }
        let ways = (try? facts.route.get())?.ways ?? []
        facts.interfaces = ways.compactMap { surroundings.interface($0.interface) }
        facts.sessionSeen = surroundings.subject.sessionsSeen[neighbor.name]
        facts.session = surroundings.agent?.neighbors.first { $0.name == neighbor.name }
        return facts
    }

    /// Why no connection is made; nil: one is.
    private func obstacle(_ neighbor: Config.Neighbor) -> NeighborFacts.Connection? {
        if surroundings.agent == nil, surroundings.ownLive != nil {
            return .notTried("that is for the agent that runs here, which can't be asked")
        }
        guard let table = surroundings.sockets.value else { return .notTried("whether a session exists can't be seen") }
        let held = table.sockets.first { $0.isEstablished && $0.isSession(with: neighbor) }
        if let held {
            let holders = SocketHolders.find([held.inode]).byInode[held.inode] ?? []
            return .existing(held, holders, surroundings)
        }
        if neighbor.link.password != nil { return .notTried("it answers only who knows the password") }
        return neighbor.passive ? .notTried("it connects to us (passive)") : nil
    }
}

extension NeighborFacts.Connection {
    fileprivate static func existing(
        _ socket: OpenSocket, _ holders: [SocketHolders.Holder], _ surroundings: Surroundings
    ) -> Self {
        switch surroundings.owner(of: socket, held: holders) {
        case .own: .notTried("the agent has a session")
        case .otherAgent(let agent): .heldByAgent(agent)
        case .stranger: .held(by: holders.first.map { "\($0.name) (pid \($0.pid))" } ?? "a program that can't be seen")
        }
    }
}

extension OpenSocket {
    fileprivate func isSession(with neighbor: Config.Neighbor) -> Bool {
        remote.address == neighbor.address && (remote.port == neighbor.port || local.port == 179)
    }
}

extension NeighborFacts {
    /// Only where the nearer things are well.
    fileprivate var isWorthTrying: Bool {
        guard session == nil, isSourceHere, case .success(let route) = route, route.kind == .unicast else {
            return false
        }
        return interfaces.allSatisfy { $0.isUp && $0.hasCarrier }
            && (mayBeFar || route.ways.allSatisfy { $0.gateway == nil || $0.gateway == address })
    }

    fileprivate mutating func note(_ entries: [NeighborEntry]) {
        guard case .success(let route) = route, let way = route.ways.first else { return }
        let hop = way.gateway ?? address
        entry = entries.first { $0.address == hop && $0.interface == way.interface }?.state
    }
}

/// One connection that is tried, as the agent would make it.
private struct Attempt {
    var place: Int
    var socket: Result<Socket, SystemError>

    init(_ place: Int, _ neighbor: Config.Neighbor, _ source: Address?) {
        self.place = place
        let remote = Endpoint(neighbor.address, port: neighbor.port)
        socket = Result { () throws(SystemError) in
            try Socket.connect(to: remote, from: source) { socket throws(SystemError) in
                if let ttl = neighbor.link.ttl(isInternal: neighbor.role == .internal) {
                    try socket.setTTL(ttl, neighbor.address.family)
                }
            }
        }
    }

    /// All at the same time.
    static func makeAll(
        _ attempts: [Attempt], within limit: Duration, listening: Duration
    ) -> [(Int, NeighborFacts.Connection)] {
        let deadline = Loop.now + limit
        let connected = attempts.map { ($0, $0.outcome(by: deadline, limit)) }
        let end = Loop.now + listening
        return connected.map { attempt, outcome in
            (attempt.place, outcome == .answered ? attempt.greeting(by: end) : outcome)
        }
    }

    private func outcome(by deadline: Instant, _ limit: Duration) -> NeighborFacts.Connection {
        switch socket {
        case .failure(let error): return Self.outcome(of: error)
        case .success(let socket):
            guard Self.wait(socket, POLLOUT, until: deadline) else { return .timedOut(after: limit) }
            return socket.pendingError.map(Self.outcome) ?? .answered
        }
    }

    /// Who has no session for us closes at once; who has one speaks first, or waits for our OPEN.
    private func greeting(by end: Instant) -> NeighborFacts.Connection {
        guard case .success(let socket) = socket, Self.wait(socket, POLLIN, until: end) else { return .answered }
        do {
            guard let bytes = try socket.receive(64) else { return .answered }
            return bytes.isEmpty ? .closed : .answered
        } catch { return .closed }
    }

    private static func outcome(of error: SystemError) -> NeighborFacts.Connection {
        error.code == ECONNREFUSED ? .refused : .failed(error)
    }

    private static func wait(_ socket: Socket, _ events: Int32, until deadline: Instant) -> Bool {
        var entry = pollfd(fd: socket.descriptor, events: Int16(events), revents: 0)
        return poll(&entry, 1, Int32(max(0, (deadline - Loop.now).milliseconds.rounded(.up)))) > 0
    }
}
