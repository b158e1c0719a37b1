import RoutedInternet

/// `docs/plan-rehearsal.md`.
struct PlanRehearsalDocument {
    var date = ""
    var rows: [String] = []
    var extracted: Trial?

    mutating func note(_ trial: Trial, seed: UInt64) {
        rows.append("| \(seed) | \(Self.cells(trial)) |")
    }

    var text: String {
        """
        # Plans beside rehearsals

        `landfall plan` says where networks land, and `landfall rehearse` measures where clients do, with real routers. Both
        must say the same on the same graph, or one of them is wrong. Three things hold them to it:

        - **Every rehearsal** compares each client's landing with the plan of the same file, at the beginning and whenever routes
          stand still after a step; a difference fails it ([rehearsal.md](rehearsal.md#beside-the-plan)).
        - **`make test`** builds three Internets of ten ASes from seeds, in namespaces with BIRD as every router, and compares
          before and after failures.
        - **`make judge ONLY=plan-rehearsal`** does that with 50 to 100 ASes from 20 seeds, and writes this page.
          Where CAIDA's graph of August 2024 is at hand, 300 ASes that are cut out of it (`extract` around 150 random ones) are
          added.

        What is compared is every AS: the AS path, as its BIRD shows it, and the site that a packet arrives at which it sends
        through the kernels' tables. It is done as built, when each site withdraws, when a site's link, links on packets' ways
        and all links of ASes on their ways are down, and when all is mended again; the plan's side of it are its
        what-ifs, and for a link between two ASes, which no what-if knows, a plan of the graph without it. Sites
        prepend, have NO_EXPORT, and are customers, peers and providers of ASes.

        Router IDs are drawn at random: where routes are equal in all else, the lowest one wins (RFC 4271 §9.1.2.2 (f)), in BIRD as in
        the plan. So a landing that hangs on a tie has to be exact, too; TIES counts those. MOVED counts landings that the failures
        changed, NO ROUTE those of ASes that were cut off.

        This shows that the plan computes what routers with Gao–Rexford policies do. It does not show that the Internet's routers
        have such policies: [plan.md](plan.md#how-far-to-trust-it) has what real experiments say.

        ## From seeds

        | Seed | ASes | Sites | BIRDs | Links | Moments | Landings | As planned | Ties | Moved | No route | Routes after | All | BIRDs' memory |
        |---|---|---|---|---|---|---|---|---|---|---|---|---|---|
        \(rows.joined(separator: "\n"))
        \(part)
        \(date)\(extracted == nil ? "" : ", on two processors"). Memory is the sum of the BIRDs' PSS; times hold for this machine and what else it did.

        """
    }

    private var part: String {
        guard let extracted else { return "" }
        return """

            ## Cut out of CAIDA's graph of August 2024

            | ASes | Sites | BIRDs | Links | Moments | Landings | As planned | Ties | Moved | No route | Routes after | All | BIRDs' memory |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|
            | \(Self.cells(extracted)) |

            """
    }

    private static func cells(_ trial: Trial) -> String {
        let sums: [(Trial.Moment) -> Int] = [{ $0.ties }, { $0.moved }, { $0.nowhere }]
        let counts = sums.map { sum in "\(trial.moments.reduce(0) { $0 + sum($1) })" }
        let right = trial.compared - trial.differences.count
        let numbers = [
            trial.ases, trial.sites, trial.routers, trial.cables, trial.moments.count, trial.compared, right,
        ]
        let times = [trial.secondsToRoutes, trial.seconds].map { "\(($0 * 10).rounded() / 10) s" }
        return (numbers.map { "\($0)" } + counts + times + ["\(Int(trial.megabytes.rounded())) MB"]).joined(
            separator: " | ")
    }
}
