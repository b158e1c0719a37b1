import BGP
import Net

/// Any sequence of events: each begins with a byte that says which. A neighbor's bytes come from the input too. Whatever
/// happens, nothing traps, and there are never two connections where there may be one.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
    var script = Script(bytes: [UInt8](UnsafeBufferPointer(start: data, count: count)))
    while script.step() {}
    return 0
}

private struct Script {
    private var bytes: ArraySlice<UInt8>
    private var session: Session
    private var now = Instant.zero
    private var open: [ConnectionID] = []
    private var dialing: [ConnectionID] = []
    private var timers: [SessionTimer] = []
    private var serial: UInt64 = 0
    private let local = Address(v4: 0x7f00_0001)

    init(bytes: [UInt8]) {
        self.bytes = bytes[...]
        var configuration = Session.Configuration(
            asn: ASN(65000), id: RouterID(rawValue: 20), peerASN: ASN(bytes.first == 1 ? 65000 : 64500))
        configuration.families = [.ipv4, .ipv6]
        configuration.maxPrefixes = 8
        session = Session(configuration, seed: 1)
        self.bytes = self.bytes.dropFirst()
    }

    mutating func step() -> Bool {
        guard let code = bytes.popFirst(), let event = event(code) else { return false }
        now = now + .seconds(1)
        for action in session.handle(event, now: now) { perform(action) }
        precondition(session.state != .established || open.count == 1 && dialing.isEmpty)
        precondition(session.state != .idle || open.isEmpty && dialing.isEmpty)
        precondition(open.count <= 2 && dialing.count <= 1 && session.receivedPrefixes <= 8)
        return true
    }

    private mutating func event(_ code: UInt8) -> Event? {
        let id = (code & 0x10 == 0 ? open.first : open.last) ?? ConnectionID(.incoming, 0)
        switch code & 0xf {
        case 0: return .start
        case 1: return .stop("fuzz")
        case 2: return dialing.popLast().map { connected($0) } ?? .start
        case 3: return dialing.popLast().map { .connectFailed($0, reason: "fuzz") } ?? .start
        case 4: return accepted()
        case 5: return closed(id)
        case 6: return .blocked(id)
        case 7: return .drained(id)
        case 8: return .expired(timers.isEmpty ? .idleHold : timers.remove(at: Int(code >> 4) % timers.count))
        case 9: return .export([Announcement(prefix: Prefix(host: Address(v4: UInt32(code))))])
        case 10: return .refresh(code & 0x10 == 0 ? .ipv4 : .ipv6)
        default: return received(id)
        }
    }

    private mutating func connected(_ id: ConnectionID) -> Event {
        open.append(id)
        return .connected(id, local: local)
    }

    private mutating func accepted() -> Event {
        serial += 1
        open.append(ConnectionID(.incoming, serial))
        return .accepted(ConnectionID(.incoming, serial), local: local)
    }

    private mutating func closed(_ id: ConnectionID) -> Event {
        open.removeAll { $0 == id }
        return .closed(id, reason: "fuzz")
    }

    private mutating func received(_ id: ConnectionID) -> Event? {
        guard let length = bytes.popFirst() else { return nil }
        defer { bytes = bytes.dropFirst(Int(length)) }
        return .received(Array(bytes.prefix(Int(length))), id)
    }

    private mutating func perform(_ action: Action) {
        switch action {
        case .connect(let id): dialing.append(id)
        case .close(let id):
            open.removeAll { $0 == id }
            dialing.removeAll { $0 == id }
            timers.removeAll { SessionTimer.of(id).contains($0) }
        case .arm(let timer, _): if !timers.contains(timer) { timers.append(timer) }
        case .disarm(let timer): timers.removeAll { $0 == timer }
        case .send(let bytes, _): precondition(bytes.count <= (session.negotiated?.codec ?? Codec()).maximumLength)
        default: break
        }
    }
}
