// Makes a million checks in virtual time: monitors, and the announcer that hears their verdicts, with failures, floods of
// verdicts, lost sessions and operators between them. Prints one line: `checks 1000000 verdicts N moves N resident KIB
// growth KIB`, what memory was resident after the first tenth, and how much came until the end, without pages of the
// executable that were touched for the first time. Arguments: how many checks, and the seed.
import Announce
import Glibc
import Health
import Net

@main
struct Main {
    static func main() {
        let arguments = CommandLine.arguments.dropFirst().compactMap { UInt64($0) }
        guard arguments.count == 2 else { exit(2) }
        var site = Site(seed: arguments[1])
        var first = Memory()
        for number in 0..<arguments[0] {
            site.check()
            if number == arguments[0] / 10 { first = Memory() }
        }
        let growth = Memory().own - first.own
        print("checks", arguments[0], "verdicts", site.verdicts, "moves", site.moves, terminator: " ")
        print("resident", first.resident, "growth", growth)
    }
}

/// In KiB.
private struct Memory {
    private(set) var resident = 0
    /// Of it, what no file has.
    private(set) var own = 0

    init() {
        let file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
        defer { close(file) }
        var text = [UInt8](repeating: 0, count: 128)
        let count = max(0, read(file, &text, text.count))
        let pages = String(decoding: text[..<count], as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        guard pages.count > 2 else { return }
        let kibibytes = sysconf(Int32(_SC_PAGESIZE)) / 1024
        (resident, own) = (pages[1] * kibibytes, (pages[1] - pages[2]) * kibibytes)
    }
}

/// Two addresses with two checks each, announced to two neighbors of each family.
private struct Site {
    private var announcer: Announcer
    private var monitors: [Monitor]
    private let addresses: [Address]
    private var random: SeededRandom
    private var now = Instant.zero
    private var wakes: [Instant] = []
    private var next = 0
    /// For how many more checks everything goes wrong.
    private var trouble = 0
    private(set) var verdicts = 0
    private(set) var moves = 0

    init(seed: UInt64) {
        random = SeededRandom(seed: seed)
        addresses = [Address(v4: 0xcb00_7135), Address(v4: 0xcb00_7136)]
        let checks = [Configuration.Check("dns"), Configuration.Check("tcp", reach: .shared)]
        var policy = Policy()
        (policy.require, policy.holdDown) = (.any, .seconds(1))
        policy.load = LoadStep.Marks(above: 0.9, below: 0.5)
        announcer = Announcer(
            Configuration(
                policy: policy, prefixes: [addresses[0], addresses[1]].map(Prefix.init(host:)),
                services: addresses.map { .init(name: "dns", address: $0, checks: checks) },
                neighbors: ["a", "b"].map { Neighbor(name: $0, family: .ipv4) }))
        monitors = (0..<4).map { _ in Monitor(policy: .init(rise: 2, fall: 2, lease: .seconds(1))) }
        apply(announcer.handle(.start, now: now))
    }

    /// 25 ms later, the next of the four checks has a result.
    mutating func check() {
        now = now + .milliseconds(25)
        tick()
        if trouble > 0 { trouble -= 1 } else if chance(2000) { trouble = Int.random(in: 1...200, using: &random) }
        if chance(500) { disturb() }
        next = (next + 1) % monitors.count
        let actions = monitors[next].handle(result(), now: now)
        for action in actions {
            guard case .verdict(let verdict, let reason) = action else { continue }
            verdicts += 1
            let event = Announcer.Event.verdict(verdict, check: next % 2, address: addresses[next / 2], reason: reason)
            apply(announcer.handle(event, now: now))
        }
    }

    private mutating func tick() {
        while let wake = wakes.min(), wake <= now {
            wakes.removeAll { $0 == wake }
            apply(announcer.handle(.tick, now: wake))
        }
    }

    private mutating func apply(_ actions: [Announcer.Action]) {
        for action in actions {
            switch action {
            case .wake(let at): wakes.append(at)
            case .announce, .change, .withdraw: moves += 1
            case .remember: _ = announcer.memory(now: now)
            default: break
            }
        }
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }

    /// Reasons differ each time, so that whatever keeps them shows.
    private mutating func result() -> Monitor.Event {
        let number = Int.random(in: 0..<1_000_000, using: &random)
        guard trouble > 0 || chance(50) else { return .passed(after: .microseconds(number)) }
        switch number % 6 {
        case 0: return .degraded(reason: "slow by \(number)")
        case 1: return .impossible(reason: "no descriptor \(number)")
        case 2: return .timedOut(reason: "after \(number)", answersOthers: true)
        case 3: return .leaseEnded
        default: return .failed(reason: "wrong answer \(number)")
        }
    }

    private mutating func disturb() {
        let event: Announcer.Event
        switch Int.random(in: 0..<8, using: &random) {
        case 0: event = .session(neighbor: "a", isUp: false)
        case 1: event = .session(neighbor: "a", isUp: true)
        case 2: event = .operate(.drain(.host, for: .seconds(20), isForced: true), by: "operator")
        case 3: event = .operate(.undrain(.host), by: "operator")
        case 4: event = .operate(.undo(), by: "operator")
        case 5: event = .crashLoop(service: "dns", chance(2))
        case 6: event = .load(Double.random(in: 0...2, using: &random))
        default: event = .traffic(share: Double.random(in: 0...1, using: &random), .host)
        }
        apply(announcer.handle(event, now: now))
    }
}
