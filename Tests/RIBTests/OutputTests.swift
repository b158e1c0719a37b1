import BGP
import Net
import RIB
import Testing

@Suite("What neighbors are told")
struct OutputTests {
    static func prefix(_ number: Int, _ family: Family = .ipv4) -> Prefix {
        switch family {
        case .ipv4: Prefix(Address(v4: 0x0a00_0000 + UInt32(number) << 8), length: 24) ?? Prefix(host: address("::"))
        case .ipv6:
            Prefix(Address(v6: 0x2001_0db8 << 96 | UInt128(number) << 80), length: 48) ?? Prefix(host: address("::"))
        }
    }

    @Test(
        "one message for many prefixes of one attribute set, as few as their length allows", arguments: Family.allCases)
    func packing(family: Family) {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        stage.settle()
        let hops = family == .ipv6 ? [address("2001:db8::9")] : []
        // Two sets, taking turns: they come apart, and go together.
        for number in 0..<3000 {
            let attributes = PathAttributes(path: [64501, 64600 + UInt32(number % 2)]) {
                if family == .ipv6 { $0.nextHop = nil }
            }
            stage.rib.announce([Self.prefix(number, family)], attributes, nextHops: hops, from: source, now: .zero)
        }
        let told = stage.hear(listener)
        let bytes = 3000 * (family == .ipv4 ? 4 : 7)
        #expect(told.count == 1 && told[0].announced == 3000)
        #expect(told[0].messages <= bytes / 3900 + 3)
        #expect(stage.listeners[listener]?.table.count == 3000)
        #expect(stage.listeners[listener]?.longest ?? 0 <= 4096)
        let hop = family == .ipv4 ? Stage.ownV4 : Stage.ownV6
        #expect(stage.listeners[listener]?.table.values.allSatisfy { $0.nextHops == [hop] } ?? false)
        stage.down(source)
        stage.settle()
        #expect(stage.listeners[listener]?.table.isEmpty ?? false)
        #expect(stage.listeners[listener]?.errors == [])
    }

    @Test("a neighbor with extended messages gets long ones (RFC 8654), and one without none that doesn't fit")
    func longMessages() {
        let stage = Stage()
        let source = stage.add(64501, 1)
        var terms = Stage.terms(id: 2)
        terms.longestMessage = 65535
        let long = stage.add(64502, 2, up: false)
        stage.up(long, terms)
        let short = stage.add(64503, 3)
        for number in 0..<3000 {
            stage.rib.announce([Self.prefix(number)], PathAttributes(path: [64501]), from: source, now: .zero)
        }
        while stage.rib.work() {}
        #expect(stage.rib.take(for: long).messages == 1)
        #expect(stage.rib.hasNews(for: long) == false)
        stage.hear(short)
        #expect(stage.listeners[short]?.table.count == 3000)
        // Attributes of 4,070 bytes leave room for a prefix in a long message only: the short one takes the route back.
        let large = PathAttributes(path: [64501]) { $0.communities = (0..<1011).map { Community(64501, $0) } }
        stage.rib.announce([Self.prefix(0)], large, from: source, now: .zero)
        stage.hear(short)
        #expect(stage.listeners[short]?.table[Self.prefix(0)] == nil)
        #expect(stage.listeners[short]?.table.count == 2999)
        #expect(stage.notices.contains(.tooLong(short, prefixes: 1)))
        #expect(stage.rib.take(for: long).bytes.count > 4096)
    }

    @Test("a neighbor with two-byte ASNs reads the same path (RFC 6793)")
    func twoBytes() {
        let stage = Stage()
        let source = stage.add(64501, 1)
        let old = stage.add(64502, 2, up: false)
        var terms = Stage.terms(id: 2)
        terms.codec.fourByteASN = false
        stage.up(old, terms)
        stage.announce("203.0.113.0/24", PathAttributes(path: [64501, 4_200_000_000]), from: source)
        stage.settle()
        let path = stage.heard("203.0.113.0/24", by: old)?.attributes.asPath
        #expect(path == ASPath(sequence: [ASN(65000), ASN(64501), ASN(4_200_000_000)]))
    }

    @Test("IPv4 routes with IPv6 next hops go to whoever agreed to them (RFC 8950), and to others with our address")
    func extendedNextHop() {
        let stage = Stage()
        let source = stage.add(64501, 1)
        let inside = stage.add(65000, 2)
        stage.rib.announce(
            [Self.prefix(1)], PathAttributes(path: [64501]) { $0.nextHop = nil }, nextHops: [address("2001:db8::9")],
            from: source, now: .zero)
        let beyond = stage.add(64502, 3)
        stage.settle()
        #expect(stage.listeners[inside]?.table.isEmpty ?? false)
        #expect(stage.rib.told(Self.prefix(1), to: inside) == .silent(.noNextHop))
        #expect(stage.listeners[beyond]?.table[Self.prefix(1)]?.nextHops == [Stage.ownV4])
    }

    @Test("what isn't ours to pass on stays, and what we don't know is marked as partial")
    func unknownAttributes() {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        let code = AttributeCode(rawValue: 200)
        stage.announce(
            "203.0.113.0/24",
            PathAttributes(path: [64501]) {
                $0.other = [
                    RawAttribute([.optional], AttributeCode(rawValue: 199), [1]),
                    RawAttribute([.optional, .transitive], code, [2]),
                ]
                ($0.med, $0.atomicAggregate) = (7, true)
            }, from: source)
        stage.settle()
        let heard = stage.heard("203.0.113.0/24", by: listener)?.attributes
        #expect(heard?.other == [RawAttribute([.optional, .transitive, .partial], code, [2])])
        #expect(heard?.med == nil && heard?.atomicAggregate == true)
    }

    @Test("a thousand neighbors with one policy share one table, and each still hears all but its own routes")
    func thousand() {
        let stage = Stage()
        let ids = (0..<1000).map { number in
            let id = stage.add(64500 + UInt32(number % 400), up: false) {
                $0.address = Address(v4: 0x0a00_0000 + UInt32(number))
                $0.checksFirstAS = false
            }
            // Half of them reach us by another address: that is theirs alone, and the table is still one.
            var terms = Stage.terms(id: UInt32(number + 1))
            if number % 2 == 1 { terms.nextHops[.ipv4] = [address("198.18.0.2")] }
            stage.up(id, terms)
            return id
        }
        for number in 0..<200 {
            stage.rib.announce([Self.prefix(number)], PathAttributes(path: [1, 2]), from: ids[number % 10], now: .zero)
        }
        stage.settle()
        #expect(stage.rib.size.groups == 1)
        #expect(ids.dropFirst(10).allSatisfy { stage.listeners[$0]?.table.count == 200 })
        #expect(ids.prefix(10).allSatisfy { stage.listeners[$0]?.table.count == 180 })
        #expect(ids.allSatisfy { stage.listeners[$0]?.needless == 0 })
        let hops = ids.suffix(2).map { stage.listeners[$0]?.table[Self.prefix(7)]?.nextHops }
        #expect(hops == [[Stage.ownV4], [address("198.18.0.2")]])
        // 12 bytes a prefix for each group, in pages of 1,024 prefixes; not a byte more for the other 999.
        #expect(stage.rib.size.bytes.groups < 100_000)
    }

    @Test("a neighbor that doesn't read has a set of prefixes waiting, not a queue of messages")
    func slowReader() {
        let stage = Stage()
        let source = stage.add(64501, 1)
        let (slow, fast) = (stage.add(64502, 2), stage.add(64503, 3))
        stage.settle()
        var largest = 0
        for round in 0..<200 {
            for number in 0..<50 {
                let path = [64501, UInt32(round + 1)]
                stage.rib.announce([Self.prefix(number)], PathAttributes(path: path), from: source, now: .zero)
            }
            stage.hear(fast)
            largest = max(largest, stage.rib.size.bytes.groups)
        }
        #expect(largest < 100_000)
        let told = stage.hear(slow)
        #expect(told.reduce(0) { $0 + $1.announced } == 50)
        #expect(stage.listeners[slow]?.table == stage.listeners[fast]?.table)
        #expect(stage.listeners[fast]?.announced == 200 * 50)
    }

    @Test("the same said again, or said in other words that end in the same message, isn't told again")
    func nothingNew() {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        for med in [1, 1, 2, 3] as [UInt32] {
            stage.announce("203.0.113.0/24", PathAttributes(path: [64501]) { $0.med = med }, from: source)
            stage.settle()
        }
        #expect(stage.listeners[listener]?.announced == 1)
    }

    @Test("whoever asks hears the table again (RFC 2918), and its end is marked")
    func refresh() {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        for number in 0..<10 {
            stage.rib.announce([Self.prefix(number)], PathAttributes(path: [64501]), from: source, now: .zero)
        }
        stage.settle()
        stage.rib.refresh(listener, .ipv4)
        let told = stage.hear(listener, limit: 4)
        #expect(told.reduce(0) { $0 + $1.announced } == 10)
        #expect(told.map(\.finished) == Array(repeating: [], count: told.count - 1) + [[.ipv4]])
        #expect(stage.listeners[listener]?.needless == 0)
    }

    @Test("more than a neighbor may be told stops the telling, and says so")
    func maximumOut() {
        let stage = Stage()
        let source = stage.add(64501, 1)
        let listener = stage.add(64502, 2) { $0.limits.prefixesOut = [.ipv4: 5] }
        stage.settle()
        for number in 0..<6 {
            stage.rib.announce([Self.prefix(number)], PathAttributes(path: [64501]), from: source, now: .zero)
        }
        #expect(stage.hear(listener).allSatisfy { $0.messages == 0 })
        #expect(stage.notices == [.tooManyPrefixesOut(listener, .ipv4, count: 6, limit: 5)])
    }
}
