/// What `docs/accuracy.md` says.
struct AccuracyDocument {
    var results: [AccuracyResult]
    var date: String

    var text: String { [head, pings, others, sites, Self.foot].joined(separator: "\n\n") + "\n" }

    private var head: String {
        """
        # How right a plan from the graph alone is

        Seven real experiments of 2019 to 2021, in each of which two sites of the
        [PEERING testbed](https://peering.ee.columbia.edu/) announced one prefix, and somebody found out where ASes landed: by pings
        that came back to one site or the other, by traceroutes of RIPE Atlas probes, and by the paths that route collectors had.
        Beside them stands what `landfall plan` predicts from the AS graph of January 2020 and the sites' transit, by AS, without
        knowing any measurement; and the guess that everyone lands at the site that turned out to be the larger one.

        `make judge ONLY=accuracy` makes this page (as of \(date)). It is where plans start from, printed as it is.
        """
    }

    // MARK: Tables

    private var pings: String {
        let names = [
            "sites", "ASes measured", "right", "all said to be at the larger", "at the first site: planned", "measured",
            "ASes with a single best route", "of those right",
        ]
        let rows = results.map { result -> [String] in
            let score = result.scores[.pings] ?? AccuracyScore()
            return [
                result.title, Self.grouped(score.ases), Self.percent(score.right, of: score.ases),
                Self.percent(max(score.first, score.ases - score.first), of: score.ases),
                Self.percent(score.plannedFirst, of: score.ases), Self.percent(score.first, of: score.ases),
                Self.percent(score.single, of: score.ases), Self.percent(score.singleRight, of: score.single),
            ]
        }
        return "## By pings\n\n" + Self.table(names, rows) + "\n\n" + comparison
    }

    /// Counted, so that it stays true when the plan gets better.
    private var comparison: String {
        let scores = results.compactMap { $0.scores[.pings] }
        let better = scores.count { $0.largerShare > $0.rightShare }
        let single = scores.count { $0.singleRight * $0.ases > $0.right * $0.single }
        return """
            In \(better) of \(scores.count), "everyone lands at the larger site" was the better guess; who plans doesn't know yet
            which one that will be. About ASes with a single best route the plan was right more often than about all of them in
            \(single) of \(scores.count), and still often wrong: a lack of ties is no certainty.
            """
    }

    private var others: String {
        let names = ["sites"] + ["traceroutes: ASes", "right", "larger", "collectors: ASes", "right", "larger"]
        let rows = results.map { result -> [String] in
            [result.title]
                + [Experiment.Method.traceroutes, .collectors].flatMap { method -> [String] in
                    let score = result.scores[method] ?? AccuracyScore()
                    return [
                        Self.grouped(score.ases), Self.percent(score.right, of: score.ases),
                        Self.percent(max(score.first, score.ases - score.first), of: score.ases),
                    ]
                }
        }
        return "## By other measurements\n\n" + Self.table(names, rows)
            + "\n\nThese ASes are fewer and others: those with a probe, and those that feed a collector, mostly large ones."
    }

    private var sites: String {
        var transits: [String: Set<UInt32>] = [:]
        for result in results {
            for (site, ases) in result.transits { transits[site, default: []].formUnion(ases) }
        }
        let rows = transits.sorted { $0.key < $1.key }.map { site, ases in
            [site, ases.sorted().map { "AS\($0)" }.joined(separator: ", ")]
        }
        return """
            ## What the plan is told
            The transit of each site: the ASes before the testbed's own on a tenth or more of the paths that collectors had while the
            site announced alone. The sites' peers, which each carry little, are left out; nobody prepends.

            \(Self.table(["site", "providers"], rows))
            """
    }

    private static let foot = """
        The same by hand, for an experiment whose pings are a table of `as,site`:

        ```sh
        landfall plan experiment.yaml --graph 20200101.as-rel2.txt.bz2 --catchment pings.csv
        ```

        ASes that the graph doesn't have are left out, and so are those that were seen at both sites. What of this enters every
        plan's ranges is in [plan.md](plan.md#how-far-to-trust-it).

        The measurements are those of P. Sermpezis, V. Kotronis, K. Arakadakis and A. Vakali, *Estimating the impact of BGP prefix
        hijacking*, IFIP Networking 2021 (github.com/sermpezis/bgp-estimation, MIT). The graph is CAIDA's, *The CAIDA AS
        Relationships Dataset*, 2020-01-01, under its own terms.
        """

    // MARK: Words

    private static func table(_ names: [String], _ rows: [[String]]) -> String {
        func line(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
        return ([line(names), line(names.map { _ in "---" })] + rows.map(line)).joined(separator: "\n")
    }

    private static func percent(_ part: Int, of all: Int) -> String {
        all > 0 ? "\(Int((100 * Double(part) / Double(all)).rounded())) %" : "–"
    }

    /// `48,188`.
    private static func grouped(_ number: Int) -> String {
        number < 1000 ? "\(number)" : "\(number / 1000)," + String("\(number % 1000 + 1000)".dropFirst())
    }
}
