import BGP
import Glibc
import Net
import Peers
import RIB
import Router
import Speaker
import Testing

/// Very many neighbors, and those that don't behave.
@Suite("A router under load and attack", .serialized)
struct HardnessTests {
    private static let first: UInt32 = 4_200_000_000

    private func connect(_ count: UInt32, _ port: UInt16, to crowd: Crowd, readsTable: Bool = true) async throws
        -> [Int]
    {
        var numbers: [Int] = []
        for index in 0..<count {
            let address = Address(v4: 0x7f01_0001 + index)
            numbers.append(
                try await crowd.connect(
                    address, asn: Self.first + index, port: port, readsTable: readsTable && index < 3))
        }
        return numbers
    }

    @Test(
        "a thousand neighbors at once: all hear the same, from one table",
        .enabled(if: mayOpen(4000), "needs 4000 open files: ulimit -n"))
    func thousand() async throws {
        let count: UInt32 = 1000
        let rig = try await Rig(port: 18561, (0..<count).map { .crowd($0, asn: Self.first + $0) })
        let crowd = try Crowd()
        let numbers = try await connect(count, 18561, to: crowd)
        try await eventually("all are up") {
            await rig.router.neighbors.allSatisfy { $0.session.state == .established }
        }
        for set in 0..<20 {
            let prefixes = (0..<5).map { many(set * 5 + $0) }
            await crowd.send(announcement(prefixes, path: [Self.first], tag: UInt32(set + 1)), numbers[0])
        }
        try await eventually("all have heard all") {
            await crowd.allHeard.dropFirst().allSatisfy { $0.updates >= 20 + 2 }
        }
        let heard = await crowd.allHeard
        #expect(heard[1].table.count == 100 && heard[1].table == heard[2].table)
        #expect(heard[0].table.isEmpty, "nobody hears his own routes")
        let size = await rig.router.withRIB { $0.size }
        #expect(size.routes == 100 && size.attributeSets == 20 && size.groups == 1, "\(size)")
        #expect(size.bytes.groups < 100_000, "what a thousand are told is kept once")

        await crowd.send(withdrawal((0..<100).map(many)), numbers[0])
        try await eventually("all is withdrawn") {
            let now = await crowd.allHeard
            return now[1].table.isEmpty && zip(now, heard).dropFirst().allSatisfy { $0.updates > $1.updates }
        }
        await crowd.closeAll()
        try await eventually("all are gone") {
            await rig.router.neighbors.allSatisfy { $0.session.state != .established }
        }
        await rig.stop()
    }

    @Test("a neighbor that reads nothing holds nobody back, keeps little waiting, and is ended (RFC 9687)")
    func slowReader() async throws {
        let slow = Router.Neighbor.crowd(1, asn: 64502) {
            ($0.session.sendHoldTime, $0.session.holdTime) = (.seconds(2), .seconds(90))
        }
        let rig = try await Rig(port: 18562, [.crowd(0, asn: 64501), slow, .crowd(2, asn: 64503)])
        let crowd = try Crowd()
        let source = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: 18562)
        let deaf = try await crowd.connect(slow.address, asn: 64502, port: 18562, greets: false)
        var open = Open(
            asn: ASN(64502), holdTime: 90, id: RouterID(rawValue: 9), capabilities: [.fourByteASN(ASN(64502))])
        open.capabilities.append(.multiprotocol(.ipv4Unicast))
        await crowd.send(Message.open(open).encoded(Codec()) + Message.keepalive.encoded(Codec()), deaf)
        let quick = try await crowd.connect(Address(v4: 0x7f01_0003), asn: 64503, port: 18562, readsTable: true)
        for name in ["crowd-0", "crowd-1", "crowd-2"] {
            try await eventually("\(name) is up") { try await rig.isUp(name) }
        }
        await crowd.setReading(false, deaf)
        var (most, round) = (0, UInt32(0))
        while try await rig.isUp("crowd-1"), round < 2000 {
            round += 1
            for part in 0..<20 {
                let prefixes = (part * 10..<part * 10 + 10).map(many)
                await crowd.send(
                    announcement(prefixes, path: [64501], tag: round * 20 + UInt32(part)) {
                        $0.communities = (0..<200).map { Community(64501, $0) }
                    }, source)
            }
            try await eventually("the quick one has round \(round)") {
                await crowd.heard(quick).table[many(199)] == round * 20 + 19
            }
            most = max(most, try await rig.neighbor("crowd-1").session.pendingBytes)
        }
        #expect(most > 0 && most < 600_000, "\(most) bytes waited")
        #expect(try await rig.neighbor("crowd-1").session.lastError?.hasPrefix("send hold timer expired") == true)
        #expect(rig.record.all.filter { $0.contains("down(\"crowd-2\"") }.isEmpty)
        await crowd.closeAll()
        await rig.stop()
    }

    @Test("100,000 mangled messages of two neighbors disturb no other, and leave nothing behind")
    func mutations() async throws {
        let rig = try await Rig(
            port: 18563,
            [
                .crowd(0, asn: 64501), .crowd(1, asn: 64502), .crowd(2, asn: 64503),
                .crowd(3, asn: 64503) { $0.session.disablesFamilies = true },
            ])
        let crowd = try Crowd()
        let source = try await crowd.connect(Address(v4: 0x7f01_0001), asn: 64501, port: 18563)
        let listener = try await crowd.connect(Address(v4: 0x7f01_0002), asn: 64502, port: 18563, readsTable: true)
        await crowd.send(announcement([many(0)], path: [64501], tag: 7), source)
        try await eventually("relayed") { await crowd.heard(listener).table == [many(0): 7] }

        var random = SeededRandom(seed: 20)
        for name in ["crowd-2", "crowd-3"] {
            try await attack(rig, crowd, name, &random)
            let counters = try await rig.neighbor(name).session.counters
            #expect(counters.malformed > 2000 && counters.ups > 100, "\(counters)")
        }
        try await eventually("their routes go with them") {
            await rig.router.withRIB { rib in rib.size.routes == 1 && rib.size.attributeSets <= 4 }
        }
        await crowd.send(announcement([many(0)], path: [64501], tag: 8), source)
        try await eventually("the others go on") { await crowd.heard(listener).table == [many(0): 8] }
        let downs = rig.record.all.filter { $0.contains("down(\"crowd-0") || $0.contains("down(\"crowd-1") }
        #expect(downs.isEmpty, "\(downs)")
        await crowd.closeAll()
        await rig.stop()
    }

    /// Half of the messages, in as many sessions as it takes: many of them reset it.
    private func attack(_ rig: Rig, _ crowd: Crowd, _ name: String, _ random: inout SeededRandom) async throws {
        let address = try await rig.neighbor(name).session.address
        while try await rig.neighbor(name).session.counters.received.total < Self.mutations / 2 {
            // Who makes errors has to wait longer and longer, but for an operator who starts it again.
            await rig.router.stop(name, reason: "")
            await rig.router.start(name)
            let hostile = try await crowd.connect(address, asn: 64503, port: 18563)
            while await !crowd.heard(hostile).isClosed {
                // Few at a time: what comes in one piece with a message that resets the session isn't looked at.
                await crowd.send((0..<12).flatMap { _ in Self.mangled(&random) }, hostile)
                await rig.router.withRIB { _ in }
            }
        }
    }

    private static let mutations = 100_000

    private static let valid: [[UInt8]] = {
        var six = Update()
        six.attributes.origin = .igp
        six.attributes.asPath = ASPath(sequence: [ASN(64503), ASN(64510)])
        six.reach = Reach(
            family: .ipv6, nextHops: [Address(v6: 0x2001_0db8 << 96 | 7)], prefixes: [prefix("2001:db8:1::/48")])
        return [
            announcement((100..<104).map(many), path: [64503, 64510], tag: 5) {
                $0.communities = [Community(64503, 1), .noExport]
                $0.largeCommunities = [LargeCommunity(64503, 1, 2)]
            },
            announcement([many(200)], path: [64503]), withdrawal([many(100), many(200)]),
            Message.update(six).encoded(Codec()), Message.keepalive.encoded(Codec()),
            Message.refresh(RouteRefresh(.request, .ipv4Unicast)).encoded(Codec()),
        ]
    }()

    /// A valid message with some bytes changed, cut or doubled, mostly with its length kept right: what goes on behind the
    /// header is what is to be met.
    private static func mangled(_ random: inout SeededRandom) -> [UInt8] {
        var message = valid[Int.random(in: 0..<valid.count, using: &random)]
        for _ in 0..<Int.random(in: 0...2, using: &random) where message.count > 19 {
            // Behind the lengths of the parts of an UPDATE, mostly: those reset the session.
            let isAnywhere = message.count < 24 || Int.random(in: 0..<50, using: &random) == 0
            let place = Int.random(in: (isAnywhere ? 19 : 23)..<message.count, using: &random)
            switch Int.random(in: 0..<60, using: &random) {
            case 0: message.remove(at: place)
            case 1: message.insert(UInt8.random(in: 0...255, using: &random), at: place)
            case 2..<20: message[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            default: message[place] = UInt8.random(in: 0...255, using: &random)
            }
        }
        message[16] = UInt8(message.count >> 8)
        message[17] = UInt8(message.count & 0xff)
        if Int.random(in: 0..<500, using: &random) == 0 { message[Int.random(in: 0..<19, using: &random)] ^= 0x41 }
        return message
    }
}

/// Whether so many files can be open, with the soft limit raised as far as it goes.
func mayOpen(_ count: UInt) -> Bool {
    var limit = rlimit()
    guard getrlimit(RLIMIT_NOFILE, &limit) == 0 else { return false }
    limit.rlim_cur = limit.rlim_max
    return setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max >= count
}
