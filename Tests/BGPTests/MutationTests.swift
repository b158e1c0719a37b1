import BGP
import Net
import Testing

/// A neighbor that is up and sends what is nearly right: valid messages with bytes changed, cut out, doubled or swapped.
@Suite("Session, a neighbor that sends mutations")
struct MutationTests {
    private static let limit = 200

    private static let capabilities: [Capability] = [
        .multiprotocol(.ipv4Unicast), .multiprotocol(.ipv6Unicast), .routeRefresh, .enhancedRouteRefresh,
        .extendedMessage, .extendedNextHop([.ipv4OverIPv6]), .fourByteASN(Rig.peerASN),
    ]

    private static let messages = Vector.all.map(\.bytes).filter { (20..<400).contains($0.count) }

    @Test(
        "never breaks it, makes it hold more than its limit, or keeps it down once it behaves",
        arguments: 0..<16 as Range<UInt64>)
    func mutations(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var rig = Rig(seed: seed) {
            ($0.families, $0.ipv4OverIPv6, $0.passive) = ([.ipv4, .ipv6], true, true)
            ($0.maxPrefixes, $0.disablesFamilies) = (Self.limit, seed % 2 == 0)
            $0.role = seed % 3 == 0 ? .peer : nil
        }
        rig.handle(.start)
        rig.handle(.export((0..<20).map { Announcement("10.0.\($0).0/24") }))
        var serial: UInt64 = 0
        for step in 0..<150 {
            let id = connection(&rig, &serial)
            rig.handle(.received(mutated(&random), id))
            rig.pass(.milliseconds(Int.random(in: 0..<500, using: &random)))
            #expect(rig.session.receivedPrefixes <= Self.limit, "seed \(seed), step \(step)")
            #expect(!rig.look().contains("unreadable"), "seed \(seed), step \(step): we sent what can't be read")
        }
        _ = connection(&rig, &serial)
        #expect(rig.session.state == .established, "seed \(seed)")
    }

    /// The one that is up; if none is, the neighbor waits and connects again, as one does that was mended.
    private func connection(_ rig: inout Rig, _ serial: inout UInt64) -> ConnectionID {
        for _ in 0..<5 where rig.session.state != .established {
            rig.pass(.seconds(130))
            serial += 1
            let id = ConnectionID(.incoming, serial)
            rig.handle(.accepted(id, local: Rig.local))
            rig.receive(Rig.peerOpen(Self.capabilities), id)
            rig.receive(.keepalive, id)
        }
        return ConnectionID(.incoming, serial)
    }

    private func mutated(_ random: inout SeededRandom) -> [UInt8] {
        var bytes = Self.messages.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...3, using: &random) where bytes.count > 20 {
            let place = Int.random(in: 19..<bytes.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(bytes[place], at: place)
            default: bytes.swapAt(place, Int.random(in: 19..<bytes.count, using: &random))
            }
        }
        // As a rule the length is true, so that what is inside is looked at.
        if Int.random(in: 0..<20, using: &random) > 0 { bytes.patch(UInt16(bytes.count), at: 16) }
        return bytes
    }
}
