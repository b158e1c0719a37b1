/// Which of some failures a network survives at its peak, and the least that would make it survive the others.
///
/// A failure is survived when no site has more than it can carry and nobody is left without a way that the network itself
/// could have given: whose only provider is down isn't counted against it.
public struct Resilience: Hashable, Sendable {
    /// In the order given.
    public var cases: [Case]
    /// By site: what it has to be able to carry, in queries a second, for all of these failures to overload nobody. Nil: it
    /// isn't known what a load is.
    public var needed: [Double?]
    /// So many times the load of now could be carried through all of these failures, and not more; below 1: that is too
    /// little. Nil: no site says what it can carry, or it isn't known what a load is.
    public var headroom: Double?
    /// Of the failures that overload somebody, how many nobody had the time to follow further.
    public var unfollowed = 0

    public struct Case: Hashable, Sendable {
        public var impact: Impact
        public var verdict: Verdict
        /// What happens if overloaded sites act; none: nobody is overloaded, nobody asked, or there was no time.
        public var cascades: [Cascade]
    }

    public enum Verdict: Hashable, Sendable {
        case survived
        /// As planned nobody is overloaded. These are if the plan is as wrong as plans have been.
        case atRisk([Int])
        case overloaded([Int])
        /// Somebody has no route.
        case stranded
        /// It isn't known what a load is, or what these sites can carry.
        case unjudged([Int])
    }

    /// The search for a verdict is over before what follows from overloads is looked at, which takes longer.
    public enum Step: Hashable, Sendable {
        case failing
        case following
    }

    public var survived: Int { cases.count { $0.verdict == .survived } }
}

extension FailureStudy {
    /// - Parameters:
    ///   - responses: what to try where somebody is overloaded.
    ///   - goOn: asked before every failure; false ends the step, with what there is.
    public mutating func resilience(
        to failures: [Failure], _ responses: [Cascade.Response] = [],
        goOn: (_ step: Resilience.Step, _ done: Int, _ all: Int) -> Bool = { _, _, _ in true }
    ) throws(PropagationError) -> Resilience {
        var cases: [Resilience.Case] = []
        for failure in failures {
            guard goOn(.failing, cases.count, failures.count) else { break }
            let impact = try impact(of: failure)
            cases.append(Resilience.Case(impact: impact, verdict: verdict(of: impact), cascades: []))
        }
        let impacts = cases.map(\.impact)
        var resilience = Resilience(cases: cases, needed: needed(impacts), headroom: headroom(impacts))
        if !responses.isEmpty { try follow(&resilience, responses, goOn) }
        return resilience
    }

    private mutating func follow(
        _ resilience: inout Resilience, _ responses: [Cascade.Response],
        _ goOn: (_ step: Resilience.Step, _ done: Int, _ all: Int) -> Bool
    ) throws(PropagationError) {
        let over = resilience.cases.indices.filter { !resilience.cases[$0].impact.overloads.isEmpty }
        for (done, index) in over.enumerated() {
            guard goOn(.following, done, over.count) else {
                resilience.unfollowed = over.count - done
                return
            }
            let impact = resilience.cases[index].impact
            for response in responses {
                resilience.cases[index].cascades.append(try cascade(after: impact, response))
            }
        }
    }

    // MARK: Verdicts

    private func verdict(of impact: Impact) -> Resilience.Verdict {
        if !impact.overloads.isEmpty { return .overloaded(impact.overloads.map(\.site).sorted()) }
        if isStranding(impact) { return .stranded }
        let unknown = deployment.sites.indices.filter { site in
            impact.loads[site].mean > 0
                && (deployment.sites[site].queriesPerSecond == nil || clients.queriesPerWeight == nil)
        }
        if !unknown.isEmpty { return .unjudged(unknown) }
        let risky = deployment.sites.indices.filter { site in
            guard let capacity = deployment.sites[site].queriesPerSecond,
                let most = clients.queriesPerSecond(range(of: impact, site).upperBound)
            else { return false }
            return most.exceeds(capacity)
        }
        return risky.isEmpty ? .survived : .atRisk(risky)
    }

    private func isStranding(_ impact: Impact) -> Bool {
        if case .transit = impact.failure { return false }
        return impact.strandedASes > 0
    }

    /// What a site may have after a failure, as a weight in its busiest hour, if what moved landed elsewhere than predicted
    /// as often as predictions are wrong. What doesn't move is where it is: that the plan is wrong about it says nothing
    /// about this failure.
    public func range(of impact: Impact, _ site: Int) -> ClosedRange<Double> {
        let load = impact.loads[site].peak.weight
        guard impact.failure != .nothing, !impact.gone.contains(site) else { return load...load }
        let landed = impact.landed.peak.weight
        let added = impact.added[site].peak.weight
        let wrong = trust.range(site: min(added, landed), of: max(landed, 0))
        return max(0, load - added + wrong.lowerBound)...(load - added + wrong.upperBound)
    }

    // MARK: What would be enough

    private func needed(_ impacts: [Impact]) -> [Double?] {
        deployment.sites.indices.map { site in
            clients.queriesPerSecond(impacts.map { $0.loads[site].peak.weight }.max() ?? 0)
        }
    }

    private func headroom(_ impacts: [Impact]) -> Double? {
        impacts.flatMap { impact in
            deployment.sites.indices.compactMap { site in
                guard let capacity = deployment.sites[site].queriesPerSecond,
                    let load = clients.queriesPerSecond(impact.loads[site].peak.weight), load > 0
                else { return nil }
                return capacity / load
            }
        }.min()
    }
}
