import Config
import Internet
import Net
import Planner

extension Verb {
    static let plan = Verb(
        name: "plan",
        summary: "Predict who lands where, before anything is announced.",
        description: """
            Who would land at which site, how much load that is, and how far to trust it. The Internet around the sites is
            that of the file (internet), a measured AS graph (--graph), or one made up (--synthetic). A plan from a graph
            alone is a scenario: it gives ranges and calls nothing certain. Then what fails, one at a time: each site, each of
            its sessions, the busiest transit ASes; who could not carry what moves there (docs/failures.md). With --catchment,
            measured landings stand in place of predicted ones, and the plan says for which share. See docs/plan.md.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: planning + [
            Option(
                name: "drain", value: "SITE", summary: "What draining a site would do, instead of failures.",
                repeats: true),
            Option(
                name: "transits", value: "N", summary: "How many of the busiest transit ASes fail, one at a time (20)."),
            Option(
                name: "displaced-load", value: "PATH",
                summary: "Write what moves where, for agents (docs/displaced-load.md); wants a load."),
            Option(name: "ttl", value: "TIME", summary: "Of the DNS steering that anycast is compared with (60s)."),
            Option(
                name: "resolver-error", value: "KM",
                summary: "How far resolvers are from clients there; as Akamai saw it otherwise."),
            Option(name: "csv", summary: "Print the landing of every AS instead, as CSV (docs/plan.md)."),
            Option(name: "json", summary: "Print one JSON document instead (docs/plan.md)."),
        ],
        examples: [
            ("landfall plan examples/three-sites.yaml", "on the Internet that the file itself describes"),
            (
                "landfall plan landfall.yaml --graph 20240801.as-rel2.txt.bz2 --weights users.csv --load 1.2M",
                "on a month's AS graph, with load"
            ),
            (
                "landfall plan landfall.yaml --graph 20240801.as-rel2.txt.bz2 --catchment measured.csv --origins vrps.json",
                "with what was measured of prefixes"
            ),
            ("landfall plan examples/three-sites.yaml --csv | grep ,sin,", "the ASes that land in Singapore"),
            ("landfall plan examples/three-sites.yaml --load 900k --drain fra", "what moves where when fra is drained"),
            ("landfall plan examples/three-sites.yaml --json | jq '.sites[] | {name, share}'", "for a program"),
        ]
    ) { invocation throws(Failure) in
        if invocation.has("csv"), invocation.has("json") {
            throw Failure("plan: --csv or --json, not both")
        }
        let file = try invocation.required("FILE")
        let (network, located) = try Configuration.located(file)
        let (plan, pace): (Plan, Pace)
        do throws(PlanError) {
            pace = try invocation.pace()
            plan = try Plan(network, from: file, try invocation.planOptions(), pace, place: located.place)
        } catch {
            throw Failure(error)
        }
        let acts = try PlanActs(invocation, plan, network, pace)
        Terminal.clearProgress()
        if invocation.has("csv") {
            Terminal.print(PlanTable(plan).text)
        } else {
            invocation.give(PlanReport(file, plan, acts), PlanScreen(file, plan, acts).text)
        }
        return .done
    }
}

extension Verb {
    /// What a plan is made with: of every verb that makes one.
    static let planning: [Option] = [
        Option(
            name: "graph", value: "PATH",
            summary: "CAIDA's AS relationships, plain, gz or bz2; FILE's own Internet otherwise."),
        Option(name: "synthetic", value: "SEED", summary: "An Internet made up, as landfall internet generate does."),
        Option(name: "ases", value: "N", summary: "How many ASes that one has (1000)."),
        Option(
            name: "weights", value: "PATH",
            summary: "What ASes count for: ases (each the same), cone, or a CSV of users or queries."),
        Option(name: "load", value: "RATE", summary: "Queries a second of everybody, in the busiest hour: 1.2M."),
        Option(name: "catchment", value: "PATH", summary: "Measured landings, as CSV: AS or prefix, site."),
        Option(
            name: "origins", value: "PATH", summary: "Which AS announces which prefix: VRPs as JSON, or a CSV."),
        Option(
            name: "places", value: "PATH",
            summary: "Where ASes are: a CSV, or CAIDA's as-org2info, text or JSON lines.", repeats: true),
        Option(name: "prefix", value: "PREFIX", summary: "Which of the network's; its first of IPv4 otherwise."),
        Option(
            name: "ties", value: "router-id|lowest-asn|nearest",
            summary:
                "What decides between equally good routes: the router ID, as in rehearsals (that of an AS is its number), which "
                + "is the default without a graph; the lowest AS number, the default with one; or the nearest neighbor."
        ),
        Option(name: "skip-unknown", summary: "Leave out sessions with ASes that aren't in the graph."),
        Option(name: "deadline", value: "TIME", summary: "Stop searching after this long, and say what was left out."),
    ]
}

extension Failure {
    init(_ error: PlanError) {
        Terminal.clearProgress()
        switch error {
        case .input(let text): self.init(text)
        case .file(let lines): self.init(problems: lines.joined(separator: "\n"))
        }
    }
}

extension Invocation {
    /// What a plan is made with, from the options of any verb that has them.
    func planOptions() throws(PlanError) -> PlanOptions {
        var options = PlanOptions()
        options.graph = try graphSource()
        options.weights =
            switch value("weights") {
            case nil, "ases": .ases
            case "cone": .cone
            case let path?: .table(path)
            }
        options.queriesPerSecond = try rate("load")
        (options.catchment, options.origins) = (value("catchment"), value("origins"))
        options.places = values("places")
        options.steering = try steering()
        options.prefix = try value("prefix").map { text throws(PlanError) in
            guard let prefix = Prefix(text) else {
                throw .input("\(verb.name): --prefix \"\(text)\" should be a prefix, such as 203.0.113.0/24")
            }
            return prefix
        }
        options.ties =
            try value("ties").map { text throws(PlanError) in
                guard let ties = PlanOptions.Ties(rawValue: text) else {
                    throw .input("\(verb.name): --ties \"\(text)\" should be router-id, lowest-asn or nearest")
                }
                return ties
            }
        options.skipsUnknown = has("skip-unknown")
        options.cacheFolder = PlanOptions.usualCacheFolder
        return options
    }

    private func steering() throws(PlanError) -> Steering {
        var steering = Steering.usual
        if let text = value("ttl") {
            guard let time = Duration(text: text), time >= .seconds(1), time <= .seconds(86_400) else {
                throw .input("\(verb.name): --ttl \"\(text)\" should be a duration from 1s to 24h")
            }
            steering.ttlSeconds = Double(time.components.seconds)
        }
        if let text = value("resolver-error") {
            guard let kilometers = UInt64(text), kilometers <= 20_000 else {
                throw .input("\(verb.name): --resolver-error \"\(text)\" should be kilometers, 0 to 20000")
            }
            steering.resolvers = [Steering.Resolvers(share: 1, kilometers: Double(kilometers))]
        }
        return steering
    }

    /// How long the work may take, and a line that says how far it is.
    func pace() throws(PlanError) -> Pace {
        let deadline = try value("deadline").map { text throws(PlanError) in
            guard let time = Duration(text: text), time >= .milliseconds(1) else {
                throw .input("\(verb.name): --deadline \"\(text)\" should be a duration, such as 30s or 5m")
            }
            return time
        }
        return Pace(deadline: deadline) { Terminal.progress($0) }
    }

    private func graphSource() throws(PlanError) -> PlanOptions.GraphSource {
        if value("ases") != nil, value("synthetic") == nil {
            throw .input("\(verb.name): --ases is of an Internet made up; --synthetic SEED makes one")
        }
        guard let seed = value("synthetic") else { return value("graph").map { .file($0) } ?? .own }
        guard value("graph") == nil else { throw .input("\(verb.name): --graph or --synthetic, not both") }
        var made = SyntheticInternet.Options()
        guard let number = UInt64(seed) else {
            throw .input("\(verb.name): --synthetic \"\(seed)\" should be a seed, 0 to \(UInt64.max)")
        }
        made.seed = number
        let possible = SyntheticInternet.Options.asesPossible
        if let text = value("ases") {
            guard let ases = Int(text), possible.contains(ases) else {
                throw .input(
                    "\(verb.name): --ases \"\(text)\"; \(possible.lowerBound) to \(possible.upperBound) are possible")
            }
            made.ases = ases
        }
        return .synthetic(made)
    }

    /// `800k`, `1.2M`.
    private func rate(_ option: String) throws(PlanError) -> Double? {
        guard let text = value(option) else { return nil }
        let units: [Character: Double] = ["k": 1e3, "M": 1e6, "G": 1e9]
        let unit = text.last.flatMap { units[$0] }
        let digits = unit == nil ? text[...] : text.dropLast()
        let isPlain = digits.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
        guard isPlain, let value = Double(digits), value > 0, value <= 1e12 else {
            throw .input("\(verb.name): --\(option) \"\(text)\" should be queries a second, such as 800k or 1.2M")
        }
        return value * (unit ?? 1)
    }
}
