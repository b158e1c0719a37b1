import Announce
import Net
import Testing

@Suite("From verdicts to announcements")
struct AnnouncerTests {
    private static func address(_ text: String) -> Address { Address(text) ?? Address(v4: 0) }
    private static func prefix(_ text: String) -> Prefix { Prefix(text) ?? Prefix(host: Address(v4: 0)) }
    private let v4 = Self.address("203.0.113.53")
    private let v6 = Self.address("2001:db8:113::53")
    private let prefix4 = Self.prefix("203.0.113.0/24")
    private let prefix6 = Self.prefix("2001:db8:113::/48")

    private func announcer(
        checks: Int = 1, services: [String] = ["203.0.113.53", "2001:db8:113::53"], require: Policy.Requirement? = nil,
        holdDown: Duration = .seconds(10)
    ) -> Announcer {
        var policy = Policy()
        policy.holdDown = holdDown
        policy.withdrawWait = .seconds(2)
        policy.require = require
        return Announcer(
            policy: policy, prefixes: [prefix4, prefix6],
            services: services.map { .init(address: Self.address($0), checks: checks) },
            neighbors: [
                Neighbor(name: "a", family: .ipv4, prepend: 2, med: 7, communities: [.noExport]),
                Neighbor(name: "b", family: .ipv6),
            ])
    }

    private func healthy(_ address: Address, check: Int = 0) -> Announcer.Event {
        .verdict(.healthy, check: check, address: address, reason: "passed")
    }

    private func failing(_ address: Address, check: Int = 0) -> Announcer.Event {
        .verdict(.failing, check: check, address: address, reason: "timeout")
    }

    /// Delivers the events at their seconds, and timers when they are due.
    private func run(_ announcer: inout Announcer, _ script: [(Double, Announcer.Event)], until end: Double = 100)
        -> [(Double, Announcer.Action)]
    {
        var queue = script
        var seen: [(Double, Announcer.Action)] = []
        while let next = queue.indices.min(by: { queue[$0].0 < queue[$1].0 }), queue[next].0 <= end {
            let (second, event) = queue.remove(at: next)
            for action in announcer.handle(event, now: .zero + .seconds(second)) {
                if case .arm(let timer, let at) = action {
                    queue.append(((at - .zero).milliseconds / 1000, .timer(timer)))
                } else {
                    seen.append((second, action))
                }
            }
        }
        return seen
    }

    @Test("nothing is announced before the checks have passed")
    func quiet() {
        let announcer = announcer()
        #expect(announcer.table(for: "a").isEmpty && announcer.table(for: "b").isEmpty)
    }

    @Test("the first success announces at once, with each neighbor's own attributes")
    func first() {
        var announcer = announcer()
        let seen = run(&announcer, [(1, healthy(v4))])
        #expect(seen.map(\.1) == [.announce(prefix4, reason: "passed")])
        let told = announcer.table(for: "a")
        #expect(told.count == 1 && told.first?.prepend == 2 && told.first?.med == 7)
        #expect(told.first?.communities == [.noExport])
        #expect(announcer.table(for: "b").isEmpty && announcer.table(for: "stranger").isEmpty)
    }

    @Test("rule 4: an IPv6 failure never withdraws IPv4")
    func families() {
        var announcer = announcer()
        let seen = run(&announcer, [(1, healthy(v4)), (1, healthy(v6)), (5, failing(v6))])
        #expect(seen.last?.1 == .withdraw(prefix6, reason: "timeout"))
        #expect(announcer.table(for: "a").count == 1 && announcer.table(for: "b").isEmpty)
    }

    @Test("after a failure the prefix comes back when the service has been healthy for the hold-down")
    func holdDown() {
        var announcer = announcer()
        let seen = run(&announcer, [(1, healthy(v4)), (5, failing(v4)), (6, healthy(v4))])
        #expect(seen.map(\.0) == [1, 5, 6, 16])
        #expect(seen.last?.1 == .announce(prefix4, reason: "healthy for 10.0 seconds"))
    }

    @Test("a failure during the hold-down says why the prefix stays withdrawn, and starts it again")
    func holdDownAgain() {
        var announcer = announcer()
        let seen = run(
            &announcer, [(1, healthy(v4)), (5, failing(v4)), (6, healthy(v4)), (10, failing(v4)), (12, healthy(v4))])
        #expect(seen.map(\.0) == [1, 5, 6, 10, 12, 22])
        #expect(seen[3].1 == .withdraw(prefix4, reason: "timeout"))
    }

    @Test("the same verdict twice does nothing")
    func idempotent() {
        var announcer = announcer()
        let seen = run(&announcer, [(1, healthy(v4)), (2, healthy(v4)), (3, failing(v4)), (4, failing(v4))])
        #expect(seen.count == 2)
    }

    @Test("rule 2: an unknown verdict leaves the last one standing")
    func unknown() {
        var announcer = announcer()
        let seen = run(
            &announcer, [(1, healthy(v4)), (2, .verdict(.unknown, check: 0, address: v4, reason: "no descriptors"))])
        #expect(seen.count == 1 && announcer.table(for: "a").count == 1)
    }

    @Test("rule 1: a degraded service stays announced")
    func degraded() {
        var announcer = announcer()
        let seen = run(&announcer, [(1, healthy(v4)), (2, .verdict(.degraded, check: 0, address: v4, reason: "slow"))])
        #expect(seen.count == 1 && announcer.table(for: "a").count == 1)
    }

    @Test("every check of an address must pass")
    func severalChecks() {
        var announcer = announcer(checks: 2)
        let seen = run(&announcer, [(1, healthy(v4)), (2, healthy(v4, check: 1)), (3, failing(v4, check: 1))])
        #expect(seen.map(\.0) == [2, 3])
    }

    @Test(
        "rule 4: with two services in a prefix, `all` wants both and `any` wants one",
        arguments: [(Policy.Requirement.all, [2.0, 3.0]), (.any, [1.0, 4.0])])
    func requirement(_ require: Policy.Requirement, expected: [Double]) {
        var announcer = announcer(services: ["203.0.113.53", "203.0.113.54"], require: require)
        let other = Self.address("203.0.113.54")
        let seen = run(
            &announcer, [(1, healthy(v4)), (2, healthy(other)), (3, failing(v4)), (4, failing(other))])
        #expect(seen.map(\.0) == expected)
    }

    @Test("a prefix in which nothing is checked is never announced")
    func unchecked() {
        var announcer = announcer(checks: 0)
        #expect(run(&announcer, [(1, healthy(v4))]).isEmpty)
    }

    @Test("a stop withdraws, waits, and only then lets go of the addresses")
    func stop() {
        var announcer = announcer()
        let seen = run(&announcer, [(1, healthy(v4)), (5, .stop), (6, failing(v4)), (6.5, healthy(v4)), (7, .stop)])
        #expect(seen.map(\.0) == [1, 5, 7])
        #expect(seen.last?.1 == .removeAddresses && announcer.table(for: "a").isEmpty)
    }

    @Test("a stop with nothing announced doesn't wait")
    func stopQuiet() {
        var announcer = announcer()
        #expect(run(&announcer, [(5, .stop)]).map(\.0) == [5])
    }

    @Test("a hold-down that was pending doesn't announce after a stop")
    func stopInHoldDown() {
        var announcer = announcer()
        let seen = run(&announcer, [(1, healthy(v4)), (5, failing(v4)), (6, healthy(v4)), (7, .stop)])
        #expect(seen.last?.1 == .removeAddresses && announcer.table(for: "a").isEmpty)
    }

    @Test("whatever happens, what is announced is healthy and was healthy for the hold-down", arguments: 0..<50)
    func property(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var announcer = announcer(holdDown: .seconds(3))
        var isHealthy = false
        var healthySince = 0.0
        var failedBefore = false
        var wasAnnounced = false
        var second = 0.0
        while second < 300 {
            second += Double.random(in: 0.1...2, using: &random)
            let next = Bool.random(using: &random)
            if next != isHealthy { healthySince = second }
            if !next, wasAnnounced { failedBefore = true }
            isHealthy = next
            _ = announcer.handle(next ? healthy(v4) : failing(v4), now: .zero + .seconds(second))
            _ = announcer.handle(.timer(.holdDown(prefix4)), now: .zero + .seconds(second))
            wasAnnounced = !announcer.table(for: "a").isEmpty
            let due = isHealthy && (!failedBefore || second - healthySince >= 3)
            #expect(wasAnnounced == due, "seed \(seed), second \(second)")
        }
    }
}
