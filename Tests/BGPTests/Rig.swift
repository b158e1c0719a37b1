import BGP
import Net

/// A session in virtual time: what it asks for is done at once, its timers fire when their time has come, and what it
/// sent is kept as messages.
struct Rig {
    var session: Session
    var now = Instant.zero
    private(set) var timers: [SessionTimer: Instant] = [:]
    private(set) var open: Set<ConnectionID> = []
    private(set) var dialing: Set<ConnectionID> = []
    /// What happened since the last look, in words.
    private var log: [String] = []

    static let local = Address(v4: 0x7f00_0001)
    static let asn = ASN(65000)
    static let peerASN = ASN(64500)
    static let id = RouterID(rawValue: 20)

    init(seed: UInt64 = 1, _ change: (inout Session.Configuration) -> Void = { _ in }) {
        var configuration = Session.Configuration(asn: Self.asn, id: Self.id, peerASN: Self.peerASN)
        change(&configuration)
        session = Session(configuration, seed: seed)
    }

    mutating func handle(_ event: Event) {
        switch event {
        case .connected(let id, _):
            guard dialing.remove(id) != nil else { break }
            open.insert(id)
        case .connectFailed(let id, _): dialing.remove(id)
        case .accepted(let id, _): open.insert(id)
        case .closed(let id, _): open.remove(id)
        case .expired(let timer): timers[timer] = nil
        default: break
        }
        for action in session.handle(event, now: now) { perform(action) }
    }

    private mutating func perform(_ action: Action) {
        switch action {
        case .connect(let id):
            dialing.insert(id)
            log.append("connect")
        case .send(let bytes, let id):
            let codec = session.negotiated?.codec ?? Codec()
            for line in words(decode(bytes, codec)) { log.append("\(id.direction.rawValue): \(line)") }
        case .close(let id):
            open.remove(id)
            dialing.remove(id)
            for timer in SessionTimer.of(id) { timers[timer] = nil }
            log.append("\(id.direction.rawValue): close")
        case .arm(let timer, let delay): timers[timer] = now + delay
        case .disarm(let timer): timers[timer] = nil
        case .up: log.append("up")
        case .down(let down): log.append("down: \(down)")
        case .failed(let down): log.append("failed: \(down)")
        case .announced(let announcement): log.append("announced \(announcement.prefix)")
        case .withdrawn(let prefix): log.append("withdrawn \(prefix)")
        case .refused(let refusal): log.append("refused \(refusal.announcement.prefix): \(refusal.reason)")
        case .disabled(let family, let error): log.append("disabled \(family): \(error)")
        case .warning(let warning): log.append("warning: \(warning)")
        case .updates(let batch):
            var lengths: [String] = []
            batch.forEach { message in
                lengths.append("\(message.count)")
                return true
            }
            log.append("handed out: \(batch.count) of \(lengths.joined(separator: ", ")) bytes")
        case .tellAgain(let family): log.append("tell again \(family)")
        case .refreshing(let family): log.append("refreshing \(family)")
        case .refreshed(let family): log.append("refreshed \(family)")
        case .malformed(let error, let bytes): log.append("malformed (\(bytes.count) bytes): \(error)")
        }
    }

    private func words(_ result: Result<[Message], BGPError>) -> [String] {
        guard case .success(let messages) = result else { return ["unreadable"] }
        return messages.map { message in
            switch message {
            case .notification(let notification): "NOTIFICATION \(notification)"
            case .refresh(let refresh): "ROUTE-REFRESH \(refresh)"
            default: "\(message.type)"
            }
        }
    }

    /// What happened since the last look.
    mutating func look() -> [String] {
        defer { log = [] }
        return log
    }

    /// Lets time pass, firing timers in their order.
    mutating func pass(_ time: Duration) {
        let end = now + time
        while let next = timers.min(by: { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }), next.value <= end {
            now = max(now, next.value)
            handle(.expired(next.key))
        }
        now = end
    }

    func isArmed(_ timer: SessionTimer) -> Bool { timers[timer] != nil }

    func time(to timer: SessionTimer) -> Duration? { timers[timer].map { $0 - now } }

    // MARK: The neighbor's side

    static let outgoing = ConnectionID(.outgoing, 1)
    static let incoming = ConnectionID(.incoming, 1)

    mutating func receive(_ message: Message, _ id: ConnectionID = outgoing, _ codec: Codec = Codec()) {
        handle(.received(message.encoded(codec), id))
    }

    static func peerOpen(
        asn: ASN = peerASN, holdTime: UInt16 = 90, id: UInt32 = 10, _ capabilities: [Capability]? = nil
    ) -> Message {
        let usual: [Capability] = [.multiprotocol(.ipv4Unicast), .fourByteASN(asn)]
        return .open(
            Open(asn: asn, holdTime: holdTime, id: RouterID(rawValue: id), capabilities: capabilities ?? usual))
    }

    /// Connects and sends OPEN; whatever was logged is forgotten.
    mutating func toOpenSent() {
        handle(.start)
        handle(.connected(Self.outgoing, local: Self.local))
        log = []
    }

    mutating func toOpenConfirm(_ open: Message = peerOpen()) {
        toOpenSent()
        receive(open)
        log = []
    }

    mutating func toEstablished(_ open: Message = peerOpen()) {
        toOpenConfirm(open)
        receive(.keepalive)
        log = []
    }
}

extension Announcement {
    init(_ text: String, prepend: Int = 0, med: UInt32? = nil) {
        self.init(prefix: Prefix(text) ?? Prefix(host: Address(v4: 0)))
        (self.prepend, self.med) = (prepend, med)
    }
}
