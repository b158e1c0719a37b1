import BGP
import Glibc
import Loop
import Net
import Peers
import Speaker
import Testing

/// A neighbor that does not behave, beside one that does.
@Suite("The speaker under attack")
struct HostileTests {
    private static let attacker = Address(v4: 0x7f00_0042)

    private func neighbors(asn: UInt32 = 64501) -> [Speaker.Neighbor] {
        var hostile = Speaker.Neighbor(name: "hostile", address: Self.attacker, asn: ASN(asn))
        hostile.passive = true
        hostile.localAddress = Address(v4: 0x7f00_0002)
        hostile.sendHoldTime = .seconds(1)
        return [hostile]
    }

    @Test(
        "garbage, truncation and floods of one neighbor don't disturb another's session",
        .enabled(if: lack == nil, "\(lack ?? "")"))
    func bystander() async throws {
        let bird = try await BIRD(in: try await Sandbox(fresh: false), configuration: birdConfiguration(port: 18101))
        let rig = try await Rig(listenPort: 18102, neighbors() + [.bird(port: 18101)])
        try await eventually("BIRD is up") { try await rig.isUp("bird") }
        // Other tests run in this process too: what stays grows in every round.
        var growth: [Int] = []
        while growth.count < 5, growth.last ?? .max >= 10_000_000 {
            let memory = residentBytes()
            for seed in 0..<200 as Range<UInt64> {
                let peer = try await RawPeer(from: Self.attacker, to: 18102)
                await peer.send(attack(seed))
                peer.close()
            }
            growth.append(residentBytes() - memory)
        }
        // Most of them were refused: whoever makes errors has to wait longer and longer.
        let malformed = try await rig.status("hostile").counters.malformed
        #expect(malformed > 0)
        #expect(rig.record.all.contains { $0.hasPrefix("malformed") })
        #expect(growth.last ?? .max < 10_000_000, "\(growth)")
        await rig.speaker.announce([Announcement("203.0.113.0/24")], to: "bird")
        try await eventually("BIRD has the route") { try await bird.route(to: "203.0.113.0/24") != nil }
        #expect(rig.record.all.filter { $0 == "up(\"bird\")" }.count == 1, "it never went down")
        await rig.stop()
        await bird.stop()
    }

    @Test("strangers are refused with Cease/Connection Rejected, and counted")
    func strangers() async throws {
        let rig = try await Rig(listenPort: 18112, neighbors())
        let peer = try await RawPeer(from: Address(v4: 0x7f00_0043), to: 18112)
        let answer = await peer.receiveAll()
        #expect(answer == Message.notification(.cease(.connectionRejected)).encoded(Codec()))
        #expect(await rig.speaker.refusedConnections == 1)
        await rig.stop()
    }

    @Test("a neighbor that reads nothing is dropped by the send hold timer, and what waits for it stays small")
    func readsNothing() async throws {
        let rig = try await Rig(listenPort: 18122, neighbors())
        let peer = try await RawPeer(from: Self.attacker, to: 18122)
        let open = Open(
            asn: ASN(64501), holdTime: 0, id: RouterID(rawValue: 7),
            capabilities: [.multiprotocol(.ipv4Unicast), .fourByteASN(ASN(64501))])
        var long = open
        long.holdTime = 60
        await peer.send(Message.open(long).encoded(Codec()) + Message.keepalive.encoded(Codec()))
        try await eventually("up") { try await rig.isUp("hostile") }
        var most = 0
        for round in 0..<400 as Range<UInt32> where try await rig.isUp("hostile") {
            await rig.speaker.announce(table(med: round), to: "hostile")
            most = max(most, try await rig.status("hostile").pendingBytes)
        }
        #expect(most > 0 && most < 200_000, "\(most) bytes waited: more than one table")
        try await eventually("the send hold timer ends it") { try await !rig.isUp("hostile") }
        #expect(try await rig.status("hostile").lastError?.hasPrefix("send hold timer expired") == true)
        peer.close()
        await rig.stop()
    }

    @Test("a port in use is an error that names it")
    func portInUse() async throws {
        let rig = try await Rig(listenPort: 18132, neighbors())
        await #expect(throws: SystemError("bind", "127.0.0.2:18132", code: EADDRINUSE)) {
            _ = try await Rig(listenPort: 18132, neighbors())
        }
        await rig.stop()
    }

    /// Two thousand prefixes, each with a path of its own length: about 110 kB of UPDATEs.
    private func table(med: UInt32) -> [Announcement] {
        (0..<2000).map { Announcement("10.\($0 / 250).\($0 % 250).0/24", prepend: $0 % 20, med: med + UInt32($0 / 20)) }
    }

    private func attack(_ seed: UInt64) -> [UInt8] {
        var random = SeededRandom(seed: seed)
        let open = Message.open(
            Open(asn: ASN(64501), holdTime: 90, id: RouterID(rawValue: 7), capabilities: [.fourByteASN(ASN(64501))]))
        let greeting = open.encoded(Codec()) + Message.keepalive.encoded(Codec())
        let noise = (0..<Int.random(in: 1...5000, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random)
        }
        switch seed % 5 {
        case 0: return noise
        case 1: return Array(greeting.prefix(Int(seed) % greeting.count))
        case 2: return greeting + noise
        case 3: return greeting + (0..<2000).flatMap { _ in Message.keepalive.encoded(Codec()) }
        default: return greeting + (0..<500).flatMap { _ in malformedUpdate }
        }
    }

    private var malformedUpdate: [UInt8] {
        var update = Update()
        update.announced = [Announcement("192.0.2.0/24").prefix]
        return Message.update(update).encoded(Codec())
    }
}

/// Bytes of this process in memory.
func residentBytes() -> Int {
    let fields = (readFile("/proc/self/statm") ?? "").split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * 4096
}
