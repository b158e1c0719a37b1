import BGP
import Net

/// A neighbor that is up and says anything, in virtual time: the first byte says what was agreed, and then each message has
/// a byte for its kind, one for the time before it, and two for its length. Whatever comes, nothing traps; the session holds
/// no more than its limit, says nothing longer than was agreed, and comes up again once it is left alone.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    guard count > 0 else { return 0 }
    var talk = Talk([UInt8](UnsafeBufferPointer(start: data, count: count)))
    talk.run()
    return 0
}

private struct Talk {
    private static let limit = 64
    private var input: ArraySlice<UInt8>
    private var session: Session
    private var now = Instant.zero
    /// When each goes off; of two at once, the one that was armed first.
    private var timers: [SessionTimer: (at: Instant, number: Int)] = [:]
    private var armed = 0
    private var open: ConnectionID?
    private var serial: UInt64 = 0
    private let peerASN: ASN
    private let capabilities: [Capability]
    private let handsOut: Bool
    private var held = 0

    init(_ bytes: [UInt8]) {
        let choice = bytes[0]
        input = bytes.dropFirst()
        peerASN = ASN(choice & 1 == 0 ? 64500 : 65000)
        handsOut = choice & 2 != 0
        var configuration = Session.Configuration(asn: ASN(65000), id: RouterID(rawValue: 20), peerASN: peerASN)
        configuration.families = [.ipv4, .ipv6]
        configuration.passive = true
        (configuration.maxPrefixes, configuration.handsOutRoutes) = (Self.limit, handsOut)
        configuration.disablesFamilies = choice & 4 != 0
        configuration.role = choice & 8 != 0 ? .peer : nil
        (configuration.ipv4OverIPv6, configuration.enforcesFirstAS) = (choice & 16 != 0, choice & 32 != 0)
        session = Session(configuration, seed: 1)
        capabilities =
            [
                .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .routeRefresh, .enhancedRouteRefresh,
                .extendedMessage, .extendedNextHop([.ipv4OverIPv6]),
            ] + (choice & 64 == 0 ? [.fourByteASN(peerASN)] : [])
    }

    mutating func run() {
        handle(.start)
        handle(.export((0..<8).map { Announcement(prefix: Prefix(host: Address(v4: 0x0a00_0000 + UInt32($0)))) }))
        while true {
            comeUp()
            guard let message = nextMessage(), let id = open else { break }
            handle(.received(message, id))
        }
        pass(.seconds(10_000))
        comeUp()
        precondition(session.state == .established)
    }

    /// As a neighbor does that knows how.
    private mutating func comeUp() {
        for _ in 0..<4 where session.state != .established {
            pass(.seconds(300))
            serial += 1
            let id = ConnectionID(.incoming, serial)
            open = id
            handle(.accepted(id, local: Address(v4: 0x7f00_0001)))
            let greeting = Open(asn: peerASN, holdTime: 90, id: RouterID(rawValue: 7), capabilities: capabilities)
            handle(.received(Message.open(greeting).encoded(Codec()) + Message.keepalive.encoded(Codec()), id))
        }
    }

    private mutating func nextMessage() -> [UInt8]? {
        guard let kind = input.popFirst(), let wait = input.popFirst() else { return nil }
        pass(.milliseconds(Int(wait) * 100))
        guard let high = input.popFirst(), let low = input.popFirst() else { return nil }
        let body = input.prefix(Int(high) << 8 | Int(low))
        input = input.dropFirst(body.count)
        if kind == 0xff { return Array(body) }
        var message = [UInt8](repeating: 0xff, count: 16)
        message.put(UInt16(clamping: 19 + body.count))
        message.put(kind % 6)
        return message + body
    }

    private mutating func pass(_ time: Duration) {
        let end = now + time
        while let next = timers.min(by: { $0.value < $1.value }), next.value.at <= end {
            now = max(now, next.value.at)
            timers[next.key] = nil
            // Silence is not what this is about.
            if case .hold(let id) = next.key, session.state == .established {
                handle(.received(Message.keepalive.encoded(Codec()), id))
            } else {
                handle(.expired(next.key))
            }
        }
        now = end
    }

    private mutating func handle(_ event: Event) {
        var handed: [Frame] = []
        for action in session.handle(event, now: now) {
            switch action {
            case .close(let id):
                if open == id { open = nil }
                for timer in SessionTimer.of(id) { timers[timer] = nil }
            case .arm(let timer, let delay):
                armed += 1
                timers[timer] = (now + delay, armed)
            case .disarm(let timer): timers[timer] = nil
            case .send(let bytes, _): precondition(bytes.count <= Framer.extendedLength)
            case .malformed(let error, let bytes):
                _ = "\(error)"
                precondition(bytes.count <= Framer.maximumLength)
            case .update(let frame):
                precondition(handsOut)
                handed.append(frame)
            default: break
            }
        }
        precondition(session.receivedPrefixes <= Self.limit)
        for frame in handed { read(frame) }
    }

    /// As somebody does who keeps routes.
    private mutating func read(_ frame: Frame) {
        guard let codec = session.negotiated?.codec else { return }
        do {
            guard case .update(let update) = try Message.decode(frame, codec) else { return }
            held = min(Self.limit, held + update.reachable.count)
            handle(.holds(prefixes: held))
            if update.reaction != nil { handle(.faulty(update, frame.bytes)) }
        } catch { handle(.unreadable(error, frame.bytes)) }
    }
}
