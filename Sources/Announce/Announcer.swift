public import Net

/// From verdicts to announcements: decides which prefixes a host announces, to whom, and with which attributes.
///
///                       every required address healthy
///     ┌───────────┐ ───────────────────────────────────────▶ ┌───────────┐
///     │ withdrawn │      (the first time since the start)    │ announced │
///     └───────────┘ ◀─────────────────────────────────────── └───────────┘
///        │     ▲          a required address is failing            ▲
///        │     │ failing again                                     │ healthy for `hold-down`
///        │   ┌───────────┐                                         │
///        └──▶│ held down │ ────────────────────────────────────────┘
///  healthy   └───────────┘
///
/// The order of a start is: address on the host, service, checks, announcement. The order of a stop is: withdrawal, a
/// wait until routers have forgotten, then the address goes. The same verdict twice changes nothing. Verdicts are per
/// address, and a prefix listens to its own addresses only, so that an IPv6 failure never withdraws IPv4.
///
/// Knows no BGP: a speaker turns `table(for:)` into UPDATEs.
public struct Announcer: Sendable {
    public enum Event: Hashable, Sendable {
        /// What check number `check` of `address` says now.
        case verdict(Verdict, check: Int, address: Address, reason: String)
        case timer(Timer)
        /// The agent is to end: withdraw everything, for good.
        case stop
    }

    public enum Timer: Hashable, Sendable {
        case holdDown(Prefix)
        case withdrawWait
    }

    public enum Action: Hashable, Sendable {
        /// `table(for:)` of the neighbors of this family has changed.
        case announce(Prefix, reason: String)
        /// It is announced no longer, or, failing again in a hold-down, not about to be.
        case withdraw(Prefix, reason: String)
        /// The prefix waits: its service is healthy, and must stay so until then.
        case hold(Prefix, until: Instant)
        case arm(Timer, at: Instant)
        /// Routers have had their time: take the service addresses off the host.
        case removeAddresses
    }

    /// An address that must answer, and how many checks look at it.
    public struct Service: Hashable, Sendable {
        public var address: Address
        public var checks: Int

        public init(address: Address, checks: Int) { (self.address, self.checks) = (address, checks) }
    }

    public let policy: Policy
    public private(set) var prefixes: [PrefixIntent]
    private let neighbors: [Neighbor]
    private var isStopping = false

    public init(policy: Policy, prefixes: [Prefix], services: [Service], neighbors: [Neighbor]) {
        self.policy = policy
        self.neighbors = neighbors
        self.prefixes = prefixes.map { prefix in
            PrefixIntent(prefix, services.filter { prefix.contains($0.address) }, policy.require ?? .all)
        }
    }

    /// All that `neighbor` is to be told; unknown neighbors are told nothing.
    public func table(for neighbor: String) -> [Announcement] {
        guard let neighbor = neighbors.first(where: { $0.name == neighbor }) else { return [] }
        return prefixes.filter { $0.isAnnounced && $0.prefix.family == neighbor.family }
            .map { neighbor.announcement(of: $0.prefix) }
    }

    public mutating func handle(_ event: Event, now: Instant) -> [Action] {
        switch event {
        case .verdict(let verdict, let check, let address, let reason):
            prefixes.indices.flatMap { note(verdict, check, address, reason, at: $0, now) }
        case .timer(.holdDown(let prefix)):
            prefixes.indices.filter { prefixes[$0].prefix == prefix }.flatMap { endHoldDown(at: $0, now) }
        case .timer(.withdrawWait): isStopping ? [.removeAddresses] : []
        case .stop: stop(now)
        }
    }

    private mutating func note(
        _ verdict: Verdict, _ check: Int, _ address: Address, _ reason: String, at index: Int, _ now: Instant
    ) -> [Action] {
        guard prefixes[index].note(verdict, check, address), !isStopping else { return [] }
        return prefixes[index].isHealthy ? recover(at: index, reason, now) : fail(at: index, reason)
    }

    private mutating func recover(at index: Int, _ reason: String, _ now: Instant) -> [Action] {
        guard case .withdrawn(let hasFailed) = prefixes[index].state else { return [] }
        guard hasFailed, policy.holdDown > .zero else { return announce(at: index, reason) }
        let until = now + policy.holdDown
        prefixes[index].state = .heldDown(until: until)
        let prefix = prefixes[index].prefix
        return [.hold(prefix, until: until), .arm(.holdDown(prefix), at: until)]
    }

    /// A timer of an earlier hold-down may fire in a later one: only the instant counts.
    private mutating func endHoldDown(at index: Int, _ now: Instant) -> [Action] {
        guard case .heldDown(let until) = prefixes[index].state, now >= until, !isStopping else { return [] }
        return announce(at: index, "healthy for \(policy.holdDown)")
    }

    private mutating func announce(at index: Int, _ reason: String) -> [Action] {
        prefixes[index].state = .announced
        return [.announce(prefixes[index].prefix, reason: reason)]
    }

    private mutating func fail(at index: Int, _ reason: String) -> [Action] {
        if case .withdrawn = prefixes[index].state { return [] }
        prefixes[index].state = .withdrawn(hasFailed: true)
        return [.withdraw(prefixes[index].prefix, reason: reason)]
    }

    private mutating func stop(_ now: Instant) -> [Action] {
        guard !isStopping else { return [] }
        isStopping = true
        let withdrawals = prefixes.indices.filter { prefixes[$0].isAnnounced }.map { index in
            Action.withdraw(prefixes[index].prefix, reason: "the agent stops")
        }
        for index in prefixes.indices { prefixes[index].state = .withdrawn(hasFailed: false) }
        return withdrawals + [.arm(.withdrawWait, at: withdrawals.isEmpty ? now : now + policy.withdrawWait)]
    }
}
