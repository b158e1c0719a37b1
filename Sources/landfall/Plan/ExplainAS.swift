import Config
import Internet
import Net
import Planner

extension Invocation {
    /// `landfall explain AS15169 landfall.yaml`.
    func explainAS(_ asn: ASN) throws(Failure) -> Exit {
        guard let file = argument("FILE") else {
            throw Failure(
                "explain: \(asn) lands where a plan says; name the configuration: landfall explain \(asn) landfall.yaml"
            )
        }
        let (network, located) = try Configuration.located(file)
        let plan: Plan
        let landing: Landing
        do throws(PlanError) {
            let pace = try pace()
            plan = try Plan(network, from: file, try planOptions(), pace, place: located.place)
            landing = try Landing(of: asn, in: plan, to: value("to"), pace)
        } catch { throw Failure(error) }
        Terminal.clearProgress()
        give(LandingReport(file, landing, plan), LandingScreen(landing, plan).text)
        return .done
    }
}

extension Invocation {
    /// What only a plan has a use for isn't ignored.
    func refusePlanning() throws(Failure) {
        if let file = argument("FILE") {
            throw Failure("explain: only an AS, such as AS64500, is explained by a plan of \"\(file)\"")
        }
        guard let option = (Verb.planning.map(\.name) + ["to"]).first(where: has) else { return }
        throw Failure(
            "explain: --\(option) is for the plan of an AS: landfall explain AS64500 landfall.yaml --\(option) …")
    }
}

/// Why an AS lands where it does, for people.
struct LandingScreen {
    let landing: Landing
    let plan: Plan

    init(_ landing: Landing, _ plan: Plan) { (self.landing, self.plan) = (landing, plan) }

    var text: String {
        let head = [Self.trust(plan), place, measured].compactMap(\.self).joined(separator: "\n")
        return [head.fitted(to: Terminal.screenWidth), routes, flips].filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func trust(_ plan: Plan) -> String {
        let words = TrustText(plan)
        return
            "\(Terminal.paint(words.title, .yellow)): the routes below are those of the model, on \(plan.surroundings.description)."
    }

    private func name(_ asn: ASN) -> String { plan.surroundings.name(of: asn) }
    private func site(_ number: Int) -> String { plan.deployment.sites[number].name }

    private var place: String {
        guard let chosen = landing.choice.chosen else {
            return "\(name(landing.choice.asn)) hears of no site: it has no route to \(plan.prefix)."
        }
        let others = landing.possible.filter { $0 != chosen.route.site }.map(site)
        let ties =
            others.isEmpty
            ? "" : ", and could as well on \(others.joined(separator: ", ")) if ASes broke ties otherwise"
        return "\(name(landing.choice.asn)) (\(Shares.percent(landing.share)) of what counts) lands on "
            + "\(site(chosen.route.site))\(ties)."
    }

    private var measured: String? {
        guard !landing.measured.isEmpty else { return nil }
        let parts = landing.measured.map { "\(site($0.site)) \(Shares.percent($0.share))" }.joined(separator: ", ")
        return
            "Measured: \(parts). That counts in every report; what follows is why the model thinks otherwise or the same."
    }

    // MARK: Routes

    private var routes: String {
        guard let chosen = landing.choice.chosen else { return "" }
        let shown = landing.choice.losers.prefix(12)
        let rows =
            [row(chosen, Terminal.paint("chosen", .green))]
            + shown.map { row($0.candidate, RuleWords.text($0.rule, chosen.route, $0.candidate.route)) }
        let left = landing.choice.losers.count - shown.count
        let more = left > 0 ? "\nand \(left) more (--json has all)" : ""
        return Table(header: ["SITE", "FROM", "LENGTH", "AS PATH", ""], rows, rightAligned: [2]).text + more
    }

    private func row(_ candidate: Choice.Candidate, _ why: String) -> [String] {
        let path = candidate.path.map { "\($0.rawValue)" }
        let shown: ArraySlice<String> = path.count > 8 ? path.prefix(7) + ["…"] + path.suffix(1) : path[...]
        return [
            site(candidate.route.site), RuleWords.relation(candidate.route.routeClass), "\(candidate.route.length)",
            shown.joined(separator: " "), why,
        ]
    }

    // MARK: What would flip it

    private var flips: String {
        guard landing.choice.chosen != nil else { return "" }
        let to = landing.wanted.map { "on \(site($0))" } ?? "elsewhere"
        guard !landing.flips.isEmpty else {
            let end = landing.isComplete ? "" : " before the deadline"
            return "Nothing that the sites can do alone would make it land \(to)\(end): no prepend up to "
                + "\(FlipSearch.mostPrepends), no request to a neighbor, no withdrawal."
        }
        let rows = landing.flips.prefix(6).map { flip in
            let share = landing.total > 0 ? flip.weight / landing.total : 0
            let others = flip.ases == 0 ? "nobody else moves" : "\(flip.ases) others move, \(Shares.percent(share))"
            let lost = flip.stranded > 0 ? ", \(flip.stranded) lose their route" : ""
            return ["  " + FlipWords.text(flip.act, plan), "then \(site(flip.site))", others + lost]
        }
        let late = landing.isComplete ? "" : "\n  the deadline was over before everything was tried"
        return Terminal.paint("What would make it land \(to), the smallest change first", .bold) + "\n"
            + Table(rows).text + late
    }
}

enum RuleWords {
    static func relation(_ routeClass: Route.Class) -> String {
        switch routeClass {
        case .own: "itself"
        case .customer: "customer"
        case .peer: "peer"
        case .provider: "provider"
        }
    }

    /// Why the other one lost.
    static func text(_ rule: Choice.Rule, _ chosen: Route, _ other: Route) -> String {
        switch rule {
        case .own: "lost: it announces the prefix itself"
        case .relation: "lost: a \(relation(chosen.routeClass)) goes before a \(relation(other.routeClass))"
        case .length: "lost: longer, \(other.length) to \(chosen.length)"
        case .distance: "lost in a tie: its next hop is farther"
        case .routerID: "lost in a tie: its router ID is higher"
        case .lowestASN: "lost in a tie: its next hop has the higher AS number"
        case .order: "lost in a tie: the file names the other one first"
        }
    }
}

enum FlipWords {
    static func text(_ act: Flip.Act, _ plan: Plan) -> String {
        let deployment = plan.deployment
        func session(_ number: Int) -> String {
            let session = deployment.sessions[number]
            return "\(session.neighbor) at \(deployment.sites[session.origination.site].name)"
        }
        func times(_ count: Int) -> String { count == 1 ? "once" : count == 2 ? "twice" : "\(count) times" }
        switch act {
        case .prepend(let number, let count):
            return count == 0 ? "no prepend to \(session(number))" : "prepend: \(count) to \(session(number))"
        case .prependSite(let site, let count):
            return
                "\(count) more \(count == 1 ? "prepend" : "prepends") to all neighbors at \(deployment.sites[site].name)"
        case .ask(let number, let count, let asn):
            return "ask \(session(number)), by its community, to prepend \(times(count)) towards "
                + plan.surroundings.name(of: asn)
        case .askToWithhold(let number, let asn):
            return "ask \(session(number)), by its community, not to tell \(plan.surroundings.name(of: asn))"
        case .withdraw(let number): return "withdraw from \(session(number))"
        case .withdrawSite(let site): return "withdraw \(deployment.sites[site].name)"
        }
    }
}
