internal import Daemon
internal import FoundationEssentials
internal import Loop
internal import Nameserver
internal import Net

/// What a service has been asked, over all lives of its processes, and by whom on this day (UTC) and the one before.
///
///     life 1   counts ──╮
///     life 2   counts ──┼─▶ totals ─▶ since midnight        each life has memory of its own, and is added when it ends;
///     life 3   counts, now ─╯                               who asks is noted in memory that all of them share
final class ServiceLedger {
    let since = timestamp()
    /// Where processes note who asks.
    private(set) var clients: ClientMemory?
    private var ended = ServiceTotals()
    private var lives: [Life] = []
    private var dayBegan: Date
    private var before = ServiceTotals()
    private(set) var yesterday: ServiceDay?

    /// Networks that are told.
    static let mostNetworks = 32_768

    private struct Life {
        weak var process: ServiceProcess?
        let memory: CountingMemory
        let zones: [String]

        var totals: ServiceTotals { ServiceTotals(memory.counts, zones) }
    }

    init(now: Date) { dayBegan = now }

    /// Memory for a process that is about to start. Where there is none, its queries are answered all the same.
    func memory(for copy: ServiceCopy) -> CountingMemory? {
        let threads = copy.manifest.threads
        if clients.map({ $0.threads < threads }) ?? true {
            clients = try? ClientMemory(sharedBy: threads, seed: .random(in: 0 ... .max))
        }
        return try? CountingMemory(sharedBy: threads, zones: copy.zones.count)
    }

    func begin(_ process: ServiceProcess, _ memory: CountingMemory, _ copy: ServiceCopy) {
        lives.append(Life(process: process, memory: memory, zones: copy.zones.map(\.name)))
    }

    /// It has ended, so nothing more comes.
    func end(_ process: ServiceProcess) {
        for life in lives where life.process === process || life.process == nil {
            ended.add(life.totals)
            (ended.counts.connections, ended.counts.places) = (0, 0)
        }
        lives.removeAll { $0.process === process || $0.process == nil }
    }

    var totals: ServiceTotals { lives.reduce(into: ended) { $0.add($1.totals) } }

    /// This day, as far as it has got.
    var today: ServiceDay {
        var day = ServiceDay(began: dayBegan, ended: nil, totals.since(before), clients?.sources ?? Sources())
        day.clients = clients
        return day
    }

    /// Whether a day was over: then another one begins.
    @discardableResult
    func turn(_ now: Date) -> Bool {
        guard now.day != dayBegan.day else { return false }
        let totals = totals
        var day = ServiceDay(
            began: dayBegan, ended: now.startOfDay, totals.since(before), clients?.sources ?? Sources())
        day.clients = try? clients?.copy()
        clients?.clear()
        (yesterday, before, dayBegan) = (day, totals, now.startOfDay)
        return true
    }
}

/// Counts of a service, zones by their names: those of one process may be others than the next one's.
struct ServiceTotals: Sendable {
    /// Without its zones.
    var counts = Counts()
    var zones: [String: Counts.Zone] = [:]

    init() {}

    init(_ counts: Counts, _ names: [String]) {
        self.counts = counts
        self.counts.zones = []
        zones = Dictionary(zip(names, counts.zones), uniquingKeysWith: +)
    }

    mutating func add(_ other: ServiceTotals) {
        counts.add(other.counts)
        zones.merge(other.zones, uniquingKeysWith: +)
    }

    func since(_ earlier: ServiceTotals) -> ServiceTotals {
        var rest = self
        rest.counts = counts.since(earlier.counts)
        rest.zones = Dictionary(
            uniqueKeysWithValues: zones.map { ($0, $1 - (earlier.zones[$0] ?? Counts.Zone())) })
        return rest
    }

    /// All zones, and what none of them answered.
    var all: Counts.Zone { zones.values.reduce(counts.nobody, +) }
}

/// What was asked between two midnights (UTC), or since the agent began.
struct ServiceDay: Sendable {
    var began: Date
    /// nil: it isn't over.
    var ended: Date?
    var totals: ServiceTotals
    var sources: Sources
    /// Who asked. To be looked at by a thread that has the time.
    var clients: ClientMemory?

    init(began: Date, ended: Date?, _ totals: ServiceTotals, _ sources: Sources) {
        (self.began, self.ended, self.totals, self.sources) = (began, ended, totals, sources)
    }
}

extension Date {
    private static let daySeconds = 86_400.0

    /// Days since 1970.
    var day: Int { Int((timeIntervalSince1970 / Self.daySeconds).rounded(.down)) }
    var startOfDay: Date { Date(timeIntervalSince1970: Double(day) * Self.daySeconds) }
}
