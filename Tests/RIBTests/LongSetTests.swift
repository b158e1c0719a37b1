import BGP
import Net
import RIB
import Testing

@Suite("Attributes of more than 4 KB (RFC 8654)")
struct LongSetTests {
    private static let prefix = Prefix("203.0.113.0/24") ?? Prefix(host: address("::"))
    /// 6,000 bytes.
    private static let communities = (0..<1500).map { Community(64501, UInt16($0)) }

    @Test("are kept, shown, and told to whoever takes long messages, with two-byte ASNs too")
    func long() throws {
        let stage = Stage()
        func add(_ asn: UInt32, _ last: UInt8, _ change: (inout SessionTerms) -> Void) -> NeighborID {
            let id = stage.add(asn, last, up: false)
            var terms = Stage.terms(id: UInt32(last))
            change(&terms)
            stage.up(id, terms)
            return id
        }
        let source = add(64501, 1) { ($0.codec.extendedMessages, $0.longestMessage) = (true, 65535) }
        let long = add(64502, 2) { ($0.codec.extendedMessages, $0.longestMessage) = (true, 65535) }
        let old = add(64503, 3) {
            ($0.codec.extendedMessages, $0.longestMessage, $0.codec.fourByteASN) = (true, 65535, false)
        }
        let short = add(64504, 4) { _ in }
        var update = Update()
        update.announced = [Self.prefix]
        update.attributes = PathAttributes(path: [64501, 4_200_000_000]) { $0.communities = Self.communities }
        let bytes = Message.update(update).encoded(Codec(extendedMessages: true))
        for _ in 0..<2 { _ = try stage.rib.receive(Frame(type: .update, bytes: bytes), from: source, now: .zero) }
        stage.settle()

        let view = try #require(stage.paths("203.0.113.0/24").first)
        #expect(stage.rib.attributes(view.received).attributes.communities == Self.communities)
        let path = ASPath(sequence: [65000, 64501, 4_200_000_000].map { ASN($0) })
        for id in [long, old] {
            let heard = stage.heard("203.0.113.0/24", by: id)?.attributes
            #expect(heard?.communities == Self.communities && heard?.asPath == path)
            guard case .told(let told, _) = stage.rib.told(Self.prefix, to: id) else {
                Issue.record("it isn't told")
                continue
            }
            #expect(told.communities == Self.communities && told.asPath == path)
        }
        #expect(stage.heard("203.0.113.0/24", by: short) == nil)
        guard case .silent(.tooLong(let length, limit: 4096)) = stage.rib.told(Self.prefix, to: short) else {
            Issue.record("\(stage.rib.told(Self.prefix, to: short))")
            return
        }
        #expect(length > 6000 && stage.notices == [.tooLong(short, prefixes: 1)])
        #expect(stage.listeners.values.allSatisfy { $0.errors == [] })
    }

    @Test("a route that is too long to be kept, with ASNs of four bytes, takes back the one before")
    func tooLong() throws {
        let stage = Stage()
        let source = stage.add(64501, 1, up: false)
        var terms = Stage.terms(id: 1)
        (terms.codec, terms.longestMessage) = (Codec(fourByteASN: false, extendedMessages: true), 65535)
        stage.up(source, terms)
        let listener = stage.add(64502, 2)
        func say(_ path: [UInt32]) throws {
            var update = Update()
            update.announced = [Self.prefix]
            update.attributes = PathAttributes(path: path)
            let bytes = Message.update(update).encoded(terms.codec)
            _ = try stage.rib.receive(Frame(type: .update, bytes: bytes), from: source, now: .zero)
            stage.settle()
        }
        try say([64501])
        #expect(stage.heard("203.0.113.0/24", by: listener) != nil)
        try say([64501] + [UInt32](repeating: 64999, count: 30_000))
        #expect(stage.paths("203.0.113.0/24").isEmpty)
        #expect(stage.heard("203.0.113.0/24", by: listener) == nil)
        try say([64501])
        #expect(stage.heard("203.0.113.0/24", by: listener) != nil)
    }

    @Test("that leave room for short prefixes only are told with those, whatever else has them")
    func shortPrefixesOnly() throws {
        let stage = Stage()
        let (source, listener) = (stage.add(64501, 1), stage.add(64502, 2))
        let prefixes = ["20.0.0.0/8", "203.0.113.1/32", "30.0.0.0/8"]
        var mixed = 0
        for length in 4000...4060 {
            let attributes = PathAttributes(path: [64501]) {
                $0.other = [
                    RawAttribute(
                        [.optional, .transitive], AttributeCode(rawValue: 200), [UInt8](repeating: 1, count: length))
                ]
            }
            stage.rib.announce(prefixes.compactMap { Prefix($0) }, attributes, from: source, now: .zero)
            stage.settle()
            var heard = 0
            for prefix in prefixes {
                let isHeard = stage.heard(prefix, by: listener)?.attributes.other.first?.value.count == length
                let told = stage.rib.told(try #require(Prefix(prefix)), to: listener)
                if isHeard { heard += 1 }
                if case .told = told { #expect(isHeard) } else { #expect(stage.heard(prefix, by: listener) == nil) }
            }
            if heard == 2 { mixed += 1 }
            #expect(stage.notices == (heard < 3 ? [.tooLong(listener, prefixes: 3 - heard)] : []))
        }
        #expect(mixed == 3, "an address has three bytes more than a /8")
        #expect(stage.listeners[listener]?.errors == [])
    }

    @Test("a policy that makes them longer than any message drops the route, and says so")
    func grown() {
        let stage = Stage()
        let longer = Policy("longer", [.init("prepend", then: [.prepend(200)], .accept)])
        let source = stage.add(64501, 1) { ($0.limits.communities, $0.importing) = (20_000, longer) }
        let most = PathAttributes(path: [64501]) {
            $0.communities = (0..<16_300).map { Community(64501, UInt16($0)) }
        }
        stage.announce("203.0.113.0/24", most, from: source)
        #expect(stage.standing("203.0.113.0/24", of: source) == .dropped(.tooLong))
        stage.rib.setImport(.acceptAll, of: source)
        stage.settle()
        #expect(stage.standing("203.0.113.0/24", of: source) == .best)
    }
}
