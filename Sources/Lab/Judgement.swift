package import Config
internal import Net

/// What a step's rows mean against what the file expects of it.
package struct Judgement: Hashable, Sendable {
    package var affected = 0
    package var medianOutage: Duration?
    package var maxOutage: Duration?
    package var queries = 0
    package var lost = 0
    package var lostElsewhere = 0
    package var lastLost: Duration?
    /// TCP connections that were there at the start, and those of them that didn't survive.
    package var connections = 0
    package var connectionsBroken = 0
    /// Why the step isn't ok, in words; empty when it is.
    package var failures: [String] = []
    package var isOK: Bool { failures.isEmpty }

    /// Names for the words.
    package struct Names: Sendable {
        package var clients: [String]
        package var sites: [String]
        package var hosts: [String]

        package init(clients: [String], sites: [String], hosts: [String] = []) {
            (self.clients, self.sites, self.hosts) = (clients, sites, hosts)
        }

        func name(_ target: Target) -> String {
            switch target {
            case .site(let site): sites[site]
            case .host(let host, _): hosts[host]
            }
        }
    }

    /// `withdrawn`: whether the site's neighbors lost a route to it meanwhile. `seen`: what else was noted about it.
    package init(
        _ rows: [Evaluation.Row], of act: Evaluation.Act, withdrawn: Bool, seen: Sightings = Sightings(),
        expecting: Rehearsal.Expectation, names: Names
    ) {
        let concerned = rows.filter { Self.concerns(act, $0) }
        affected = concerned.count
        let outages = concerned.compactMap(\.outage)
        medianOutage = median(outages)
        maxOutage = outages.max()
        (queries, lost) = rows.reduce((0, 0)) { ($0.0 + $1.queries, $0.1 + $1.lost) }
        lostElsewhere = rows.reduce(0) { $0 + $1.lostElsewhere }
        lastLost = rows.compactMap(\.lastLost).max()
        let fates = rows.map(\.connection).filter { $0 != .none }
        (connections, connectionsBroken) = (fates.count, fates.count { $0 != .kept })
        for row in rows where !row.recovered { failures.append(Self.describe(stranded: row, names)) }
        failures += checkOutages(expecting, act, names) + checkQueries(expecting)
        failures += Self.checkDelays(concerned, expecting, names)
        failures += Self.checkLandings(rows, expecting, names)
        if let wanted = expecting.withdrawn, wanted != withdrawn {
            failures.append(wanted ? "no route was withdrawn" : "a route was withdrawn")
        }
        failures += checkSightings(seen, expecting)
    }

    /// Whether the act was about that client: it was on the broken site, or has come back to the restored one.
    static func concerns(_ act: Evaluation.Act, _ row: Evaluation.Row) -> Bool {
        switch act {
        case .nothing: false
        case .broke(let it), .drained(let it), .flapped(let it), .loaded(let it): row.wasServed(by: it)
        case .restored: row.returned != nil
        }
    }

    private static func describe(stranded row: Evaluation.Row, _ names: Names) -> String {
        "\(names.clients[row.client]) (\(row.family)) never recovered: "
            + (row.after.map { "last answered by \(names.sites[$0])" } ?? "no answer at all")
    }

    private func checkOutages(
        _ expecting: Rehearsal.Expectation, _ act: Evaluation.Act, _ names: Names
    ) -> [String] {
        var failures: [String] = []
        if expecting.medianOutage != nil || expecting.maxOutage != nil, affected == 0, case .broke(let target) = act {
            failures.append("no client was on \(names.name(target)), so nothing is known about an outage")
        }
        if let limit = expecting.medianOutage, let medianOutage, medianOutage > limit {
            failures.append("median outage \(medianOutage.inWords), expected at most \(limit.inWords)")
        }
        if let limit = expecting.maxOutage, let maxOutage, maxOutage > limit {
            failures.append("longest outage \(maxOutage.inWords), expected at most \(limit.inWords)")
        }
        return failures
    }

    private func checkQueries(_ expecting: Rehearsal.Expectation) -> [String] {
        var failures: [String] = []
        if let limit = expecting.lost, lost > limit {
            failures.append("\(lost) queries lost, expected at most \(limit)")
        }
        if let limit = expecting.lostElsewhere, lostElsewhere > limit {
            failures.append("\(lostElsewhere) queries lost that others served, expected at most \(limit)")
        }
        if let limit = expecting.lastLost, let lastLost, lastLost > limit {
            failures.append("a query sent after \(lastLost.inWords) was lost, expected none after \(limit.inWords)")
        }
        if let least = expecting.queries, queries < least {
            failures.append("\(queries) queries sent, expected at least \(least)")
        }
        if let limit = expecting.connectionsBroken, connectionsBroken > limit {
            failures.append(
                "\(connectionsBroken) of \(connections) TCP connections broken, expected at most \(limit)")
        }
        return failures
    }

    private static func checkDelays(
        _ concerned: [Evaluation.Row], _ expecting: Rehearsal.Expectation, _ names: Names
    ) -> [String] {
        var failures: [String] = []
        for row in concerned {
            guard let limit = expecting.slower, let slowest = row.slowest, let median = row.medianBefore,
                slowest - median > limit
            else { continue }
            failures.append(
                "\(names.clients[row.client]) (\(row.family)) had an answer \((slowest - median).inWords) slower than before, "
                    + "expected at most \(limit.inWords)")
        }
        return failures
    }

    /// What routers saw of every route, and what checks came to.
    private func checkSightings(_ seen: Sightings, _ expecting: Rehearsal.Expectation) -> [String] {
        var failures: [String] = []
        func count(_ wanted: Int?, _ what: String, _ counted: (Sightings.Route) -> Int) {
            guard let wanted else { return }
            if seen.routes.isEmpty, wanted > 0 { failures.append("no neighbor saw any \(what), expected \(wanted)") }
            for route in seen.routes where counted(route) != wanted {
                failures.append(
                    "\(route.neighbor) saw \(counted(route)) \(what) of \(route.prefix), expected \(wanted)")
            }
        }
        count(expecting.withdrawals, "withdrawals") { $0.withdrawals }
        count(expecting.announcements, "announcements") { $0.announcements }
        if let wanted = expecting.degraded, wanted != seen.wasDegraded {
            failures.append(wanted ? "no check was degraded" : "a check was degraded")
        }
        return failures
    }

    private static func checkLandings(
        _ rows: [Evaluation.Row], _ expecting: Rehearsal.Expectation, _ names: Names
    ) -> [String] {
        expecting.landings.flatMap { client, site in
            rows.filter { names.clients[$0.client] == client && $0.after.map { names.sites[$0] } != site }.map { row in
                "\(client) (\(row.family)) landed on \(row.after.map { names.sites[$0] } ?? "nothing"), expected \(site)"
            }
        }
    }
}

extension Duration {
    /// `83 ms`, `1.24 s`.
    package var inWords: String {
        let milliseconds = Int((self.nanoseconds + 500_000) / 1_000_000)
        guard milliseconds >= 1000 else { return "\(milliseconds) ms" }
        let hundredths = (milliseconds + 5) / 10
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}
