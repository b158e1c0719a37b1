internal import Config
package import Internet
package import Net

/// Why one AS lands where it does, and what would make it land elsewhere.
package struct Landing: Sendable {
    package let choice: Choice
    /// What the AS has in the plan, of 1.
    package let share: Double
    /// Where it was measured; empty: it wasn't.
    package let measured: [Outcome.Part]
    /// Where it could land if ASes broke ties otherwise, ascending.
    package let possible: [Int]
    /// The smallest first.
    package let flips: [Flip]
    /// Whether the search for these came to its end.
    package let isComplete: Bool
    /// The site that was asked for; nil: any other.
    package let wanted: Int?
    /// What everybody counts for.
    package let total: Double

    /// - Parameter name: of the site where it should land.
    package init(of asn: ASN, in plan: Plan, to name: String? = nil, _ pace: Pace = Pace()) throws(PlanError) {
        guard let position = plan.surroundings.graph.position(of: asn) else {
            throw .input("explain: \(asn) isn't in \(plan.surroundings.description)")
        }
        wanted = try name.map { name throws(PlanError) in
            guard let site = plan.deployment.site(named: name) else {
                let known = plan.deployment.sites.map(\.name).joined(separator: ", ")
                throw .input("explain: --to: there is no site \"\(name)\"; there are \(known)")
            }
            return site
        }
        choice = plan.propagation.choice(at: position)
        total = plan.clients.total
        share = total > 0 ? plan.clients.weights[position] / total : 0
        measured = plan.outcome.whence(at: position) == .measured ? plan.outcome.parts(at: position) : []
        possible = plan.outcome.possibleSites(at: position)
        var search = FlipSearch(plan.propagation, plan.deployment, plan.clients.weights)
        pace.begin("looking for what would move it")
        do throws(PropagationError) {
            flips = try search.flips(of: position, to: wanted) { !pace.isOver }
        } catch { throw .input("explain: \(error)") }
        isComplete = !pace.isOver
    }
}
