import Internet
import Net
import Planner

/// What failures do, in `plan --json`; docs/failures.md describes every field.
struct FailureReport: Encodable {
    let judged: Int
    let survived: Int
    let atRisk: Int
    let isComplete: Bool
    let headroom: Double?
    let carriesQueriesPerSecond: Double?
    let sites: [Need]
    let usual: FailureCaseReport
    let cases: [FailureCaseReport]

    struct Need: Encodable {
        let name: String
        let capacityQueriesPerSecond: Double?
        let neededQueriesPerSecond: Double?
    }

    init(_ failures: Failures, _ plan: Plan) {
        let resilience = failures.resilience
        judged = failures.hasLoad ? resilience.cases.count : 0
        survived = failures.hasLoad ? resilience.survived : 0
        atRisk = failures.hasLoad ? resilience.cases.count { if case .atRisk = $0.verdict { true } else { false } } : 0
        isComplete = resilience.cases.count == failures.count && resilience.unfollowed == 0
        headroom = failures.hasLoad ? resilience.headroom : nil
        carriesQueriesPerSecond = failures.carries
        sites = plan.deployment.sites.enumerated().map { number, site in
            Need(
                name: site.name, capacityQueriesPerSecond: site.queriesPerSecond,
                neededQueriesPerSecond: failures.hasLoad ? resilience.needed[number] : nil)
        }
        let judge = Judged(plan, failures.study, hasLoad: failures.hasLoad)
        usual = FailureCaseReport(failures.usual, judge)
        cases = resilience.cases.map { FailureCaseReport($0, judge) }
    }
}

/// What the words of a case are taken from.
struct Judged {
    let plan: Plan
    let study: FailureStudy
    let hasLoad: Bool
    /// What everybody counts for.
    private let total: Double

    init(_ plan: Plan, _ study: FailureStudy, hasLoad: Bool) {
        (self.plan, self.study, self.hasLoad, total) = (plan, study, hasLoad, study.clients.total)
    }

    func name(_ site: Int) -> String { plan.deployment.sites[site].name }
    func share(_ load: Clients.Load) -> Double { total > 0 ? load.mean / total : 0 }
    func queries(_ weight: Double) -> Double? { hasLoad ? study.clients.queriesPerSecond(weight) : nil }

    func verdict(_ one: Resilience.Case) -> Resilience.Verdict {
        switch one.verdict {
        case .stranded: .stranded
        case let verdict: hasLoad ? verdict : .unjudged([])
        }
    }
}

/// One failure, or one planned act.
struct FailureCaseReport: Encodable {
    let kind: String
    let site: String?
    let neighbor: String?
    let asn: UInt32?
    let name: String?
    let prepend: Int?
    let displaced: Part
    let stranded: Part
    let to: [Gain]
    let verdict: String
    let sites: [String]
    let overloads: [Overload]
    let cascades: [CascadeReport]
    let latency: Latency?

    struct Part: Encodable {
        let ases: Int
        let share: Double
        let queriesPerSecond: Double?
    }

    struct Gain: Encodable {
        let site: String
        let share: Double
        let addedQueriesPerSecond: Double?
        let loadQueriesPerSecond: Double?
        let mostQueriesPerSecond: Double?
        let capacityQueriesPerSecond: Double?
    }

    struct Overload: Encodable {
        let site: String
        let loadQueriesPerSecond: Double
        let capacityQueriesPerSecond: Double
        let hour: Int?
    }

    struct Latency: Encodable {
        let meanLostMilliseconds: Double
        let p50BeforeMilliseconds: Double
        let p50AfterMilliseconds: Double
        let p95BeforeMilliseconds: Double
        let p95AfterMilliseconds: Double
    }

    init(_ one: Resilience.Case, _ judged: Judged) {
        let (impact, words) = (one.impact, FailureName(one.impact.failure, judged.plan))
        (kind, site, neighbor) = (words.kind, words.site, words.neighbor)
        (asn, name, prepend) = (words.asn, words.asName, words.prepend)
        displaced = Part(impact.displaced, impact.displacedASes, judged)
        stranded = Part(impact.stranded, impact.strandedASes, judged)
        to = judged.plan.deployment.sites.indices.filter { impact.added[$0].mean > 0 }.map {
            Gain($0, impact, judged)
        }
        let told = VerdictWords(judged.verdict(one))
        (verdict, sites) = (told.word, told.sites.map(judged.name))
        overloads = judged.hasLoad ? impact.overloads.map { Overload($0, judged) } : []
        cascades = one.cascades.map { CascadeReport($0, judged) }
        latency = impact.latency.map { lost in
            Latency(
                meanLostMilliseconds: lost.mean, p50BeforeMilliseconds: lost.before.p50,
                p50AfterMilliseconds: lost.after.p50, p95BeforeMilliseconds: lost.before.p95,
                p95AfterMilliseconds: lost.after.p95)
        }
    }
}

extension FailureCaseReport.Part {
    fileprivate init(_ load: Clients.Load, _ ases: Int, _ judged: Judged) {
        self.init(ases: ases, share: judged.share(load), queriesPerSecond: judged.queries(load.peak.weight))
    }
}

extension FailureCaseReport.Gain {
    fileprivate init(_ site: Int, _ impact: Impact, _ judged: Judged) {
        let added = impact.added[site]
        self.init(
            site: judged.name(site), share: judged.share(added),
            addedQueriesPerSecond: judged.queries(added.peak.weight),
            loadQueriesPerSecond: judged.queries(impact.loads[site].peak.weight),
            mostQueriesPerSecond: judged.queries(judged.study.range(of: impact, site).upperBound),
            capacityQueriesPerSecond: judged.plan.deployment.sites[site].queriesPerSecond)
    }
}

extension FailureCaseReport.Overload {
    fileprivate init(_ overload: Impact.Overload, _ judged: Judged) {
        self.init(
            site: judged.name(overload.site), loadQueriesPerSecond: overload.load,
            capacityQueriesPerSecond: overload.capacity, hour: overload.hour)
    }
}

/// What follows if overloaded sites act by themselves.
struct CascadeReport: Encodable {
    let response: String
    let prepend: Int?
    let rounds: [[String]]
    let end: String
    let overloaded: [String]
    let stranded: Double

    init(_ cascade: Cascade, _ judged: Judged) {
        switch cascade.response {
        case .withdraw: (response, prepend) = ("withdraw", nil)
        case .lessPreferred(let count): (response, prepend) = ("less-preferred", count)
        }
        rounds = cascade.rounds.map { $0.acting.map(judged.name) }
        switch cascade.end {
        case .settled: (end, overloaded) = ("settled", [])
        case .overloaded(let sites): (end, overloaded) = ("overloaded", sites.map(judged.name))
        case .allGone: (end, overloaded) = ("all-gone", [])
        }
        stranded = cascade.rounds.last.map { judged.share($0.impact.stranded) } ?? 0
    }
}

struct VerdictWords {
    let word: String
    let sites: [Int]

    init(_ verdict: Resilience.Verdict) {
        switch verdict {
        case .survived: (word, sites) = ("survived", [])
        case .atRisk(let sites): (word, self.sites) = ("at-risk", sites)
        case .overloaded(let sites): (word, self.sites) = ("overloaded", sites)
        case .stranded: (word, sites) = ("stranded", [])
        case .unjudged(let sites): (word, self.sites) = ("unjudged", sites)
        }
    }
}

/// What a failure is called.
struct FailureName {
    var kind: String
    var site: String?
    var neighbor: String?
    var asn: UInt32?
    var asName: String?
    var prepend: Int?
    /// For people.
    var text: String

    init(_ failure: Internet.Failure, _ plan: Plan) {
        let deployment = plan.deployment
        switch failure {
        case .nothing: (kind, text) = ("nothing", "nothing")
        case .site(let number):
            (kind, site, text) = ("site", deployment.sites[number].name, deployment.sites[number].name)
        case .session(let number):
            let session = deployment.sessions[number]
            let site = deployment.sites[session.origination.site].name
            (kind, self.site, neighbor, text) = ("neighbor", site, session.neighbor, "\(session.neighbor) at \(site)")
        case .transit(let asn):
            let name = plan.surroundings.names[asn]
            (kind, self.asn, asName, text) = ("transit", asn.rawValue, name, plan.surroundings.name(of: asn))
        case .lessPreferred(let number, let count):
            let site = deployment.sites[number].name
            (kind, self.site, prepend, text) = ("less-preferred", site, count, "\(site), \(count) more prepends")
        }
    }
}
