internal import Net

/// A line of /proc/net/tcp, tcp6, udp or udp6 (proc(5)).
package struct OpenSocket: Hashable, Sendable {
    package enum Transport: String, Hashable, Sendable { case tcp, udp }

    var transport: Transport
    var local: Endpoint
    var remote: Endpoint
    /// A state of TCP as `include/net/tcp_states.h` numbers it.
    var state: UInt8
    var user: UInt32
    var inode: UInt64
    /// Datagrams that found the receive buffer full; 0 for TCP.
    var drops: UInt64 = 0

    var isListening: Bool { transport == .tcp ? state == 10 : remote.port == 0 }
    var isEstablished: Bool { transport == .tcp && state == 1 }
}

/// Tables of sockets, read line by line: one that isn't understood is left out and counted.
package struct SocketTable: Hashable, Sendable {
    package var sockets: [OpenSocket] = []
    /// Lines that are none.
    package var garbled = 0

    init(_ sockets: [OpenSocket] = []) { self.sockets = sockets }

    /// What stands in one of the files.
    package init(_ text: some StringProtocol, _ transport: OpenSocket.Transport) {
        for line in text.split(separator: "\n").dropFirst() {
            guard let socket = OpenSocket(line, transport) else {
                garbled += 1
                continue
            }
            sockets.append(socket)
        }
    }

    package static func + (a: Self, b: Self) -> Self {
        var both = Self(a.sockets + b.sockets)
        both.garbled = a.garbled + b.garbled
        return both
    }
}

extension OpenSocket {
    /// `sl local remote state queues timer retransmits uid timeout inode …`, and for UDP `ref pointer drops`.
    fileprivate init?(_ line: some StringProtocol, _ transport: Transport) {
        let words = line.split(separator: " ", maxSplits: 20)
        guard words.count >= 10, let local = Endpoint(kernel: words[1]), let remote = Endpoint(kernel: words[2]),
            let state = UInt8(words[3], radix: 16), let user = UInt32(words[7]), let inode = UInt64(words[9])
        else { return nil }
        self.init(
            transport: transport, local: local, remote: remote, state: state, user: user, inode: inode,
            drops: transport == .udp && words.count > 12 ? UInt64(words[12]) ?? 0 : 0)
    }
}

extension Endpoint {
    /// `3500007F:0035`: words of the address as the host's integers, the port as a number.
    init?(kernel text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16), [8, 32].contains(parts[0].utf8.count) else {
            return nil
        }
        var bytes: [UInt8] = []
        var rest = parts[0][...]
        while !rest.isEmpty {
            guard let word = UInt32(rest.prefix(8), radix: 16) else { return nil }
            withUnsafeBytes(of: word) { bytes.append(contentsOf: $0) }
            rest = rest.dropFirst(8)
        }
        guard let address = Address(bytes: bytes) else { return nil }
        self.init(address, port: port)
    }
}
