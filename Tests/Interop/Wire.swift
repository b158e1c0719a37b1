public import BGP
import Glibc
public import Net
import Synchronization

/// What passes on a cable, in both directions, as the kernel shows it to whoever listens there: so nobody's word has to be
/// taken for what a speaker said. Needs CAP_NET_RAW in the namespace.
///
/// Nothing runs: the kernel keeps packets (up to 8 MB) until somebody looks.
public final class Wire: Sendable {
    private let socket: Int32
    private let streams = Mutex<[Direction: TCPStream]>([:])

    /// One direction of one TCP connection.
    public struct Direction: Hashable, Sendable {
        public var from, to: Endpoint
        public var back: Self { Self(from: to, to: from) }
    }

    /// A message, or why what came isn't one.
    public struct Saying: Sendable {
        public var direction: Direction
        public var bytes: [UInt8]
        public var message: Result<Message, BGPError>

        public var from: Address { direction.from.address }
        public var to: Address { direction.to.address }
    }

    /// - Parameter interface: one end of the cable.
    public init(on interface: String) throws(SystemError) {
        let all = UInt16(0x0003).bigEndian  // ETH_P_ALL
        socket = Glibc.socket(AF_PACKET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(0))
        guard socket >= 0 else { throw SystemError("socket", "AF_PACKET") }
        // In a user namespace only the first is allowed, and gives what the machine has set for everybody.
        var room: Int32 = 8 << 20
        for option in [SO_RCVBUF, SO_RCVBUFFORCE] {
            setsockopt(socket, SOL_SOCKET, option, &room, socklen_t(MemoryLayout<Int32>.size))
        }
        // struct sockaddr_ll of packet(7), which Glibc doesn't show to Swift.
        var address = [UInt8](repeating: 0, count: 20)
        let index = if_nametoindex(interface)
        address.withUnsafeMutableBytes { bytes in
            bytes.storeBytes(of: sa_family_t(AF_PACKET), toByteOffset: 0, as: sa_family_t.self)
            bytes.storeBytes(of: all, toByteOffset: 2, as: UInt16.self)
            bytes.storeBytes(of: Int32(bitPattern: index), toByteOffset: 4, as: Int32.self)
        }
        let result = address.withUnsafeBytes { bytes in
            bytes.withMemoryRebound(to: sockaddr.self) { buffer in
                bind(socket, __CONST_SOCKADDR_ARG(__sockaddr__: buffer.baseAddress), 20)
            }
        }
        guard index > 0, result == 0 else {
            let code = errno
            close(socket)
            throw SystemError("bind", interface, code: code)
        }
    }

    deinit { close(socket) }

    /// All messages so far, each connection's in its order, whoever said them.
    public var sayings: [Saying] {
        look()
        return streams.withLock { $0 }.sorted { "\($0.key)" < "\($1.key)" }
            .flatMap { direction, stream in stream.sayings(direction) }
    }

    /// What `one` said to `other`.
    public func sayings(from one: Address, to other: Address) -> [Saying] {
        sayings.filter { $0.from == one && $0.to == other }
    }

    /// Who asked for a connection, and was answered or not.
    public func knocks(from one: Address, to other: Address) -> (asked: Int, answered: Int) {
        look()
        let all = streams.withLock { $0 }
        let asked = all.filter { $0.key.from.address == one && $0.key.to.address == other && $0.value.asks }
        return (asked.count, asked.keys.count { all[$0.back]?.answers == true })
    }

    /// Takes what the kernel has kept.
    public func look() {
        var packet = [UInt8](repeating: 0, count: 70_000)
        streams.withLock { streams in
            while true {
                let count = recv(socket, &packet, packet.count, Int32(MSG_DONTWAIT))
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                guard let segment = Segment(packet.span.extracting(first: count)) else { continue }
                streams[segment.direction, default: TCPStream()].take(segment)
            }
        }
    }
}
