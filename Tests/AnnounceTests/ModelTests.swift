import Announce
import Net
import Testing

@Suite("Against a model")
struct ModelTests {
    private static let checks = [["c0"], ["c0", "c1"], ["c1"], ["c1", "c0", "c2"]]
    private static let addresses = [address("203.0.113.53"), address("198.51.100.80")]
    private static let prefixes = [prefix("203.0.113.0/24"), prefix("198.51.100.0/24")]
    private static let services = ["dns", "web"]
    private static let neighbors = ["a", "b"]

    /// In blocks, so that all cores take part. Half of them have one service at two neighbors, the others two services at
    /// one.
    @Test("10,000 random sequences: the announcement is always the one that the model says", arguments: 0..<100)
    func sequences(block: UInt64) {
        for number in 0..<100 {
            let seed = block * 100 + UInt64(number)
            var random = SeededRandom(seed: seed)
            let (setup, history) = Self.history(&random)
            guard let fault = Self.firstFault(setup, history) else { continue }
            Issue.record("seed \(seed): \(fault)")
            return
        }
    }

    // MARK: What happens

    private static func history(_ random: inout SeededRandom) -> (Setup, [(second: Int, fact: Fact)]) {
        let services = Int.random(in: 1...2, using: &random)
        var setup = Setup(services: services, neighbors: 3 - services)
        setup.checks = checks[Int.random(in: 0...1, using: &random)]
        setup.isAnchor = chance(20, &random)
        let first = setup
        var second = 0
        var history: [(second: Int, fact: Fact)] = []
        let length = chance(2, &random) ? 100 : Int.random(in: 5...22, using: &random)
        for _ in 0..<length {
            let fact = fact(&setup, &random)
            second += Int.random(in: chance(8, &random) ? 5...40 : 0...2, using: &random)
            if case .restart(let asleep) = fact { second += max(0, asleep) }
            history.append((second, fact))
        }
        return (first, history)
    }

    private static func fact(_ setup: inout Setup, _ random: inout SeededRandom) -> Fact {
        let one = Int.random(in: 0...1, using: &random)
        let (service, neighbor) = (one % setup.services, one % setup.neighbors)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<50:
            let verdicts: [Verdict] = [.healthy, .healthy, .healthy, .healthy, .failing, .failing, .degraded, .unknown]
            let check = setup.checks.randomElement(using: &random) ?? ""
            return .verdict(verdicts.randomElement(using: &random) ?? .healthy, service: service, check: check)
        case 50..<60: return .nothing
        case 60..<70:
            return .drain(place(setup, &random), for: chance(30, &random) ? 6 : nil, isForced: chance(30, &random))
        case 70..<76: return .undrain(place(setup, &random))
        case 76..<82: return .undo(chance(70, &random) ? nil : Int.random(in: 1...4, using: &random))
        case 82..<88: return .traffic([0, 0, 0.1, 0.5].randomElement(using: &random) ?? 0, place(setup, &random))
        case 88..<92: return .session(neighbor, isUp: chance(60, &random))
        case 92..<97:
            setup.checks = checks.randomElement(using: &random) ?? []
            if chance(30, &random) { setup.isAnchor.toggle() }
            setup.prepend = one
            return .configure(setup)
        default: return .restart(asleep: Int.random(in: -5...20, using: &random))
        }
    }

    private static func place(_ setup: Setup, _ random: inout SeededRandom) -> Place {
        let one = Int.random(in: 0...1, using: &random)
        return [.host, .service(one % setup.services), .neighbor(one % setup.neighbors)].randomElement(using: &random)
            ?? .host
    }

    private static func chance(_ percent: Int, _ random: inout SeededRandom) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    // MARK: What the engine makes of it

    private static func firstFault(_ setup: Setup, _ history: [(second: Int, fact: Fact)]) -> String? {
        let expected = Model.looks(setup, history)
        var (setup, wakes) = (setup, [Instant]())
        var announcer = Announcer(configuration(setup))
        for (index, (second, fact)) in history.enumerated() {
            let now = Instant.zero + .seconds(second)
            if case .configure(let new) = fact { setup = new }
            // Timers are late after a jump, and come after what happens at the same time.
            var events = event(fact, setup).map { [$0] } ?? []
            if case .restart(let asleep) = fact {
                let before = now + .seconds(-max(0, asleep))
                let memory = announcer.memory(now: before)
                announcer = Announcer(configuration(setup), memory: memory, asleep: .seconds(asleep), now: now)
                (events, wakes) = ([.start], [])
            }
            if events.isEmpty, wakes.contains(where: { $0 <= now }) { events = [.tick] }
            for event in events {
                for case .wake(let at) in announcer.handle(event, now: now) { wakes.append(at) }
            }
            wakes.removeAll { $0 <= now }
            let found = looks(announcer, setup)
            guard found == expected[index] else {
                let facts = history[...index].map { "\n  \($0.second) \($0.fact)" }.joined()
                return "after\(facts)\nfound \(found)\nexpected \(expected[index])"
            }
        }
        return nil
    }

    private static func looks(_ announcer: Announcer, _ setup: Setup) -> [Look?] {
        let tables = neighbors.prefix(setup.neighbors).map(announcer.table)
        return prefixes.prefix(setup.services).flatMap { prefix in
            tables.map { table in
                table.first { $0.prefix == prefix }.map {
                    Look(prepend: $0.prepend, isShuttingDown: $0.communities == [.gracefulShutdown])
                }
            }
        }
    }

    private static func configuration(_ setup: Setup) -> Configuration {
        var policy = Policy()
        policy.holdDown = .seconds(Model.holdDown)
        policy.drain.wait = .seconds(Model.wait)
        policy.penalty.halfLife = .seconds(Model.halfLife)
        (policy.penalty.suppress, policy.penalty.reuse) = (Model.suppress, Model.reuse)
        policy.penalty.cap = Model.cap
        policy.states.degraded = Attributes(prepend: 1)
        policy.states.standby = Attributes(prepend: 5)
        var configuration = Configuration(
            policy: policy, prefixes: Array(prefixes.prefix(setup.services)),
            services: zip(services, addresses).prefix(setup.services).map { name, address in
                .init(name: name, address: address, checks: setup.checks.map { .init($0) })
            },
            neighbors: neighbors.prefix(setup.neighbors).map { Neighbor(name: $0, family: .ipv4) })
        configuration.neighbors[0].attributes.prepend = setup.prepend
        configuration.isAnchor = setup.isAnchor
        return configuration
    }

    private static func event(_ fact: Fact, _ setup: Setup) -> Announcer.Event? {
        switch fact {
        case .nothing, .restart: nil
        case .verdict(let verdict, let service, let check):
            .verdict(
                verdict, check: setup.checks.firstIndex(of: check) ?? 99, address: addresses[service], reason: "")
        case .session(let neighbor, let isUp): .session(neighbor: neighbors[neighbor], isUp: isUp)
        case .traffic(let share, let place): .traffic(share: share, target(place))
        case .drain(let place, let length, let isForced):
            .operate(.drain(target(place), for: length.map { .seconds($0) }, isForced: isForced), by: "model")
        case .undrain(let place): .operate(.undrain(target(place)), by: "model")
        case .undo(let number): .operate(.undo(number), by: "model")
        case .configure(let setup): .configure(configuration(setup))
        }
    }

    private static func target(_ place: Place) -> Drain.Target {
        switch place {
        case .host: .host
        case .service(let index): .service(services[index])
        case .neighbor(let index): .neighbor(neighbors[index])
        }
    }
}
