import BGP
import Net
import Testing

@testable import RIB

@Suite("Whose memory it is")
struct AccountTests {
    private static func attributes(_ number: Int) -> PathAttributes {
        PathAttributes(path: [64501]) { $0.communities = (0..<100).map { Community(UInt16(number), $0) } }
    }

    private func fill(_ stage: Stage, _ id: NeighborID, _ numbers: Range<Int>) {
        for number in numbers {
            stage.rib.announce([OutputTests.prefix(number)], Self.attributes(number), from: id, now: .zero)
        }
    }

    @Test("a session that ended over its limit isn't held against the next one, whatever others still use of it")
    func nextSession() {
        let stage = Stage()
        let id = stage.add(64501, 1) { $0.limits.attributeBytes = 10_000 }
        let other = stage.add(64501, 2)
        fill(stage, id, 0..<30)
        #expect(stage.notices == [.tooManyAttributes(id, limitBytes: 10_000)])
        fill(stage, other, 0..<30)
        stage.down(id)
        stage.settle()
        stage.up(id, Stage.terms(id: 1))
        #expect(stage.rib.view(of: id).attributeBytes == 0)
        fill(stage, id, 100..<110)
        #expect(stage.notices.isEmpty && stage.rib.count(from: id, .ipv4) == 10)
    }

    @Test("what a neighbor sends again in its next session counts again: nobody gets more by coming back")
    func again() {
        let stage = Stage()
        let id = stage.add(64501) { $0.limits.attributeBytes = 10_000 }
        fill(stage, id, 0..<20)
        let bytes = stage.rib.view(of: id).attributeBytes
        for _ in 0..<3 {
            stage.down(id)
            stage.up(id, Stage.terms(id: 1))
            fill(stage, id, 0..<20)
            #expect(stage.rib.view(of: id).attributeBytes == bytes)
            stage.settle()
        }
        fill(stage, id, 20..<40)
        #expect(stage.notices == [.tooManyAttributes(id, limitBytes: 10_000)])
    }

    @Test("next hops that it brings back in other sets count again too, before the old ones are flushed")
    func sameNextHops() {
        let stage = Stage()
        let id = stage.add(64501) { $0.limits.nextHops = 10 }
        func say(_ hops: ClosedRange<UInt32>, med: UInt32) {
            for hop in hops {
                let attributes = PathAttributes(path: [64501]) {
                    ($0.nextHop, $0.med) = (Address(v4: 0x0a00_0000 + hop), med)
                }
                stage.rib.announce([OutputTests.prefix(Int(hop))], attributes, from: id, now: .zero)
            }
        }
        say(1...10, med: 0)
        for session in 1...3 as ClosedRange<UInt32> {
            stage.down(id)
            stage.up(id, Stage.terms(id: 1))
            say(1...10, med: session)
            #expect(stage.rib.view(of: id).nextHops == 10 && stage.notices.isEmpty)
        }
        stage.settle()
        #expect(stage.rib.view(of: id).nextHops == 10)
        say(11...11, med: 3)
        #expect(stage.notices == [.tooManyNextHops(id, limit: 10)])
    }

    @Test("accounts are given to others when nothing stands on them any more")
    func numbers() {
        var accounts = Accounts()
        let first = accounts.open()
        accounts.change(first) { ($0.bytes, $0.sets) = (10, 1) }
        accounts.close(first)
        let second = accounts.open()
        #expect(second != first && accounts[first].bytes == 10 && !accounts[first].isOpen)
        accounts.change(first) { ($0.bytes, $0.sets) = (0, 0) }
        let (third, fourth) = (accounts.open(), accounts.open())
        #expect(third == first && accounts[first].isOpen && fourth != second)
        while accounts.open() != 0 {}
        #expect(accounts[0].isOpen, "the rest share one")
    }

    @Test("sets that come in one length after the other don't take more and more room")
    func lengths() {
        var store = AttributeStore(Facts.Identity(asn: ASN(65000), id: RouterID(rawValue: 1)), mostUnused: 20_000)
        func bytes(_ length: Int, _ number: Int) -> [UInt8] {
            var attributes = PathAttributes(path: [64501])
            attributes.other = [
                RawAttribute(
                    [.optional, .transitive], AttributeCode(rawValue: 200),
                    [UInt8](repeating: UInt8(number), count: length))
            ]
            return Canonical.bytes(attributes, reach: nil)
        }
        let stays = bytes(50, 1)
        let kept = store.intern(stays.span, account: 0)
        for length in 50..<300 {
            let sets = (2..<102).map { store.intern(bytes(length, $0).span, account: 0) }
            for set in sets { store.release(set) }
        }
        let size = store.size
        #expect(size < 200_000, "\(size)")
        let read = store.array(kept)
        let found = store.find(stays.span, hash: stays.span.hash32)
        #expect(read == stays && found == kept)
    }
}
