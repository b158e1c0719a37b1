import BGP
import Net

/// Two of our own sessions with a wire between them, whose order of delivery a seed decides.
struct Pair {
    /// How often each end came up.
    private(set) var ups = [0, 0]

    private var ends: [Session]
    private var random: SeededRandom
    private(set) var now = Instant.zero
    private var timers: [[SessionTimer: Instant]] = [[:], [:]]
    /// A connection by the name that each end gives it.
    private var links: [[ConnectionID: ConnectionID]] = [[:], [:]]
    /// In order per end and connection, as TCP has it.
    private var wire: [(to: Int, event: Event, link: ConnectionID)] = []
    private var lastSerial: UInt64 = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        ends = [(UInt32(65000), UInt32(20)), (64500, 10)].map { (asn: UInt32, id: UInt32) in
            var configuration = Session.Configuration(
                asn: ASN(asn), id: RouterID(rawValue: id), peerASN: ASN(asn == 65000 ? 64500 : 65000))
            configuration.connectRetry = .seconds(5)
            return Session(configuration, seed: seed ^ UInt64(id))
        }
    }

    var isUp: Bool {
        ends.allSatisfy { $0.state == .established } && ends[0].negotiated?.peerID.rawValue == 10
            && ends[1].negotiated?.peerID.rawValue == 20
    }

    /// Until both are up and nothing is on the wire, or for 10 minutes.
    mutating func run() {
        for end in 0...1 { handle(end, .start) }
        while now < .zero + .seconds(600), !(isUp && wire.isEmpty) {
            if wire.isEmpty { fire() } else { deliver() }
        }
    }

    private mutating func deliver() {
        let choice = wire[Int.random(in: 0..<wire.count, using: &random)]
        guard let first = wire.firstIndex(where: { $0.to == choice.to && $0.link == choice.link }) else { return }
        let next = wire.remove(at: first)
        handle(next.to, next.event)
    }

    private mutating func fire() {
        let due = (0...1).flatMap { end in timers[end].map { (end: end, timer: $0.key, at: $0.value) } }
        guard let next = due.min(by: { ($0.at, $0.end, "\($0.timer)") < ($1.at, $1.end, "\($1.timer)") }) else {
            return
        }
        now = max(now, next.at)
        timers[next.end][next.timer] = nil
        handle(next.end, .expired(next.timer))
    }

    private mutating func handle(_ end: Int, _ event: Event) {
        for action in ends[end].handle(event, now: now) { perform(end, action) }
    }

    private mutating func perform(_ end: Int, _ action: Action) {
        switch action {
        case .connect(let id): connect(end, id)
        case .send(let bytes, let id):
            if let far = links[end][id] { wire.append((1 - end, .received(bytes, far), far)) }
        case .close(let id):
            if let far = links[end][id] { wire.append((1 - end, .closed(far, reason: "closed"), far)) }
            for timer in SessionTimer.of(id) { timers[end][timer] = nil }
        case .arm(let timer, let delay): timers[end][timer] = now + delay
        case .disarm(let timer): timers[end][timer] = nil
        case .up: ups[end] += 1
        default: break
        }
    }

    private mutating func connect(_ end: Int, _ id: ConnectionID) {
        lastSerial += 1
        let far = ConnectionID(.incoming, lastSerial)
        (links[end][id], links[1 - end][far]) = (far, id)
        wire.append((1 - end, .accepted(far, local: Rig.local), far))
        wire.append((end, .connected(id, local: Rig.local), id))
    }
}
