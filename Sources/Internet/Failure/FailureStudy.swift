/// What failures do to a plan: who lands where then, which survivor has more than it can carry, and who has no route.
///
///     plan ── change ──▶ plan without a site ── the ASes that moved ──▶ flows ──▶ loads ──▶ overloads
///       ◀──── undo ─────╯
///
/// Only ASes that move are looked at, so all failures of a network of hundreds of sites take seconds. Where landings were
/// measured, those stand: an AS moves away from where it was seen when that site is gone, or when the plan had it right and
/// moves it; where it goes then, only the plan says.
public struct FailureStudy: Sendable {
    public let plan: Propagation
    /// The same between any two failures.
    private var changed: Propagation
    public let deployment: Deployment
    public let clients: Clients
    public let outcome: Outcome
    /// How far predicted landings can be believed.
    public let trust: Trust
    /// By site, before anything fails.
    public let loads: [Clients.Load]
    /// The round trip of the AS at a position in a plan, in milliseconds, NaN where it isn't known; for what latency is lost.
    public var roundTrip: RoundTrip?
    /// ASes that were measured elsewhere than the plan has them.
    private let strays: [Int]

    public typealias RoundTrip = @Sendable (_ plan: Propagation, _ position: Int) -> Float

    /// - Parameter outcome: of this plan, with what was measured.
    public init(
        _ plan: Propagation, _ deployment: Deployment, _ clients: Clients, _ outcome: Outcome,
        _ trust: Trust = .uncalibrated
    ) {
        precondition(clients.count == plan.graph.count && outcome.count == clients.count, "clients of the same graph")
        (self.plan, changed, self.deployment, self.clients) = (plan, plan, deployment, clients)
        (self.outcome, self.trust) = (outcome, trust)
        var loads = [Clients.Load](repeating: Clients.Load(), count: deployment.sites.count)
        for position in 0..<outcome.count {
            for part in outcome.parts(at: position) { loads[part.site].add(clients, at: position, part: part.share) }
        }
        self.loads = loads
        strays = (0..<outcome.count).filter { position in
            outcome.whence(at: position) == .measured
                && outcome.parts(at: position).contains { $0.site != plan.site(at: position) }
        }
    }

    /// What one failure does.
    public mutating func impact(of failure: Failure) throws(PropagationError) -> Impact {
        let (changes, gone) = (failure.changes(deployment), failure.gone(deployment))
        guard !changes.isEmpty else { return impact(failure, Moves(deployment.sites.count), gone) }
        try changed.change(changes)
        defer { changed.undo() }
        let moves = moves(failure, gone, to: changed, among: changed.changed)
        var impact = impact(failure, moves, gone)
        impact.latency = latencyLost(moves)
        return impact
    }

    /// What differs in a plan that several changes in a row have led to, without latency, which would take longer than all
    /// the rest.
    ///
    /// - Parameter gone: sites that announce nothing then.
    func impact(of failure: Failure, gone: Set<Int>, in plan: Propagation) -> Impact {
        impact(failure, moves(failure, gone, to: plan, among: 0..<outcome.count), gone)
    }

    private func impact(_ failure: Failure, _ moves: Moves, _ gone: Set<Int>) -> Impact {
        let none = [Clients.Load](repeating: Clients.Load(), count: loads.count)
        var impact = Impact(
            failure: failure, flows: moves.sorted, loads: loads, added: none, landed: Clients.Load(),
            gone: gone.sorted(),
            down: moves.down, overloads: [])
        for flow in impact.flows {
            if let from = flow.from { impact.loads[from].add(flow.load, times: -1) }
            guard let to = flow.to else { continue }
            impact.loads[to].add(flow.load)
            impact.added[to].add(flow.load)
            impact.landed.add(flow.load)
        }
        for site in impact.loads.indices { impact.loads[site].clamp() }
        impact.overloads = deployment.overloads(impact.loads, clients)
        return impact
    }

    // MARK: Who moves

    /// An AS that moves, or most of which does.
    public struct Mover: Hashable, Sendable {
        public var position: Int
        /// Nil: it had no route.
        public var from: Int?
        /// Nil: it has none then.
        public var to: Int?
        public var weight: Double
    }

    /// The ASes with the most weight that a failure moves, the largest first.
    public mutating func largestMovers(in failure: Failure, count: Int) throws(PropagationError) -> [Mover] {
        let changes = failure.changes(deployment)
        guard !changes.isEmpty else { return [] }
        try changed.change(changes)
        defer { changed.undo() }
        let moved = moves(failure, failure.gone(deployment), to: changed, among: changed.changed).positions
        let largest = moved.sorted { (clients.weights[$1], $0) < (clients.weights[$0], $1) }.prefix(count)
        return largest.map { position in
            Mover(
                position: position, from: outcome.site(at: position), to: changed.site(at: position),
                weight: clients.weights[position])
        }
    }

    /// - Parameter positions: nobody else has another route.
    private func moves(
        _ failure: Failure, _ gone: Set<Int>, to other: Propagation, among positions: some Sequence<Int>
    ) -> Moves {
        var moves = Moves(deployment.sites.count)
        if case .transit(let asn) = failure { moves.failed = plan.graph.position(of: asn) }
        for position in positions {
            let (before, now) = (plan.site(at: position), other.site(at: position))
            if before != now { move(position, from: before, to: now, gone, &moves) }
        }
        for position in strays {
            let (before, now) = (plan.site(at: position), other.site(at: position))
            if before == now { move(position, from: before, to: now, gone, &moves) }
        }
        return moves
    }

    private func move(_ position: Int, from before: Int?, to now: Int?, _ gone: Set<Int>, _ moves: inout Moves) {
        guard outcome.whence(at: position) == .measured else {
            return moves.add(clients, position, from: before, to: now)
        }
        for part in outcome.parts(at: position) {
            // Whom the plan had elsewhere stays where it was seen, as long as somebody is there and there is a way.
            let isMoved = part.site == before || gone.contains(part.site) || before != nil && now == nil
            guard isMoved, part.site != now else { continue }
            moves.add(clients, position, from: part.site, to: now, part.share)
        }
    }

    // MARK: Latency

    /// Of those who moved and still land somewhere, as far as both round trips are known.
    private func latencyLost(_ moves: Moves) -> Impact.LatencyLoss? {
        guard let roundTrip, !outcome.roundTrips.isEmpty else { return nil }
        var samples: (before: [Summary.Latency.Sample], after: [Summary.Latency.Sample]) = ([], [])
        var (added, weight) = (0.0, 0.0)
        for position in moves.positions where changed.site(at: position) != nil {
            let (before, after) = (outcome.roundTrips[position], roundTrip(changed, position))
            guard !before.isNaN, !after.isNaN else { continue }
            let count = clients.weights[position]
            samples.before.append((Double(before), count))
            samples.after.append((Double(after), count))
            added += count * Double(after - before)
            weight += count
        }
        guard weight > 0, let before = Summary.Latency(samples.before), let after = Summary.Latency(samples.after)
        else { return nil }
        return Impact.LatencyLoss(mean: added / weight, before: before, after: after, weight: weight)
    }
}

/// Who leaves which site for which, a flow for each pair that there is.
struct Moves: Sendable {
    private let sites: Int
    private var flows: [Impact.Flow] = []
    /// Where a pair's flow stands, counted from 1; `nil` is the last site.
    private var slots: [Int32]
    /// The AS that is down itself, and what it counts for.
    var failed: Int?
    private(set) var down = Clients.Load()
    /// Everybody that moved.
    private(set) var positions: [Int] = []

    init(_ sites: Int) {
        self.sites = sites
        slots = [Int32](repeating: 0, count: (sites + 1) * (sites + 1))
    }

    mutating func add(_ clients: Clients, _ position: Int, from: Int?, to: Int?, _ part: Double = 1) {
        if position == failed { down.add(clients, at: position, part: part) }
        let pair = (from ?? sites) * (sites + 1) + (to ?? sites)
        if slots[pair] == 0 {
            flows.append(Impact.Flow(from: from, to: to, ases: 0, load: Clients.Load()))
            slots[pair] = Int32(flows.count)
        }
        let slot = Int(slots[pair]) - 1
        flows[slot].ases += 1
        flows[slot].load.add(clients, at: position, part: part)
        if positions.last != position { positions.append(position) }
    }

    /// By the site that is left and then by the one that is reached, nowhere last.
    var sorted: [Impact.Flow] {
        flows.sorted { ($0.from ?? sites, $0.to ?? sites) < ($1.from ?? sites, $1.to ?? sites) }
    }
}

extension Clients.Load {
    mutating func add(_ other: Self, times factor: Double = 1) {
        mean += factor * other.mean
        guard !other.hours.isEmpty else { return }
        if hours.isEmpty { hours = [Double](repeating: 0, count: other.hours.count) }
        for hour in hours.indices { hours[hour] += factor * other.hours[hour] }
    }

    /// What is left of a sum after all of it was taken away again can be a little less than nothing.
    mutating func clamp() {
        mean = max(0, mean)
        for hour in hours.indices { hours[hour] = max(0, hours[hour]) }
    }
}
