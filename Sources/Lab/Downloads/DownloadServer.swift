internal import Glibc
package import Kernel
package import Loop
package import Net

/// Sends for ever to whoever connects, slowly: characters, as RFC 864 has it, after a first line that says which host
/// this is. It listens on the service's address, in the namespace of every host, and none of the agent's acts reaches it:
/// what breaks its connections is that packets land elsewhere.
package actor DownloadServer {
    /// The port of the Character Generator Protocol.
    package static let port: UInt16 = 19
    /// 12 kB a second: each packet that a client sees is younger than this.
    package static let interval: Duration = .milliseconds(100)
    static let chunk = [UInt8](repeating: UInt8(ascii: "."), count: 1200)
    /// So many packets may be on their way: a client whose acknowledgements land elsewhere soon hears nothing more from
    /// here, and then believes the reset that they earned there (RFC 5961 §3.2).
    static let mostUnacknowledged = 4
    /// A client that takes nothing for so long is given up.
    static let mostStalls = 300

    package nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var listeners: [Listener] = []
    private var clients: [Int: Client] = [:]
    private var lastID = 0

    private struct Client {
        var socket: Socket
        var stream: Stream
        var stalls = 0
    }

    private let port: UInt16

    package init(loop: Loop, port: UInt16 = DownloadServer.port) {
        (self.loop, self.port) = (loop, port)
        loop.submit { self.assumeIsolated { $0.send() } }
    }

    /// The address need not be there yet.
    package func listen(at address: Address, in namespace: Namespace, as host: String) throws(SystemError) {
        let socket = try namespace.run { () throws(SystemError) in
            try Socket.listen(at: Endpoint(address, port: port), .freebind)
        }
        let listener = try Listener(loop: loop, socket: socket) { socket, _ in
            self.accept(socket, Array((host + "\n").utf8))
        }
        listeners.append(listener)
    }

    private func accept(_ socket: Socket, _ greeting: [UInt8]) {
        try? socket.setNoDelay()
        lastID += 1
        let id = lastID
        let stream = try? Stream(loop: loop, socket: socket) { event in
            if case .closed = event { self.clients[id] = nil }
        }
        guard let stream else { return }
        clients[id] = Client(socket: socket, stream: stream)
        stream.send(greeting)
    }

    /// Every connection ends here, and nobody is served any more.
    func close() {
        for listener in listeners { listener.close() }
        for client in clients.values { client.stream.close() }
        (listeners, clients) = ([], [:])
    }

    private func send() {
        for (id, client) in clients {
            if client.stream.pending == 0, client.socket.unacknowledged < Self.mostUnacknowledged {
                clients[id]?.stalls = 0
                client.stream.send(Self.chunk)
            } else if client.stalls < Self.mostStalls {
                clients[id]?.stalls += 1
            } else {
                client.stream.close()
                clients[id] = nil
            }
        }
        loop.after(Self.interval) { self.send() }
    }
}

extension Socket {
    /// Packets that were sent and that the other end hasn't acknowledged (tcp(7)).
    fileprivate var unacknowledged: Int {
        var state = tcp_info()
        var length = socklen_t(MemoryLayout.size(ofValue: state))
        return getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &state, &length) == 0 ? Int(state.tcpi_unacked) : 0
    }
}
