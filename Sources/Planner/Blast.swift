package import Internet
internal import Net

/// What a planned act does: a site is drained, which first makes it less preferred, and then withdraws it.
package struct Blast: Sendable {
    package let site: Int
    /// By how many prepends it is less preferred while it is drained.
    package let prepend: Int
    /// While it drains, and when it is withdrawn.
    package let draining: Resilience.Case
    package let withdrawn: Resilience.Case
    /// Those that move then with the most weight.
    package let movers: [FailureStudy.Mover]
    /// As in ``Failures``.
    package let hasLoad: Bool
    package let study: FailureStudy

    /// - Parameter prepend: of `announce.drain`.
    package init(_ plan: Plan, site name: String, prepend: Int, movers count: Int = 10) throws(PlanError) {
        guard let site = plan.deployment.site(named: name) else {
            let known = plan.deployment.sites.map(\.name).joined(separator: ", ")
            throw .input("plan: --drain: there is no site \"\(name)\"; there are \(known)")
        }
        var study = FailureStudy(of: plan)
        (self.site, self.prepend, hasLoad) = (site, prepend, plan.clients.queriesPerWeight != nil)
        do throws(PropagationError) {
            let both = try study.resilience(to: [.lessPreferred(site: site, by: prepend), .site(site)], [.withdraw])
            (draining, withdrawn) = (both.cases[0], both.cases[1])
            movers = try study.largestMovers(in: .site(site), count: count)
        } catch { throw .input("plan: \(error)") }
        self.study = study
    }
}
