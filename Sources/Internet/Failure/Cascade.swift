/// What becomes of a failure when sites that are overloaded then do something about it by themselves: withdraw, which hands
/// all that they carry to the next, or become less preferred, which hands on what has another way that is about as good.
///
/// In each round every site that is overloaded acts, all at the same moment, as they do when the same checks time out; each
/// does it once. Nobody comes back: a site that did would be given its load again, and the round would begin anew.
public struct Cascade: Hashable, Sendable {
    public enum Response: Hashable, Sendable {
        case withdraw
        /// Their announcements become so much longer (`announce.degraded`).
        case lessPreferred(by: Int)
    }

    public struct Round: Hashable, Sendable {
        /// Those that act, ascending.
        public var acting: [Int]
        /// What comes of it, without latency.
        public var impact: Impact
    }

    public enum End: Hashable, Sendable {
        /// Nobody is overloaded any more.
        case settled
        /// These are, and have done what they do.
        case overloaded([Int])
        /// No site announces anything.
        case allGone
    }

    public var response: Response
    /// None: the failure overloads nobody.
    public var rounds: [Round]
    public var end: End
    /// Everybody that acted, ascending.
    public var acted: [Int] { rounds.flatMap(\.acting).sorted() }
}

extension FailureStudy {
    /// - Parameter first: what the failure itself does.
    public func cascade(after first: Impact, _ response: Cascade.Response) throws(PropagationError) -> Cascade {
        var (rounds, acted): ([Cascade.Round], Set<Int>) = ([], [])
        var (impact, gone) = (first, first.failure.gone(deployment))
        var plan = plan
        try plan.change(first.failure.changes(deployment))
        while true {
            let acting = impact.overloads.map(\.site).filter { !acted.contains($0) }.sorted()
            guard !acting.isEmpty else { break }
            acted.formUnion(acting)
            if response == .withdraw { gone.formUnion(acting) }
            try plan.change(acting.flatMap { changes($0, response) })
            impact = self.impact(of: first.failure, gone: gone, in: plan)
            rounds.append(Cascade.Round(acting: acting, impact: impact))
        }
        let left = impact.overloads.map(\.site).sorted()
        let isGone = response == .withdraw && !rounds.isEmpty && isEverybodyGone(first.failure, acted)
        return Cascade(
            response: response, rounds: rounds, end: isGone ? .allGone : left.isEmpty ? .settled : .overloaded(left))
    }

    private func changes(_ site: Int, _ response: Cascade.Response) -> [Change] {
        switch response {
        case .withdraw: [.withdraw(site: site)]
        case .lessPreferred(let count): Failure.lessPreferred(site, by: count, deployment)
        }
    }

    private func isEverybodyGone(_ failure: Failure, _ acted: Set<Int>) -> Bool {
        let announcing = Set(deployment.sessions.map(\.origination.site))
        return announcing.subtracting(acted).subtracting(failure.gone(deployment)).isEmpty
    }
}
