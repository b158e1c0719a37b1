import BGP
import Net
import RIB
import Testing

/// Messages as they come: the fast way and `BGP`'s own must be one.
@Suite("UPDATEs from the wire")
struct ReceiveTests {
    static func frames(_ update: Update, _ codec: Codec = Codec()) -> [Frame] {
        var framer = Framer()
        framer.append(Message.update(update).encoded(codec))
        var frames: [Frame] = []
        while let frame = try? framer.next() { frames.append(frame) }
        return frames
    }

    private static let nextHops = [
        [address("2001:db8::9")], [address("fd00::9")], [address("2001:db8::9"), address("fe80::9")],
    ]

    static func update(_ random: inout SeededRandom, plain: Bool) -> Update {
        var update = Update()
        let number = Int.random(in: 0..<40, using: &random)
        update.attributes = PathAttributes(path: [64501, UInt32.random(in: 1...4, using: &random)]) {
            if Bool.random(using: &random) { $0.med = 5 }
        }
        switch Int.random(in: 0..<5, using: &random) {
        case 0:
            update.attributes = PathAttributes()
            update.withdrawn = [OutputTests.prefix(number), OutputTests.prefix(number + 1)]
        case 1:
            update.attributes = PathAttributes()
            update.unreach = Unreach(family: .ipv6, prefixes: [OutputTests.prefix(number, .ipv6)])
        case 2:
            update.attributes.nextHop = plain ? nil : update.attributes.nextHop
            update.reach = Reach(
                family: .ipv6, nextHops: nextHops.randomElement(using: &random) ?? [],
                prefixes: [OutputTests.prefix(number, .ipv6)])
            if !plain { update.announced = [OutputTests.prefix(number)] }
        default:
            update.announced = (number..<number + 3).map { OutputTests.prefix($0) }
            if !plain { update.withdrawn = [OutputTests.prefix(number + 9)] }
        }
        return update
    }

    @Test("a prefix that stands twice in an UPDATE is one route, also at the limit, and goes once")
    func twice() throws {
        let stage = Stage()
        let id = stage.add(64501) { $0.limits.prefixes = [.ipv4: 2] }
        let (one, other) = (OutputTests.prefix(1), OutputTests.prefix(2))
        var (came, gone) = (Update(), Update())
        came.attributes = PathAttributes(path: [64501])
        came.announced = [one, one, other, other, one]
        gone.withdrawn = [one, one, other, one]
        for frame in Self.frames(came) + Self.frames(came) { _ = try stage.rib.receive(frame, from: id, now: .zero) }
        #expect(stage.rib.size.routes == 2)
        #expect(stage.notices == [.manyPrefixes(id, .ipv4, count: 2, limit: 2)])
        for frame in Self.frames(gone) { _ = try stage.rib.receive(frame, from: id, now: .zero) }
        #expect(stage.rib.size.routes == 0 && stage.rib.size.prefixes == 0)
    }

    @Test("the same routes come of the same messages, recognized or read", arguments: 0..<30)
    func sameRoutes(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        let (fast, slow) = (Stage(), Stage())
        let ids = (fast.add(64501), slow.add(64501))
        let listeners = (fast.add(64502, 2), slow.add(64502, 2))
        for _ in 0..<60 {
            let update = Self.update(&random, plain: seed % 2 == 0)
            for frame in Self.frames(update) {
                _ = try fast.rib.receive(frame, from: ids.0, now: .zero)
                guard case .update(let read) = try Message.decode(frame, Codec()) else { continue }
                slow.rib.receive(read, from: ids.1, now: .zero)
            }
        }
        for stage in [fast, slow] { stage.settle() }
        #expect(fast.listeners[listeners.0]?.table == slow.listeners[listeners.1]?.table)
        #expect(!(fast.listeners[listeners.0]?.table.isEmpty ?? true))
    }

    @Test("a set that was read once is recognized, and only from neighbors of the same kind")
    func recognized() throws {
        let stage = Stage()
        let (first, second, inside) = (stage.add(64501, 1), stage.add(64501, 2), stage.add(65000, 3))
        var update = Update()
        // Only to Customer is rare enough to be left to BGP.
        update.attributes = PathAttributes(path: [64501]) { $0.onlyToCustomer = ASN(64501) }
        update.announced = [OutputTests.prefix(1)]
        let frame = try #require(Self.frames(update).first)
        #expect(try stage.rib.receive(frame, from: first, now: .zero) != nil)
        #expect(try stage.rib.receive(frame, from: first, now: .zero) == nil)
        #expect(try stage.rib.receive(frame, from: second, now: .zero) == nil)
        // From within our AS, LOCAL_PREF is missing (RFC 7606 §3 d).
        let read = try #require(try stage.rib.receive(frame, from: inside, now: .zero))
        #expect(read.reaction == .treatAsWithdrawal && stage.rib.count(from: inside, .ipv4) == 0)
        #expect(stage.rib.count(from: second, .ipv4) == 1)
    }

    @Test("of a next hop that is :: and a link-local address, the link-local one counts, recognized or read")
    func onlyLinkLocal() throws {
        let stage = Stage()
        let id = stage.add(64501) { $0.address = address("fe80::9") }
        for number in 0..<2 {
            var update = Update()
            update.attributes = PathAttributes(path: [64501]) { $0.nextHop = nil }
            update.reach = Reach(
                family: .ipv6, nextHops: [address("2001:db8::7"), address("fe80::9")],
                prefixes: [OutputTests.prefix(number, .ipv6)])
            var bytes = try #require(Self.frames(update).first).bytes
            let global = [0x20, 0x01, 0x0d, 0xb8] as [UInt8]
            let place = try #require(bytes.indices.first { bytes[$0...].starts(with: global) })
            bytes.replaceSubrange(place..<place + 16, with: [UInt8](repeating: 0, count: 16))
            _ = try stage.rib.receive(Frame(type: .update, bytes: bytes), from: id, now: .zero)
            let view = try #require(stage.rib.paths(to: OutputTests.prefix(number, .ipv6)).first)
            #expect(view.standing == .best)
            #expect(stage.rib.attributes(view.received).nextHops == [address("fe80::9")])
        }
    }

    @Test(
        "wrong flags of MP_REACH_NLRI are left to BGP to judge, also with a set that is known",
        arguments: [0xd0, 0x50, 0x10] as [UInt8])
    func flags(wrong: UInt8) throws {
        let stage = Stage()
        let id = stage.add(64501)
        var update = Update()
        update.attributes = PathAttributes(path: [64501]) { $0.nextHop = nil }
        update.reach = Reach(
            family: .ipv6, nextHops: [address("2001:db8::7")], prefixes: (0..<80).map { OutputTests.prefix($0, .ipv6) })
        var bytes = try #require(Self.frames(update).first).bytes
        _ = try stage.rib.receive(Frame(type: .update, bytes: bytes), from: id, now: .zero)
        #expect(stage.rib.count(from: id, .ipv6) == 80)
        let head = try #require((23..<bytes.count).first { bytes[$0] == 0x90 && bytes[$0 + 1] == 14 })
        bytes[head] = wrong
        let read = try stage.rib.receive(Frame(type: .update, bytes: bytes), from: id, now: .zero)
        #expect(read?.reaction == .disableFamily)
    }

    @Test("cut or changed at any byte, a known message does what BGP says of it", arguments: 0..<6)
    func mangled(seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        var update = Self.update(&random, plain: false)
        if seed > 2 {
            update.attributes.communities = [Community(rawValue: 0xfc00_0001), Community(rawValue: 7)]
            update.attributes.largeCommunities = [LargeCommunity(64501, 1, 2)]
            update.attributes.aggregator = Aggregator(asn: ASN(64501), id: RouterID(rawValue: 9))
            update.attributes.atomicAggregate = true
        }
        let bytes = try #require(Self.frames(update).first).bytes
        for offset in 19..<bytes.count {
            for value in [0, 1, 0x7f, 0xff, bytes[offset] ^ 0x80, bytes[offset] ^ 0x40, bytes[offset] &+ 1] as [UInt8] {
                var changed = bytes
                changed[offset] = value
                compare(bytes, changed)
            }
            var cut = Array(bytes[..<offset])
            if cut.count >= 23 {
                (cut[16], cut[17]) = (UInt8(cut.count >> 8), UInt8(cut.count & 255))
                compare(bytes, cut)
            }
        }
    }

    /// Two RIBs that know `good` hear `bytes`: one from the wire, one as BGP reads it.
    private func compare(_ good: [UInt8], _ bytes: [UInt8]) {
        let (fast, slow) = (Stage(), Stage())
        let ids = (fast.add(64501), slow.add(64501))
        var outcome = ("", "")
        for bytes in [good, bytes] {
            var framer = Framer()
            framer.append(bytes)
            guard let frame = try? framer.next() else { return }
            do { _ = try fast.rib.receive(frame, from: ids.0, now: .zero) } catch { outcome.0 = "\(error)" }
            do {
                if case .update(let read) = try Message.decode(frame, Codec()) {
                    slow.rib.receive(read, from: ids.1, now: .zero)
                }
            } catch { outcome.1 = "\(error)" }
        }
        #expect(outcome.0 == outcome.1, "\(bytes)")
        for family in Family.allCases {
            let everything = TrieTests.everything(family)
            let pages = (
                fast.rib.page(.all, within: everything, limit: 1000),
                slow.rib.page(.all, within: everything, limit: 1000)
            )
            #expect(pages.0.prefixes == pages.1.prefixes, "\(bytes)")
        }
    }

    @Test("pages of a table come in order and go on where the last one ended")
    func pages() {
        let stage = Stage()
        let (id, other) = (stage.add(64501), stage.add(64502, 2) { $0.importing = nil })
        for number in (0..<100).map({ $0 * 37 % 100 }) {
            stage.rib.announce([OutputTests.prefix(number)], PathAttributes(path: [64501]), from: id, now: .zero)
        }
        stage.rib.announce([OutputTests.prefix(500)], PathAttributes(path: [64502]), from: other, now: .zero)
        var (found, start): ([Prefix], Prefix?) = ([], nil)
        repeat {
            let page = stage.rib.page(.best, within: TrieTests.everything(.ipv4), after: start, limit: 7)
            found += page.prefixes
            start = page.next
        } while start != nil
        #expect(found == (0..<100).map { OutputTests.prefix($0) })
        let everything = TrieTests.everything(.ipv4)
        #expect(stage.rib.page(.filtered(other), within: everything, limit: 10).prefixes == [OutputTests.prefix(500)])
        #expect(stage.rib.page(.received(id), within: everything, limit: 1000).prefixes.count == 100)
        #expect(stage.rib.page(.all, within: everything, limit: 1000, effort: 10).prefixes.count == 10)
        let told = stage.rib.page(
            .told(other), within: everything, matching: [.originated(by: [ASN(64501)])], limit: 1000)
        #expect(told.prefixes.count == 100)
        let others = stage.rib.page(.all, within: everything, matching: [.passed([ASN(64502)])], limit: 1000)
        #expect(others.prefixes == [OutputTests.prefix(500)])
        #expect(stage.rib.match(address("10.0.5.9")) == OutputTests.prefix(5))
        #expect(stage.rib.match(address("10.1.244.9")) == nil, "a route that was dropped matches nothing")
    }
}
