package import Internet
internal import Net

/// What failures one at a time (N-1) would do to a plan, and whether the network survives them.
package struct Failures: Sendable {
    package let resilience: Resilience
    /// How it is while nothing fails, judged alike.
    package let usual: Resilience.Case
    /// Whether loads are queries a second; else they are parts of 1, and no verdict is about capacity.
    package let hasLoad: Bool
    /// The most that all sites together can be asked for, in queries a second in the busiest hour, for every one of the
    /// failures to overload nobody; nil: some site that is given something doesn't say what it can carry.
    package let carries: Double?
    /// How many there were to look at; more than the cases when time was over.
    package let count: Int
    /// By how many prepends a degraded site becomes less preferred.
    package let step: Int
    /// What it was found by, for more of the same.
    package let study: FailureStudy

    package struct Options: Sendable {
        /// How many of the busiest transit ASes fail.
        package var transits = 20
        /// So many prepends make a site less preferred when it is degraded.
        package var step: Int

        package init(step: Int) { self.step = step }
    }

    package init(_ plan: Plan, _ options: Options, _ pace: Pace = Pace()) throws(PlanError) {
        var study = FailureStudy(of: plan)
        (hasLoad, step) = (plan.clients.queriesPerWeight != nil, options.step)
        let transits = plan.propagation.busiestTransits(plan.clients.weights, count: options.transits)
        let all = plan.deployment.ownFailures + transits.map { Failure.transit($0.asn) }
        let responses: [Cascade.Response] =
            hasLoad ? [.withdraw] + (options.step > 0 ? [.lessPreferred(by: options.step)] : []) : []
        let (first, judged): (Resilience, Resilience)
        do throws(PropagationError) {
            first = try study.resilience(to: [.nothing], responses)
            judged = try study.resilience(to: all, responses) { step, done, count in
                pace.goesOn(step == .failing ? "failing one at a time" : "following overloads", done, of: count)
            }
        } catch { throw .input("plan: \(error)") }
        (usual, resilience) = (first.cases[0], judged)
        let given = plan.deployment.sites.indices.filter { site in
            judged.cases.contains { $0.impact.loads[site].mean > 0 }
        }
        let isKnown = given.allSatisfy { plan.deployment.sites[$0].queriesPerSecond != nil }
        let headroom = [first.headroom, judged.headroom].compactMap(\.self).min()
        carries = isKnown ? headroom.flatMap { times in study.everybody.map { times * $0 } } : nil
        (count, self.study) = (all.count, study)
    }
}

extension FailureStudy {
    /// Loads that nobody knows are parts of 1 in the busiest hour.
    init(of plan: Plan) {
        var clients = plan.clients
        if clients.queriesPerWeight == nil { clients.scale(toPeak: 1) }
        self.init(plan.propagation, plan.deployment, clients, plan.outcome, plan.trust)
        roundTrip = { [latency = plan.geography.latency] in latency.roundTrip($0, at: $1) }
    }

    /// What everybody asks together in the busiest hour, in queries a second.
    var everybody: Double? {
        var all = Clients.Load()
        for position in 0..<clients.count { all.add(clients, at: position) }
        return clients.queriesPerSecond(all.peak.weight)
    }
}
