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
    /// What a client may leave unread before it is given up, beside what the kernel holds.
    static let mostPending = 16_384

    package nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var listeners: [Listener] = []
    private var streams: [Int: Stream] = [:]
    private var lastID = 0

    package init(loop: Loop) {
        self.loop = loop
        loop.submit { self.assumeIsolated { $0.send() } }
    }

    /// The address need not be there yet.
    package func listen(at address: Address, in namespace: Namespace, as host: String) throws(SystemError) {
        let socket = try namespace.run { () throws(SystemError) in
            try Socket.listen(at: Endpoint(address, port: Self.port), .freebind)
        }
        let listener = try Listener(loop: loop, socket: socket) { socket, _ in
            self.accept(socket, Array((host + "\n").utf8))
        }
        listeners.append(listener)
    }

    private func accept(_ socket: Socket, _ greeting: [UInt8]) {
        try? socket.set(SOL_SOCKET, SO_SNDBUF, Int32(Self.mostPending))
        lastID += 1
        let id = lastID
        streams[id] = try? Stream(loop: loop, socket: socket) { event in
            if case .closed = event { self.streams[id] = nil }
        }
        streams[id]?.send(greeting)
    }

    private func send() {
        for (id, stream) in streams {
            stream.send(Self.chunk)
            if stream.pending > Self.mostPending {
                stream.close()
                streams[id] = nil
            }
        }
        loop.after(Self.interval) { self.send() }
    }
}
