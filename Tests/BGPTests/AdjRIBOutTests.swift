import BGP
import Net
import Peers
import Testing

@Suite("What a neighbor is told")
struct AdjRIBOutTests {
    private func context(_ codec: Codec = Codec()) -> ExportContext {
        ExportContext(
            asn: ASN(65000), codec: codec, families: [.ipv4, .ipv6],
            nextHops: [Address(v4: 0xc000_020a), Address(v6: 0x2001_0db8 << 96 | 10)])
    }

    private func only(_ announcement: Announcement, _ context: ExportContext) throws -> Update {
        var rib = AdjRIBOut(context)
        let changes = rib.change(to: [announcement])
        #expect(changes.updates.count == 1 && changes.refused.isEmpty)
        return try #require(changes.updates.first)
    }

    @Test("an IPv4 prefix goes with NEXT_HOP, path, MED and communities")
    func ipv4() throws {
        var announcement = Announcement("203.0.113.0/24")
        announcement.prepend = 2
        announcement.med = 50
        announcement.communities = [.gracefulShutdown]
        announcement.largeCommunities = [LargeCommunity(65000, 1, 2)]
        let update = try only(announcement, context())
        #expect(update.announced == [announcement.prefix] && update.reach == nil)
        #expect(update.attributes.nextHop == Address("192.0.2.10"))
        #expect("\(try #require(update.attributes.asPath))" == "65000 65000 65000")
        #expect(update.attributes.med == 50 && update.attributes.communities == [.gracefulShutdown])
        #expect(update.attributes.localPref == nil)
    }

    @Test("the UPDATE in the README is what we send")
    func readme() throws {
        let page = try Repository.text("Sources/BGP/README.md")
        let example = try #require(page.firstBlock(after: "## One UPDATE"))
        let bytes = example.split(separator: "\n").flatMap { line in
            line.split(separator: " ").prefix { $0.count == 2 && UInt8($0, radix: 16) != nil }.map { String($0) }
        }
        var announcement = Announcement("203.0.113.0/24", prepend: 1, med: 50)
        announcement.communities = [Community(65000, 7)]
        #expect(hex(Message.update(try only(announcement, context())).encoded(Codec())) == bytes.joined())
    }

    @Test("an IPv6 prefix goes in MP_REACH_NLRI with a global next hop alone, and is withdrawn in MP_UNREACH_NLRI")
    func ipv6() throws {
        let announcement = Announcement("2001:db8:113::/48")
        var rib = AdjRIBOut(context())
        let update = try #require(rib.change(to: [announcement]).updates.first)
        #expect(update.reach?.nextHops == [Address("2001:db8::a")].compactMap(\.self))
        #expect(update.announced.isEmpty && update.attributes.nextHop == nil)
        let withdrawal = try #require(rib.change(to: []).updates.first)
        #expect(withdrawal.unreach == Unreach(family: .ipv6, prefixes: [announcement.prefix]))
        #expect(withdrawal.attributes == PathAttributes())
    }

    @Test("a neighbor of our own AS gets LOCAL_PREF and an empty path")
    func inside() throws {
        var announcement = Announcement("203.0.113.0/24")
        announcement.prepend = 3
        let update = try only(announcement, context(Codec(isInternal: true)))
        #expect(update.attributes.localPref == 100 && update.attributes.asPath == ASPath())
        announcement.localPref = 0
        #expect(try only(announcement, context(Codec(isInternal: true))).attributes.localPref == 0)
        #expect(try only(announcement, context()).attributes.localPref == nil)
    }

    @Test("an old neighbor gets AS_TRANS and the truth in AS4_PATH")
    func old() throws {
        var context = context(Codec(fourByteASN: false))
        context.asn = ASN(4_200_000_001)
        var announcement = Announcement("203.0.113.0/24")
        announcement.prepend = 1
        let bytes = Message.update(try only(announcement, context)).encoded(context.codec)
        #expect(hex(bytes).contains("40020602025ba05ba0"), "AS_PATH 23456 23456")
        #expect(hex(bytes).contains("c0110a0202fa56ea01fa56ea01"), "AS4_PATH 4200000001 4200000001")
        #expect(try decode(bytes, context.codec).get() == [.update(try only(announcement, context))])
    }

    @Test(
        "thousands of prefixes go in few messages, none longer than 4096 bytes, and none is lost",
        arguments: Family.allCases)
    func packing(family: Family) throws {
        let table = (0..<2000).compactMap { number -> Announcement? in
            let bits = UInt128(number + 1) << (family == .ipv4 ? 104 : 80)
            return Prefix(Address(family: family, bits: bits), length: family == .ipv4 ? 24 : 48).map(Announcement.init)
        }
        var rib = AdjRIBOut(context())
        for updates in [rib.change(to: table).updates, rib.change(to: []).updates] {
            let messages = updates.map { Message.update($0).encoded(Codec()) }
            #expect(messages.allSatisfy { $0.count <= 4096 } && messages.count < 6)
            #expect(messages.dropLast().allSatisfy { $0.count > 4080 })
            #expect(try decode(messages.flatMap(\.self), Codec()).get() == updates.map { .update($0) })
            #expect(Set(updates.flatMap { $0.reachable + $0.unreachable }).count == 2000)
        }
    }

    @Test("what doesn't fit a message is refused, and withdrawn if it stood")
    func tooLong() {
        var announcement = Announcement("203.0.113.0/24")
        var rib = AdjRIBOut(context())
        _ = rib.change(to: [announcement])
        announcement.communities = (0..<1100).map { Community(rawValue: $0) }
        let changes = rib.change(to: [announcement])
        #expect(changes.refused.map(\.reason) == ["its attributes don't fit one message"])
        #expect(changes.withdrawn == [announcement.prefix] && changes.announced.isEmpty)
        announcement.communities = []
        announcement.prepend = 201
        #expect(
            rib.change(to: [announcement]).refused.map(\.reason) == ["prepended 201 times, at most 200 are possible"])
        announcement.prepend = -1
        #expect(rib.change(to: [announcement]).refused.count == 1)
    }

    @Test("a prefix that stands twice is told once, as the last one says")
    func twice() {
        var second = Announcement("203.0.113.0/24")
        second.med = 7
        var rib = AdjRIBOut(context())
        #expect(rib.change(to: [Announcement("203.0.113.0/24"), second]).announced == [second])
    }

    @Test("any table after any other leads there, seen from the neighbor", arguments: 0..<30 as Range<UInt64>)
    func property(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var rib = AdjRIBOut(context())
        var seen: [Prefix: PathAttributes] = [:]
        for _ in 0..<20 {
            let table = (0..<Int.random(in: 0..<30, using: &random)).map { _ in announcement(&random) }
            for update in rib.change(to: table).updates {
                let bytes = Message.update(update).encoded(Codec())
                guard case .update(let read) = try #require(try decode(bytes, Codec()).get().first) else { continue }
                for prefix in read.unreachable { #expect(seen.removeValue(forKey: prefix) != nil, "seed \(seed)") }
                for prefix in read.reachable { seen[prefix] = read.attributes }
            }
            let wanted = Dictionary(table.map { ($0.prefix, $0) }) { $1 }
            #expect(Set(seen.keys) == Set(wanted.keys), "seed \(seed)")
            #expect(seen.allSatisfy { $0.value.med == wanted[$0.key]?.med }, "seed \(seed)")
            #expect(seen.allSatisfy { $0.value.asPath?.length == 1 + (wanted[$0.key]?.prepend ?? -1) }, "seed \(seed)")
        }
    }

    private func announcement(_ random: inout SeededRandom) -> Announcement {
        let isV4 = Bool.random(using: &random)
        let number = UInt128(Int.random(in: 1...20, using: &random))
        let address = isV4 ? Address(family: .ipv4, bits: number << 104) : Address(v6: number << 80)
        var result = Announcement(prefix: Prefix(address, length: isV4 ? 24 : 48) ?? Prefix(host: address))
        result.prepend = Int.random(in: 0...2, using: &random)
        result.med = Bool.random(using: &random) ? UInt32.random(in: 0...3, using: &random) : nil
        return result
    }
}

extension String {
    /// The first fenced block after a heading.
    fileprivate func firstBlock(after heading: String) -> Substring? {
        guard let start = firstRange(of: heading)?.upperBound, let open = self[start...].firstRange(of: "```") else {
            return nil
        }
        let rest = self[open.upperBound...]
        return rest.firstRange(of: "```").map { rest[..<$0.lowerBound] }
    }
}
