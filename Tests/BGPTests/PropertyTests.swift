import BGP
import Net
import Testing

/// Random events, sensible and not, and what must hold after each.
@Suite("Session, whatever happens")
struct PropertyTests {
    @Test("no sequence of events breaks it", arguments: 0..<100 as Range<UInt64>)
    func anything(seed: UInt64) {
        var chaos = Chaos(seed: seed)
        for step in 0..<400 {
            chaos.step()
            for broken in chaos.brokenRules { Issue.record("seed \(seed), step \(step): \(broken)") }
        }
    }

    @Test("the same seed and events give the same actions")
    func deterministic() {
        var (a, b) = (Chaos(seed: 7), Chaos(seed: 7))
        for _ in 0..<400 {
            a.step()
            b.step()
            #expect(a.rig.look() == b.rig.look())
        }
    }

    @Test("left alone after any of it, with a neighbor that answers, it comes up", arguments: 0..<40 as Range<UInt64>)
    func recovers(seed: UInt64) {
        var chaos = Chaos(seed: seed)
        for _ in 0..<200 { chaos.step() }
        chaos.settle()
        let state = chaos.rig.session.state
        #expect(state == .established, "seed \(seed)")
    }
}

struct Chaos {
    var rig: Rig
    private var random: SeededRandom
    private var serial: UInt64 = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        let isPassive = seed % 5 == 0
        rig = Rig(seed: seed) { $0.passive = isPassive }
        rig.handle(.start)
    }

    mutating func step() {
        switch Int.random(in: 0..<20, using: &random) {
        case 0: rig.handle(.start)
        case 1: if Int.random(in: 0..<8, using: &random) == 0 { rig.handle(.stop("test")) }
        case 2, 3: if let id = pick(rig.dialing) { rig.handle(.connected(id, local: Rig.local)) }
        case 4: if let id = pick(rig.dialing) { rig.handle(.connectFailed(id, reason: "test")) }
        case 5, 6:
            serial += 1
            rig.handle(.accepted(ConnectionID(.incoming, serial), local: Rig.local))
        case 7: if let id = pick(rig.open) { rig.handle(.closed(id, reason: "test")) }
        case 8: if let id = pick(rig.open) { rig.handle(Bool.random(using: &random) ? .blocked(id) : .drained(id)) }
        case 9: rig.pass(.seconds(Int.random(in: 0..<200, using: &random)))
        case 10:
            rig.handle(.export((0..<Int.random(in: 0..<3, using: &random)).map { Announcement("10.0.\($0).0/24") }))
        case 11: rig.handle(.received([UInt8](repeating: 0xff, count: 7), ConnectionID(.outgoing, 9999)))
        case 12:
            rig.handle(
                .expired(
                    [.connectRetry, .idleHold, .hold(Rig.outgoing), .keepalive(Rig.outgoing)].randomElement(
                        using: &random) ?? .idleHold))
        default: if let id = pick(rig.open) { rig.handle(.received(bytes(), id)) }
        }
    }

    /// A neighbor that does what it should, for ten minutes.
    mutating func settle() {
        rig.handle(.start)
        for _ in 0..<1200 where rig.session.state != .established || rig.now < .zero {
            for id in rig.dialing.sorted(by: { $0.serial < $1.serial }) { rig.handle(.connected(id, local: Rig.local)) }
            if rig.session.state == .active {
                serial += 1
                rig.handle(.accepted(ConnectionID(.incoming, serial), local: Rig.local))
            }
            for id in rig.open.sorted(by: { ($0.direction.rawValue, $0.serial) < ($1.direction.rawValue, $1.serial) }) {
                rig.receive(Rig.peerOpen(), id)
                rig.receive(.keepalive, id)
            }
            rig.pass(.seconds(1))
        }
    }

    private mutating func bytes() -> [UInt8] {
        let messages: [Message] = [
            Rig.peerOpen(), Rig.peerOpen(id: 30), .keepalive, .keepalive, .update(Update()),
            .notification(.shutdown("x")),
            Rig.peerOpen(asn: ASN(1)), Rig.peerOpen(holdTime: 0),
            .refresh(RouteRefresh(.request, .ipv4Unicast)), .refresh(RouteRefresh(.begin, .ipv4Unicast)),
        ]
        let message = messages.randomElement(using: &random) ?? .keepalive
        var bytes = message.encoded(Codec())
        if Int.random(in: 0..<10, using: &random) == 0 {
            bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        return bytes
    }

    private mutating func pick(_ ids: Set<ConnectionID>) -> ConnectionID? {
        ids.sorted { ($0.direction.rawValue, $0.serial) < ($1.direction.rawValue, $1.serial) }.randomElement(
            using: &random)
    }

    /// What must hold between two events.
    var brokenRules: [String] {
        var broken: [String] = []
        func rule(_ name: String, _ holds: Bool) { if !holds { broken.append(name) } }
        let state = rig.session.state
        let passive = rig.session.configuration.passive
        let outgoing = rig.open.filter { $0.direction == .outgoing }
        rule("at most one connection of each direction", outgoing.count <= 1 && rig.open.count - outgoing.count <= 1)
        rule(
            "Established has one connection and no attempt",
            state != .established || rig.open.count == 1 && rig.dialing.isEmpty)
        rule("Idle has none", state != .idle || rig.open.isEmpty && rig.dialing.isEmpty)
        rule(
            "Connect has an attempt, with a retry timer",
            state != .connect || rig.dialing.count == 1 && rig.isArmed(.connectRetry))
        rule(
            "Active waits for the retry timer, unless passive",
            state != .active || passive != rig.isArmed(.connectRetry))
        rule(
            "OpenSent and OpenConfirm have a connection",
            ![.openSent, .openConfirm].contains(state) || !rig.open.isEmpty)
        rule("the idle hold timer runs in Idle only", state == .idle || !rig.isArmed(.idleHold))
        rule("nothing is told but in Established", state == .established || rig.session.advertised.isEmpty)
        for id in rig.open {
            let agreed = rig.session.negotiated?.holdTime ?? .seconds(1)
            let isSilent = agreed == .zero || state == .openConfirm
            rule("\(id) has a hold timer", isSilent || rig.isArmed(.hold(id)))
        }
        for timer in rig.timers.keys {
            switch timer {
            case .hold(let id), .keepalive(let id), .sendHold(let id), .refresh(let id):
                rule("\(timer) has a connection", rig.open.contains(id))
            case .connectRetry, .idleHold: break
            }
        }
        return broken
    }
}
