internal import Net

/// What every check has said, and what that means for a prefix at a neighbor.
///
/// A check that has never passed is unproven. It doesn't let a route rise, for starts wait until the checks have passed;
/// and it can't make one fall, so that a reload with a mistyped check takes nothing off the Internet (ANNOUNCING 5).
struct Board: Sendable {
    private(set) var services: [Watched]

    struct Watched: Sendable {
        var service: Configuration.Service
        var results: [Result]
        var isCrashing = false
    }

    struct Result: Hashable, Sendable {
        /// nil: not a word yet.
        var verdict: Verdict?
        var isProven = false
        /// Where the check can't be made, its last verdict stands (ANNOUNCING 2).
        var uncertainty = Uncertainty()
    }

    /// Which checks count.
    enum Basis {
        /// Those that have passed: what may make a route fall.
        case proven
        /// Every one: what lets a route rise.
        case all
    }

    init(_ services: [Configuration.Service]) {
        self.services = services.map { Watched(service: $0, results: $0.checks.map { _ in Result() }) }
    }

    /// A check that is still the same keeps what it said.
    func replaced(by services: [Configuration.Service]) -> Board {
        var board = Board(services)
        for (index, service) in services.enumerated() {
            guard let old = self.services.first(where: { $0.service.address == service.address }) else { continue }
            board.services[index].isCrashing = old.isCrashing
            for (place, check) in service.checks.enumerated() {
                guard let before = old.service.checks.firstIndex(of: check) else { continue }
                board.services[index].results[place] = old.results[before]
            }
        }
        return board
    }

    mutating func note(_ verdict: Verdict, _ check: Int, _ address: Address, now: Instant) {
        guard let index = services.firstIndex(where: { $0.service.address == address }),
            services[index].results.indices.contains(check)
        else { return }
        services[index].results[check].uncertainty.note(isUncertain: verdict == .unknown, now: now)
        guard verdict != .unknown else { return }
        services[index].results[check].verdict = verdict
        if verdict != .failing { services[index].results[check].isProven = true }
    }

    mutating func note(certain check: Int, _ address: Address, now: Instant) {
        guard let index = services.firstIndex(where: { $0.service.address == address }),
            services[index].results.indices.contains(check)
        else { return }
        services[index].results[check].uncertainty.note(isUncertain: false, now: now)
    }

    mutating func settle(now: Instant) {
        for index in services.indices {
            for check in services[index].results.indices {
                services[index].results[check].uncertainty.settle(now: now)
            }
        }
    }

    mutating func note(crashing: Bool, _ service: String) {
        for index in services.indices where services[index].service.name == service {
            services[index].isCrashing = crashing
        }
    }

    /// nil: nothing counts, so nothing is known.
    func condition(of prefix: Prefix, at neighbor: String, _ require: Policy.Requirement, _ basis: Basis) -> Condition?
    {
        var outcome: Condition?
        for watched in services where prefix.contains(watched.service.address) {
            guard let next = watched.condition(at: neighbor, basis) else { continue }
            outcome = outcome.map { require == .all ? min($0, next) : max($0, next) } ?? next
        }
        return outcome
    }
}

extension Board.Watched {
    /// The worst of its checks. An address without a check is never known to answer.
    fileprivate func condition(at neighbor: String, _ basis: Board.Basis) -> Condition? {
        var worst: Condition? = results.isEmpty && basis == .all ? .failing : nil
        for (check, result) in zip(service.checks, results) where check.neighbor == nil || check.neighbor == neighbor {
            guard let condition = result.condition(check.reach, basis) else { continue }
            worst = worst.map { min($0, condition) } ?? condition
        }
        return isCrashing ? worst.map { min($0, .degraded) } : worst
    }
}

extension Board.Result {
    fileprivate func condition(_ reach: Configuration.Check.Reach, _ basis: Board.Basis) -> Condition? {
        if basis == .proven, !isProven { return nil }
        return switch verdict {
        case .healthy: .healthy
        case .degraded: .degraded
        case .failing: reach == .shared ? .degraded : .failing
        case .unknown, nil: .failing
        }
    }
}
