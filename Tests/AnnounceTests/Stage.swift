import Announce
import Net

let v4 = address("203.0.113.53")
let v6 = address("2001:db8:113::53")
let prefix4 = prefix("203.0.113.0/24")
let prefix6 = prefix("2001:db8:113::/48")

func address(_ text: String) -> Address { Address(text) ?? Address(v4: 0) }
func prefix(_ text: String) -> Prefix { Prefix(text) ?? Prefix(host: Address(v4: 0)) }

/// One IPv4 prefix with one checked address at neighbor `a`, and what a test changes about that.
func configuration(
    services: [(String, Address)] = [("dns", v4)], checks: [Configuration.Check] = [.init("dns")],
    neighbors: [Neighbor] = [Neighbor(name: "a", family: .ipv4)], _ change: (inout Configuration) -> Void = { _ in }
) -> Configuration {
    var configuration = Configuration(
        policy: Policy(), prefixes: [prefix4],
        services: services.map { .init(name: $0.0, address: $0.1, checks: checks) }, neighbors: neighbors)
    change(&configuration)
    return configuration
}

/// An announcer, its clock and its timer. Seconds are those since the beginning of the test.
struct Stage {
    var announcer: Announcer
    private(set) var second = 0.0
    /// All that it asked for, but timers and memory.
    private(set) var log: [(second: Double, action: Announcer.Action)] = []
    private var wakes: [Instant] = []

    init(_ configuration: Configuration) { announcer = Announcer(configuration) }

    var now: Instant { .zero + .seconds(second) }
    var told: [Announcement] { announcer.table(for: "a") }

    /// Lets time pass, and timers fire when they are due.
    mutating func pass(until end: Double) {
        while let wake = wakes.min(), wake <= .zero + .seconds(end) {
            second = max(second, Double(wake.nanoseconds) / 1e9)
            wakes.removeAll { $0 == wake }
            deliver(.tick, now: max(wake, now))
        }
        second = max(second, end)
    }

    @discardableResult
    mutating func at(_ second: Double, _ event: Announcer.Event) -> [Announcer.Action] {
        pass(until: second)
        return deliver(event, now: now)
    }

    @discardableResult
    private mutating func deliver(_ event: Announcer.Event, now: Instant) -> [Announcer.Action] {
        let actions = announcer.handle(event, now: now)
        for action in actions {
            switch action {
            case .wake(let at): wakes.append(at)
            case .remember: break
            default: log.append((second, action))
            }
        }
        return actions
    }

    /// As if the agent had died and another one had been started after `asleep`.
    mutating func restart(asleep: Double = 0) {
        let memory = announcer.memory(now: now)
        wakes = []
        second += max(0, asleep)
        announcer = Announcer(announcer.configuration, memory: memory, asleep: .seconds(asleep), now: now)
        deliver(.start, now: now)
    }

    /// Announcements, changes and withdrawals, as `12.5 announce`.
    var moves: [String] {
        log.compactMap { entry in
            let second = entry.second == entry.second.rounded() ? "\(Int(entry.second))" : "\(entry.second)"
            return switch entry.action {
            case .announce: "\(second) announce"
            case .change: "\(second) change"
            case .withdraw: "\(second) withdraw"
            default: nil
            }
        }
    }

    var alarms: [Alarm] { announcer.alarms }
    var waiting: [String] { announcer.intents(now: now).flatMap(\.waiting).map { $0.text(now: now) } }

    mutating func healthy(_ second: Double, _ address: Address = v4, check: Int = 0) {
        at(second, .verdict(.healthy, check: check, address: address, reason: "passed"))
    }

    mutating func failing(_ second: Double, _ address: Address = v4, check: Int = 0) {
        at(second, .verdict(.failing, check: check, address: address, reason: "timeout"))
    }

    mutating func degraded(_ second: Double, _ address: Address = v4, check: Int = 0) {
        at(second, .verdict(.degraded, check: check, address: address, reason: "slow"))
    }

    mutating func drain(
        _ second: Double, _ target: Drain.Target = .host, for length: Double? = nil, isForced: Bool = false
    ) {
        at(second, .operate(.drain(target, for: length.map { .seconds($0) }, isForced: isForced), by: "test"))
    }

    mutating func undrain(_ second: Double, _ target: Drain.Target = .host) {
        at(second, .operate(.undrain(target), by: "test"))
    }

    mutating func undo(_ second: Double, _ number: Int? = nil) { at(second, .operate(.undo(number), by: "test")) }

    var refusals: [Refused] {
        log.compactMap { if case .refused(let refused) = $0.action { refused } else { nil } }
    }
}
