import Internet
import Net
import Planner

/// What `explain AS…  --json` prints; docs/failures.md describes every field.
struct LandingReport: Encodable {
    let schema = "landfall.explain-as/1"
    let file: String
    let prefix: String
    let trust: TrustReport
    let asn: UInt32
    let name: String?
    let share: Double
    let site: String?
    let possibleSites: [String]
    let measured: [Part]
    let chosen: Candidate?
    let losers: [Loser]
    let wanted: String?
    let flips: [FlipReport]
    let isComplete: Bool

    struct Part: Encodable {
        let site: String
        let share: Double
    }

    struct Candidate: Encodable {
        let site: String
        let relation: String
        let length: Int
        let path: [UInt32]
    }

    struct Loser: Encodable {
        let route: Candidate
        let rule: String
    }

    init(_ file: String, _ landing: Landing, _ plan: Plan) {
        let sites = plan.deployment.sites.map(\.name)
        (self.file, prefix, trust) = (file, "\(plan.prefix)", TrustReport(plan))
        (asn, name) = (landing.choice.asn.rawValue, plan.surroundings.names[landing.choice.asn])
        (share, site) = (landing.share, landing.choice.chosen.map { sites[$0.route.site] })
        possibleSites = landing.possible.map { sites[$0] }
        measured = landing.measured.map { Part(site: sites[$0.site], share: $0.share) }
        chosen = landing.choice.chosen.map { Candidate($0, sites) }
        losers = landing.choice.losers.map { Loser(route: Candidate($0.candidate, sites), rule: $0.rule.rawValue) }
        wanted = landing.wanted.map { sites[$0] }
        flips = landing.flips.map { FlipReport($0, plan, landing.total) }
        isComplete = landing.isComplete
    }
}

extension LandingReport.Candidate {
    fileprivate init(_ candidate: Choice.Candidate, _ sites: [String]) {
        self.init(
            site: sites[candidate.route.site], relation: RuleWords.relation(candidate.route.routeClass),
            length: candidate.route.length, path: candidate.path.map(\.rawValue))
    }
}

/// One change that would make an AS land elsewhere.
struct FlipReport: Encodable {
    let act: String
    let site: String
    let neighbor: String?
    let prepend: Int?
    let towards: UInt32?
    let text: String
    let lands: String
    let othersMoved: Int
    let othersShare: Double
    let othersStranded: Int

    init(_ flip: Flip, _ plan: Plan, _ total: Double) {
        let deployment = plan.deployment
        func at(_ session: Int) -> (String, String?) {
            let session = deployment.sessions[session]
            return (deployment.sites[session.origination.site].name, session.neighbor)
        }
        switch flip.act {
        case .prepend(let session, let count):
            ((site, neighbor), act, prepend, towards) = (at(session), "prepend", count, nil)
        case .prependSite(let number, let count):
            (site, neighbor) = (deployment.sites[number].name, nil)
            (act, prepend, towards) = ("prepend-site", count, nil)
        case .ask(let session, let count, let asn):
            ((site, neighbor), act, prepend, towards) = (at(session), "ask-prepend", count, asn.rawValue)
        case .askToWithhold(let session, let asn):
            ((site, neighbor), act, prepend, towards) = (at(session), "ask-withhold", nil, asn.rawValue)
        case .withdraw(let session):
            ((site, neighbor), act, prepend, towards) = (at(session), "withdraw", nil, nil)
        case .withdrawSite(let number):
            (site, neighbor) = (deployment.sites[number].name, nil)
            (act, prepend, towards) = ("withdraw-site", nil, nil)
        }
        text = FlipWords.text(flip.act, plan)
        (lands, othersMoved) = (deployment.sites[flip.site].name, flip.ases)
        (othersShare, othersStranded) = (total > 0 ? flip.weight / total : 0, flip.stranded)
    }
}
