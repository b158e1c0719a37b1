package import Config
package import Loop
package import Nameserver
package import Net

/// The sockets of a service: for every thread and address one for UDP and one for TCP. SO_REUSEPORT lets the kernel
/// spread the flows over the threads.
package enum ServiceSockets {
    package static func open(_ serve: DNSServe, at addresses: [Address]) throws(SystemError) -> [Socket] {
        var none: [Socket] = []
        return try take(from: &none, serve, at: addresses)
    }

    /// The same, but takes those that are open already out of `pool` first: of an address that stays no socket is closed,
    /// not even when there are more than threads, since what waits in it would be lost. Queries that come to a new socket
    /// wait in it until somebody reads.
    static func take(
        from pool: inout [Socket], _ serve: DNSServe, at addresses: [Address]
    ) throws(SystemError) -> [Socket] {
        var sockets: [Socket] = []
        for address in addresses {
            let endpoint = Endpoint(address, port: serve.port)
            for isDatagram in [true, false] {
                let known = pool.filter { $0.local == endpoint && $0.isDatagram == isDatagram }
                pool.removeAll { socket in known.contains { $0 === socket } }
                sockets += known
                for _ in known.count..<max(known.count, serve.threads) {
                    sockets.append(try open(endpoint, isDatagram: isDatagram))
                }
            }
        }
        return sockets
    }

    private static func open(_ endpoint: Endpoint, isDatagram: Bool) throws(SystemError) -> Socket {
        guard isDatagram else {
            let socket = try Socket.listen(at: endpoint, .reusePort, backlog: 1024)
            Nameserver.prepare(listener: socket)
            return socket
        }
        let socket = try Socket.udp(endpoint.address.family, bind: endpoint, .reusePort)
        try? socket.setReceiveBuffer(4 << 20)
        return socket
    }

    /// Sorts sockets that were handed over by thread: the n-th socket of the same address and kind belongs to the n-th
    /// thread, and where there are more than `threads`, the first thread is next again. Every socket is read by exactly
    /// one thread, since one that nobody reads swallows its share of the queries.
    package static func byThread(_ sockets: [Socket], threads most: Int? = nil) -> [Nameserver.Sockets] {
        var seen: [String: Int] = [:]
        var threads: [Nameserver.Sockets] = []
        for socket in sockets {
            let key = "\(socket.isDatagram) \(socket.local.map(\.description) ?? "")"
            let number = seen[key, default: 0]
            seen[key] = number + 1
            let thread = most.map { number % max(1, $0) } ?? number
            if thread == threads.count { threads.append(Nameserver.Sockets(udp: [], tcp: [])) }
            if socket.isDatagram { threads[thread].udp.append(socket) } else { threads[thread].tcp.append(socket) }
        }
        return threads
    }
}
