package import Config
package import Loop
package import Nameserver
package import Net

/// The sockets of a service: for every thread and address one for UDP and one for TCP. SO_REUSEPORT lets the kernel
/// spread the flows over the threads.
package enum ServiceSockets {
    package static func open(_ serve: DNSServe, at addresses: [Address]) throws(SystemError) -> [Socket] {
        var sockets: [Socket] = []
        for _ in 0..<serve.threads {
            for address in addresses {
                let endpoint = Endpoint(address, port: serve.port)
                sockets.append(try Socket.udp(address.family, bind: endpoint, .reusePort))
                sockets.append(try Socket.listen(at: endpoint, .reusePort))
            }
        }
        return sockets
    }

    /// Sorts sockets that were handed over by thread: the n-th socket of the same address and kind belongs to the n-th
    /// thread. Every socket is read by exactly one thread, since one that nobody reads swallows its share of the queries.
    package static func byThread(_ sockets: [Socket]) -> [Nameserver.Sockets] {
        var seen: [String: Int] = [:]
        var threads: [Nameserver.Sockets] = []
        for socket in sockets {
            let key = "\(socket.isDatagram) \(socket.local.map(\.description) ?? "")"
            let thread = seen[key, default: 0]
            seen[key] = thread + 1
            if thread == threads.count { threads.append(Nameserver.Sockets(udp: [], tcp: [])) }
            if socket.isDatagram { threads[thread].udp.append(socket) } else { threads[thread].tcp.append(socket) }
        }
        return threads
    }
}
