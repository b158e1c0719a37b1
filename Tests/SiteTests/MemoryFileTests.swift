import Announce
import FoundationEssentials
import Net
import Site
import Testing

/// `memory.json` as bytes, whoever wrote them.
@Suite("The memory's file")
struct MemoryFileTests {
    private let owner = MemoryOwner(network: "test", site: "fra", host: "fra1")
    private let clock = BootClock(boot: "b", sinceBoot: .seconds(100), wall: Date(timeIntervalSince1970: 1_700_000_000))

    private var configuration: Configuration {
        var policy = Policy()
        policy.load = LoadStep.Marks(above: 0.8, below: 0.5)
        let address = Address("203.0.113.53") ?? Address(v4: 0)
        return Configuration(
            policy: policy, prefixes: [Prefix("203.0.113.0/24")].compactMap(\.self),
            services: [.init(name: "dns", address: address, checks: [.init("dns")])],
            neighbors: [Neighbor(name: "a", family: .ipv4), Neighbor(name: "b", family: .ipv4)])
    }

    /// One with something of everything.
    private var memory: Memory {
        var announcer = Announcer(configuration)
        let address = configuration.services[0].address
        let events: [Announcer.Event] = [
            .start, .verdict(.healthy, check: 0, address: address, reason: "passed"),
            .operate(.drain(.host, wait: .seconds(3), for: .seconds(60)), by: "alice"),
            .operate(.drain(.neighbor("a"), isForced: true), by: "bob"), .operate(.undrain(.host), by: "alice"),
            .operate(.undo(), by: "bob"), .operate(.drain(.service("dns")), by: "\"\\\u{7f}"),
            .session(neighbor: "b", isUp: false), .load(0.9), .traffic(share: 0.5, .service("dns")),
            .verdict(.failing, check: 0, address: address, reason: "timeout"),
        ]
        for (second, event) in events.enumerated() {
            _ = announcer.handle(event, now: .zero + .seconds(second))
        }
        _ = announcer.handle(.tick, now: .zero + .seconds(70))
        return announcer.memory(now: .zero + .seconds(71))
    }

    @Test("what was remembered is read back")
    func roundTrip() throws {
        let (read, written) = try MemoryFile.decode(MemoryFile.encode(memory, of: owner, at: clock), for: owner)
        #expect(read == memory && written == clock)
        #expect(read.acts.count == 4 && read.drains.count >= 2 && read.loadStep != nil)
    }

    @Test("every truncation is refused as damaged")
    func truncations() {
        let bytes = MemoryFile.encode(memory, of: owner, at: clock)
        for length in 0..<(bytes.count - 1) {  // the last byte is a line's end
            do throws(MemoryFault) {
                _ = try MemoryFile.decode(Array(bytes[..<length]), for: owner)
                Issue.record("\(length) of \(bytes.count) bytes were read")
            } catch { if case .damaged = error { continue } else { Issue.record("\(error)") } }
        }
    }

    /// The seed is printed on failure.
    @Test("whatever bytes are changed, an announcer made of what is read runs on", arguments: [UInt64(1), 2, 3])
    func changedBytes(seed: UInt64) {
        let bytes = MemoryFile.encode(memory, of: owner, at: clock)
        var random = SeededRandom(seed: seed)
        let words = ["-1", "1e308", "1e-308", "null", "9223372036854775807", "\"\"", "[]", "{}", "true", "0"].map {
            Array($0.utf8)
        }
        var readable = 0
        for _ in 0..<2000 {
            var changed = bytes
            if random.next() % 2 == 0 {
                changed[Int(random.next() % UInt64(changed.count))] = UInt8(truncatingIfNeeded: random.next())
            } else if let digit = changed.indices.filter({ (0x30...0x39).contains(changed[$0]) }).randomElement(
                using: &random)
            {
                changed.replaceSubrange(digit...digit, with: words[Int(random.next() % UInt64(words.count))])
            }
            guard let (read, _) = try? MemoryFile.decode(changed, for: owner) else { continue }
            readable += 1
            for asleep in [Duration.zero, .seconds(1e9)] {
                var announcer = Announcer(configuration, memory: read, asleep: asleep, now: .zero + .seconds(5))
                _ = announcer.handle(.start, now: .zero + .seconds(5))
                _ = announcer.handle(.operate(.drain(.host), by: "x"), now: .zero + .seconds(6))
                _ = MemoryFile.encode(announcer.memory(now: .zero + .seconds(7)), of: owner, at: clock)
            }
        }
        #expect(readable > 100, "seed \(seed): most changes were refused, so nothing was tried")
    }

    @Test("another network's, site's or host's memory is refused, and so is another version's")
    func foreign() {
        let bytes = MemoryFile.encode(memory, of: owner, at: clock)
        let others = [("other", "fra", "fra1"), ("test", "sin", "fra1"), ("test", "fra", "fra2")]
        for (network, site, host) in others {
            #expect(throws: MemoryFault.foreign("network test, site fra, host fra1")) {
                try MemoryFile.decode(bytes, for: MemoryOwner(network: network, site: site, host: host))
            }
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let next = text.split(separator: "landfall.memory/1").joined(separator: "landfall.memory/2")
        #expect(throws: MemoryFault.unknownSchema("landfall.memory/2")) {
            try MemoryFile.decode(Array(next.utf8), for: owner)
        }
    }

    @Test("the history's hundred acts and thousands of routes stay far below what is read")
    func bounded() {
        var memory = memory
        let act = memory.acts[0]
        memory.acts = (1...500).map { number in
            var act = act
            (act.number, act.effect) = (number, String(repeating: "x", count: 100_000))
            return act
        }
        let bytes = MemoryFile.encode(memory, of: owner, at: clock)
        #expect(bytes.count < 1 << 20)
        #expect((try? MemoryFile.decode(bytes, for: owner))?.0.acts.map(\.number) == Array(401...500))
    }

    @Test(
        "within a boot a step of the clock counts for nothing; over a reboot one that went back counts as no time at all"
    )
    func clocks() {
        func at(_ boot: String, _ seconds: Double, wall: Double) -> BootClock {
            BootClock(
                boot: boot, sinceBoot: .seconds(seconds), wall: clock.wall.addingTimeInterval(wall))
        }
        #expect(at("b", 130, wall: -5000).passed(since: clock) == .seconds(30))
        #expect(at("b", 130, wall: 1e9).passed(since: clock) == .seconds(30))
        #expect(at("c", 5, wall: 60).passed(since: clock) == .seconds(60))
        #expect(at("c", 5, wall: -60).passed(since: clock) == .zero)
        #expect(at("c", 5, wall: 1e300).passed(since: clock) == .seconds(BootClock.century))
        #expect(at("b", 50, wall: 0).passed(since: clock) == .zero)
    }
}
