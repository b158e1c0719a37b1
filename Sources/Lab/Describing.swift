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
        if [.hang, .kill, .flap].contains(step.kind) { result.process = OrNull(step.process) }
        (result.ok, result.failures) = (judgement.isOK, judgement.failures)
        (result.affected, result.queries, result.lost) = (judgement.affected, judgement.queries, judgement.lost)
        (result.connections, result.connectionsBroken) = (judgement.connections, judgement.connectionsBroken)
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
        (client.queries, client.lost, client.recovered) = (row.queries, row.lost, row.recovered)
        client.outageMilliseconds = OrNull(row.outage?.rounded)
        client.movedMilliseconds = OrNull(row.moved?.rounded)
        client.returnMilliseconds = OrNull(row.returned?.rounded)
        client.connection = OrNull(row.connection.word)
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

extension Report.Step {
    mutating func note(_ seen: Sightings) {
        (withdrawals, announcements, withdrawalReason) = (seen.withdrawals, seen.announcements, OrNull(seen.reason))
        routes = seen.routes.map {
            .init(
                host: $0.host, neighbor: $0.neighbor, prefix: "\($0.prefix)", withdrawals: $0.withdrawals,
                announcements: $0.announcements, changes: $0.changes)
        }
        guard target.value != nil else { return }
        checks = OrNull(
            .init(
                made: seen.checksMade, failed: seen.checksFailed, verdicts: seen.verdicts, degraded: seen.wasDegraded))
    }
}

extension Download.Fate {
    fileprivate var word: String? {
        switch self {
        case .none: nil
        case .kept: "kept"
        case .broken(let how): how.rawValue
        case .undecided: Connection.End.silent.rawValue
        }
    }
}

extension Duration {
    /// Milliseconds, to the microsecond.
    var rounded: Double { (milliseconds * 1000).rounded() / 1000 }
}
