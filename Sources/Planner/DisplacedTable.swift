package import Announce
package import Config
internal import Internet
internal import Net

extension DisplacedLoads {
    /// The table that agents read, of a plan that knows how much everybody asks.
    ///
    /// - Parameters:
    ///   - network: that of the plan.
    ///   - now: when it is made.
    ///   - basis: how far the plan can be trusted, in a few words.
    package init(_ plan: Plan, _ network: Network, made now: UTCSecond, basis: String) throws(PlanError) {
        guard plan.clients.queriesPerWeight != nil else {
            throw .input(
                "plan: --displaced-load: the table is of queries a second; say how many there are (--load 1.2M), or give "
                    + "weights in queries")
        }
        var maker = TableMaker(plan, network)
        let sites: [Site]
        do throws(PropagationError) { sites = try maker.sites() } catch { throw .input("plan: \(error)") }
        self.init(network: network.name, prefix: plan.prefix, made: now, basis: basis, sites: sites)
        guard text.utf8.count <= Self.mostBytes else {
            throw .input(
                "plan: --displaced-load: the table would have \(text.utf8.count) bytes; agents read \(Self.mostBytes)")
        }
    }
}

private struct TableMaker {
    let plan: Plan
    let network: Network
    var study: FailureStudy

    init(_ plan: Plan, _ network: Network) {
        (self.plan, self.network) = (plan, network)
        study = FailureStudy(of: plan)
    }

    mutating func sites() throws(PropagationError) -> [DisplacedLoads.Site] {
        var sites: [DisplacedLoads.Site] = []
        for (number, site) in network.sites.enumerated() {
            let step = network.announce.states.degraded.prepend
            sites.append(
                DisplacedLoads.Site(
                    name: site.name, load: queries(study.loads[number].peak.weight),
                    capacity: plan.deployment.sites[number].queriesPerSecond,
                    withdrawn: try row(.site(number)), degraded: try row(.lessPreferred(site: number, by: step)),
                    neighbors: try neighbors(number, site)))
        }
        return sites
    }

    /// Those that are told of the prefix, also those that the plan had to leave out.
    private mutating func neighbors(
        _ number: Int, _ site: Config.Site
    ) throws(PropagationError) -> [DisplacedLoads.Neighbor] {
        var neighbors: [DisplacedLoads.Neighbor] = []
        for neighbor in site.neighbors where neighbor.address.family == plan.prefix.family {
            let session = plan.deployment.sessions(of: number).first {
                plan.deployment.sessions[$0].neighbor == neighbor.name
            }
            var withdrawn: DisplacedLoads.Row?
            if let session { withdrawn = try row(.session(session)) }
            neighbors.append(.init(name: neighbor.name, asn: neighbor.asn, withdrawn: withdrawn))
        }
        return neighbors
    }

    private mutating func row(_ failure: Failure) throws(PropagationError) -> DisplacedLoads.Row {
        let impact = try study.impact(of: failure)
        let gains = plan.deployment.sites.indices.compactMap { gain(of: $0, impact) }
        return DisplacedLoads.Row(to: gains, lost: queries(impact.stranded.peak.weight))
    }

    /// In the hour in which what it has and what it is given are the most.
    private func gain(of site: Int, _ impact: Impact) -> DisplacedLoads.Gain? {
        let (after, hour) = impact.loads[site].peak
        let before =
            hour.map { study.loads[site].hours.isEmpty ? 0 : study.loads[site].hours[$0] } ?? study.loads[site].mean
        guard impact.added[site].mean > 0, after > before else { return nil }
        let most = study.range(of: impact, site).upperBound
        return DisplacedLoads.Gain(
            site: plan.deployment.sites[site].name, load: queries(before), added: queries(after - before),
            most: queries(most - before))
    }

    private func queries(_ weight: Double) -> Double { study.clients.queriesPerSecond(weight) ?? 0 }
}
