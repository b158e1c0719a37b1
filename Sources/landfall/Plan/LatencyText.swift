import Geo
import Internet
import Net
import Planner

/// What a plan says of waiting: at each site, in the regions that wait longest, and beside other ways to bring clients to sites.
struct LatencyText {
    let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    /// Regions that are shown, and the least share of what counts that makes one worth showing.
    private static let most = 5
    private static let leastShare = 0.001

    var sections: [String] {
        guard plan.summary.latency != nil else {
            return ["Round trips: not known, since nobody says where the ASes or the sites are (--places)."]
        }
        return [waiting, regions, ways, waysText, asymmetry]
    }

    private var names: [String] { plan.deployment.sites.map(\.name) }

    private var waiting: String {
        var rows = zip(names, plan.summary.sites).compactMap { name, site in
            site.latency.map { [name, Milliseconds.text($0.p50), Milliseconds.text($0.p95)] }
        }
        if let all = plan.summary.latency {
            rows.append(["all", Milliseconds.text(all.p50), Milliseconds.text(all.p95)])
        }
        return section("Round trips", ["SITE", "P50", "P95"], rows, right: [1, 2])
    }

    private var regions: String {
        let all = plan.outcome.latencyByRegion(plan.clients, plan.geography.homes)
        let rows = all.filter { $0.share >= Self.leastShare }.prefix(Self.most).map { region in
            [
                region.area.name, Shares.percent(region.share), Milliseconds.text(region.latency.p50),
                Milliseconds.text(region.latency.p95), names[region.site],
            ]
        }
        return section(
            "Worst regions", ["REGION", "SHARE", "P50", "P95", "MOST LAND AT"], Array(rows), right: [1, 2, 3])
    }

    // MARK: Other ways

    private var ways: String {
        guard let comparison = plan.geography.comparison else { return "" }
        let rows = comparison.ways.map { way in
            [
                name(way), Milliseconds.text(way.roundTrip.p50), Milliseconds.text(way.roundTrip.p95),
                Milliseconds.text(way.mean), Milliseconds.text(way.firstAnswer.p50),
                Milliseconds.text(way.firstAnswer.p95), failure(way.failure),
            ]
        }
        let header = ["WAY", "P50", "P95", "MEAN", "FIRST P50", "FIRST P95", "WHEN ITS LARGEST SITE FAILS"]
        return section("Anycast beside other ways", header, rows, right: [1, 2, 3, 4, 5])
    }

    private func name(_ way: Comparison.Way) -> String {
        switch way.kind {
        case .anycast: "anycast"
        case .unicast: "unicast, all at " + (way.site.map { names[$0] } ?? "one site")
        case .idealSteering: "DNS steering, ideal"
        case .steering: "DNS steering, by resolver"
        case .redirection: "anycast, then HTTP redirect"
        }
    }

    private func failure(_ failure: Comparison.Failure) -> String {
        guard failure.share > 0 else { return "routes change" }
        let share = Shares.percent(failure.share)
        guard let seconds = failure.seconds else { return "\(share) wait for its repair" }
        return "\(share) keep its address, up to \(seconds.longest.whole()) s"
    }

    private var waysText: String {
        guard let comparison = plan.geography.comparison else { return "" }
        let text =
            "For \(Shares.percent(comparison.slower)) anycast is at least \(Comparison.margin.whole()) ms slower than the nearest "
            + "site. FIRST is the first answer over HTTPS, three round trips; once redirected, clients have the row's P50."
        return text.fitted(to: Terminal.screenWidth)
    }

    private var asymmetry: String {
        guard let found = plan.geography.asymmetry, found.clients > 0 else { return "" }
        let count = "\(found.clients) ASes that count most (\(Shares.percent(found.share)) of all)"
        guard let hint = found.hints.first else {
            return "Ways back: answers to the \(count) probably pass the ASes that questions pass."
                .fitted(to: Terminal.screenWidth)
        }
        var text =
            "Ways back of the \(count): for \(Shares.percent(found.otherPath)) of all, answers probably pass other ASes than "
            + "questions; for \(Shares.percent(found.otherSession)), they leave over another session of the site."
        if found.noWayBack > 0 {
            text += " \(Shares.percent(found.noWayBack)) get none: their site hears no route to them."
        }
        return (text + " " + largest(hint)).fitted(to: Terminal.screenWidth)
    }

    private func largest(_ hint: Asymmetry.Hint) -> String {
        let graph = plan.surroundings
        func path(_ ases: [ASN]) -> String { ases.map { graph.name(of: $0) }.joined(separator: ", ") }
        return "The largest: \(graph.name(of: hint.client)) to \(names[hint.site]) through \(path(hint.forth))"
            + (hint.back.isEmpty ? "; no way back." : "; back through \(path(hint.back)).")
    }
}

/// Times for people.
enum Milliseconds {
    /// `4.2 ms`, `128 ms`.
    static func text(_ value: Double) -> String {
        guard value < 9.95 else { return "\(value.whole()) ms" }
        let tenths = (value * 10).whole()
        return "\(tenths / 10).\(tenths % 10) ms"
    }
}
