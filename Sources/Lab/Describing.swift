internal import Config
internal import Geo
internal import Net

/// Rows into the words and numbers of a report.
extension Director {
    func landing(_ row: Evaluation.Row, tcp: Vantage.TCPLanding?) -> Report.Landing {
        var landing = Report.Landing()
        let place = place(of: row.client)
        landing.client = blueprint.clients[row.client].name
        landing.family = "\(row.family)"
        landing.site = OrNull(name(row.after))
        landing.hosts = row.hostsAfter.map { network.hosts[$0].host.name }
        landing.rttMilliseconds = OrNull(row.medianAfter?.rounded)
        landing.asPath = path(row)
        if case .site(let site) = tcp { landing.tcpSite = OrNull(name(site)) }
        landing.place = place?.name ?? ""
        landing.kilometers = OrNull(row.after.flatMap { kilometers(place, $0) })
        if let nearest = network.sites.indices.min(by: { (kilometers(place, $0) ?? 0) < (kilometers(place, $1) ?? 0) })
        {
            landing.nearestSite = network.sites[nearest].name
            landing.nearestKilometers = kilometers(place, nearest) ?? 0
            landing.nearestASHops = OrNull(network.hops(from: blueprint.clients[row.client].access, to: nearest))
        }
        return landing
    }

    func describe(
        _ step: Rehearsal.Step, _ rows: [Evaluation.Row], _ judgement: Judgement, lostRoutes: Set<Int>,
        took: Duration
    ) -> Report.Step {
        var result = Report.Step()
        (result.name, result.kind, result.target) = (step.name, step.kind.rawValue, OrNull(step.target))
        if step.kind == .hang || step.kind == .kill { result.process = OrNull(step.process) }
        (result.ok, result.failures) = (judgement.isOK, judgement.failures)
        (result.affected, result.lost) = (judgement.affected, judgement.lost)
        result.medianOutageMilliseconds = OrNull(judgement.medianOutage?.rounded)
        result.maxOutageMilliseconds = OrNull(judgement.maxOutage?.rounded)
        result.lostElsewhere = judgement.lostElsewhere
        result.lastLostMilliseconds = OrNull(judgement.lastLost?.rounded)
        let target = step.target.map(network.hosts(named:))
        result.withdrawn = OrNull(target.map { !lostRoutes.isDisjoint(with: $0) })
        result.disturbed = lostRoutes.subtracting(target ?? []).subtracting(cast.broken).sorted()
            .map(network.label(ofHost:))
        result.seconds = took.milliseconds / 1000
        result.clients = rows.map(describe)
        return result
    }

    private func describe(_ row: Evaluation.Row) -> Report.Client {
        var client = Report.Client()
        client.client = blueprint.clients[row.client].name
        client.family = "\(row.family)"
        (client.before, client.after) = (OrNull(name(row.before)), OrNull(name(row.after)))
        client.hostsBefore = row.hostsBefore.map { network.hosts[$0].host.name }
        client.hostsAfter = row.hostsAfter.map { network.hosts[$0].host.name }
        client.lostElsewhere = row.lostElsewhere
        client.rttMilliseconds = OrNull(row.medianAfter?.rounded)
        client.rttBeforeMilliseconds = OrNull(row.medianBefore?.rounded)
        client.slowestMilliseconds = OrNull(row.slowest?.rounded)
        client.asPath = path(row)
        (client.lost, client.recovered) = (row.lost, row.recovered)
        client.outageMilliseconds = OrNull(row.outage?.rounded)
        client.returnMilliseconds = OrNull(row.returned?.rounded)
        return client
    }

    private func path(_ row: Evaluation.Row) -> [UInt32] {
        guard let target = network.targets.first(where: { $0.family == row.family }) else { return [] }
        return routing.path(from: row.client, to: target.server.address) ?? []
    }

    private func name(_ site: Int?) -> String? { site.map { network.sites[$0].name } }

    private func place(of client: Int) -> Place? { network.internet?.ases[blueprint.clients[client].access].place }

    private func kilometers(_ place: Place?, _ site: Int) -> Int? {
        place.map { Int($0.kilometers(to: network.sites[site].place).rounded()) }
    }
}

extension Duration {
    /// Milliseconds, to the microsecond.
    fileprivate var rounded: Double { (milliseconds * 1000).rounded() / 1000 }
}
