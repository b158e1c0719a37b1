internal import BGP
internal import Loop
internal import Net

/// Where neighbors may come, and nowhere else: a socket for each local address that one of them has.
final class Listeners {
    private struct Listening {
        let socket: Socket
        let listener: Listener
        /// Whose connections have to be signed.
        var keyed: Set<Address> = []
    }

    private let loop: Loop
    private let onAccept: (Socket, Endpoint?) -> Void
    private var listeners: [Endpoint: Listening] = [:]

    init(loop: Loop, onAccept: @escaping (Socket, Endpoint?) -> Void) { (self.loop, self.onAccept) = (loop, onAccept) }

    func close() {
        for listening in listeners.values { listening.listener.close() }
        listeners.removeAll()
    }

    /// Goes on where it did, as `old` says, when that isn't possible. What is given up goes first, since every address and
    /// one of them can't be had together.
    func listen(_ new: Speaker.Configuration, insteadOf old: Speaker.Configuration) throws(SystemError) {
        let before = Array(listeners.keys)
        let endpoints = new.listenEndpoints
        close(before.filter { !endpoints.contains($0) })
        do {
            try open(endpoints, backlog: new.backlog)
            try secure(new.neighbors)
        } catch {
            close(listeners.keys.filter { !before.contains($0) })
            try? open(before, backlog: old.backlog)
            try? secure(old.neighbors)
            throw error
        }
    }

    private func open(_ endpoints: [Endpoint], backlog: Int32) throws(SystemError) {
        for endpoint in endpoints where listeners[endpoint] == nil {
            let socket = try Socket.listen(at: endpoint, .freebind, backlog: backlog)
            let listener = try Listener(loop: loop, socket: socket, onAccept: onAccept)
            listeners[endpoint] = Listening(socket: socket, listener: listener)
        }
    }

    /// Keys and TTL of what is answered before a connection is there: a neighbor that looks at them would not take the
    /// answer otherwise.
    private func secure(_ neighbors: [Speaker.Neighbor]) throws(SystemError) {
        for endpoint in Array(listeners.keys) {
            let family = endpoint.address.family
            let ours = neighbors.filter { $0.comes(to: endpoint.address) }
            guard var listening = listeners[endpoint] else { continue }
            try setKeys(of: ours, on: &listening)
            listeners[endpoint] = listening
            if ours.contains(where: \.ttlSecurity) { try listening.socket.setTTL(255, family) }
            // Where all neighbors do that, whoever is further away than any of them doesn't even get a connection.
            try listening.socket.setLeastTTL(ours.map { $0.leastTTL ?? 0 }.min() ?? 0, family)
        }
    }

    private func setKeys(of neighbors: [Speaker.Neighbor], on listening: inout Listening) throws(SystemError) {
        let gone = listening.keyed.subtracting(neighbors.filter { $0.key != nil }.map(\.address))
        for address in gone { try listening.socket.setKey(nil, for: Endpoint(address, port: 0)) }
        listening.keyed.subtract(gone)
        for neighbor in neighbors {
            guard let key = neighbor.key else { continue }
            try listening.socket.setKey(key, for: try neighbor.endpoint())
            listening.keyed.insert(neighbor.address)
        }
    }

    private func close(_ endpoints: [Endpoint]) {
        for endpoint in endpoints { listeners.removeValue(forKey: endpoint)?.listener.close() }
    }
}
