import BGP
import Glibc
import Loop
import Net
import Peers

/// Neighbors that say what they are told to, as many as wanted, on a loop of their own. Over loopback, from 127.x.y.z.
actor Crowd {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
    private var peers: [Peer] = []

    /// Where the router is for such neighbors.
    static let router = Address(v4: 0x7f00_0002)

    init() throws { loop = try Loop(name: "crowd") }

    /// One more, which begins with `greeting`; its number.
    func connect(
        _ address: Address, to router: Address = Crowd.router, asn: UInt32, port: UInt16, readsTable: Bool = false,
        greets: Bool = true, restarts: Bool = false
    ) throws -> Int {
        let socket = try Socket.connect(to: Endpoint(router, port: port), from: address)
        let peer = Peer(readsTable: readsTable)
        peer.stream = try Stream(loop: loop, socket: socket, connecting: true) { [weak peer] in peer?.take($0) }
        if greets { peer.stream?.send(Self.greeting(asn, restarts: restarts)) }
        peers.append(peer)
        return peers.count - 1
    }

    /// Without hold time, so that nobody has to send KEEPALIVEs. `restarts`: with the capability that helpers have.
    static func greeting(_ asn: UInt32, restarts: Bool = false) -> [UInt8] {
        var capabilities: [Capability] = [
            .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .routeRefresh, .enhancedRouteRefresh,
            .fourByteASN(ASN(asn)),
        ]
        if restarts { capabilities.append(.other(.gracefulRestart, [0, 120])) }
        let open = Open(asn: ASN(asn), holdTime: 0, id: RouterID(rawValue: asn), capabilities: capabilities)
        return Message.open(open).encoded(Codec()) + Message.keepalive.encoded(Codec())
    }

    func send(_ bytes: [UInt8], _ number: Int) { peers[number].stream?.send(bytes) }
    func setReading(_ wanted: Bool, _ number: Int) { peers[number].stream?.setReading(wanted) }
    func close(_ number: Int) { peers[number].stream?.close() }
    func closeAll() { for peer in peers { peer.stream?.close() } }

    func heard(_ number: Int) -> Heard { peers[number].heard }
    var allHeard: [Heard] { peers.map(\.heard) }

    struct Heard: Hashable, Sendable {
        var updates = 0
        var bytes = 0
        var ends = 0
        /// With `readsTable`: what is announced now, by the end of its path.
        var table: [Prefix: UInt32] = [:]
        var isClosed = false
    }

    private final class Peer {
        var stream: Stream?
        var heard = Heard()
        private var framer = Framer()
        private let readsTable: Bool

        init(readsTable: Bool) { self.readsTable = readsTable }

        func take(_ event: Stream.Event) {
            switch event {
            case .connected, .drained: break
            case .closed: heard.isClosed = true
            case .received(let bytes):
                framer.append(bytes)
                while let frame = try? framer.next() { read(frame) }
            }
        }

        private func read(_ frame: Frame) {
            guard frame.type == .update else { return }
            (heard.updates, heard.bytes) = (heard.updates + 1, heard.bytes + frame.bytes.count)
            if frame.bytes.count == 23 || frame.bytes.count == 29 { heard.ends += 1 }
            guard readsTable, case .update(let update)? = try? Message.decode(frame, Codec()) else { return }
            for prefix in update.unreachable { heard.table[prefix] = nil }
            let origin = update.attributes.asPath?.segments.last?.members.last?.rawValue
            for prefix in update.reachable { heard.table[prefix] = origin ?? 0 }
        }
    }
}

/// An UPDATE of somebody at 127.x.y.z. What tells it from others stands at the end of the path.
func announcement(
    _ prefixes: [Prefix], path: [UInt32], tag: UInt32? = nil, _ change: (inout PathAttributes) -> Void = { _ in }
) -> [UInt8] {
    var update = Update()
    update.announced = prefixes
    update.attributes.origin = .igp
    update.attributes.asPath = ASPath(sequence: (path + (tag.map { [$0] } ?? [])).map { ASN($0) })
    update.attributes.nextHop = Address(v4: 0x7f01_0001)
    change(&update.attributes)
    return Message.update(update).encoded(Codec())
}

func withdrawal(_ prefixes: [Prefix]) -> [UInt8] {
    var update = Update()
    update.withdrawn = prefixes
    return Message.update(update).encoded(Codec())
}

/// The `index`-th of many /24s.
func many(_ index: Int) -> Prefix { prefix("10.\(index / 256 % 256).\(index % 256).0/24") }
