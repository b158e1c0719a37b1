import Internet
import Planner

/// What failures do, for people: a line each, what follows from an overload, and what would be enough.
struct FailureScreen {
    let failures: Failures
    let judged: Judged
    /// How many lines there are at most.
    static let most = 15

    init(_ failures: Failures, _ plan: Plan) {
        self.failures = failures
        judged = Judged(plan, failures.study, hasLoad: failures.hasLoad)
    }

    var text: String {
        let prose = ([now, verdict, capacity].compactMap(\.self) + cascades).joined(separator: "\n")
        return [table, prose.fitted(to: Terminal.screenWidth)].joined(separator: "\n")
    }

    // MARK: Each failure

    private var table: String {
        let cases = failures.resilience.cases
        let rows = shown.map { FailureRow(cases[$0], judged).cells }
        let title = Terminal.paint("What fails, one at a time\(failures.hasLoad ? ", at peak" : "")", .bold)
        let left = cases.count - shown.count
        let more = left > 0 ? "\nand \(left) more that move less (--json has all)" : ""
        let late = failures.count - cases.count
        let unseen = late > 0 ? "\n\(late) more were not looked at: the deadline was over" : ""
        return "\(title)\n\(Table(header: FailureRow.header, rows, rightAligned: [1]).text)\(more)\(unseen)"
    }

    /// Those that are not survived before all others, and of these the ones that move the most.
    private var shown: [Int] {
        let cases = failures.resilience.cases
        guard cases.count > Self.most else { return Array(cases.indices) }
        let isBad = { (index: Int) in
            switch judged.verdict(cases[index]) {
            case .overloaded, .stranded: true
            case .survived, .atRisk, .unjudged: false
            }
        }
        let order = cases.indices.sorted { a, b in
            let (first, second) = (isBad(a), isBad(b))
            guard first == second else { return first }
            return (cases[b].impact.displaced.mean, a) < (cases[a].impact.displaced.mean, b)
        }
        return order.prefix(Self.most).sorted()
    }

    // MARK: All of them

    private var now: String? {
        let over = failures.usual.impact.overloads
        guard failures.hasLoad, !over.isEmpty else { return nil }
        return "Already now, with nothing failed: \(over.map(judged.text).joined(separator: "; "))."
    }

    private var verdict: String {
        let cases = failures.resilience.cases
        guard failures.hasLoad else {
            return "Nobody says how much everybody asks (--load 1.2M), so no failure is judged by capacity."
                + (failures.carries.map {
                    " All of them are survived, as planned, up to \(Figures.short($0)) queries/s together."
                } ?? "")
        }
        let verdicts = cases.map(judged.verdict)
        let survived = verdicts.count { $0 == .survived }
        let risky = verdicts.count { if case .atRisk = $0 { true } else { false } }
        let unknown = verdicts.count { if case .unjudged = $0 { true } else { false } }
        var parts = ["\(survived) of \(cases.count) are survived"]
        if risky > 0 { parts.append("\(risky) as planned, but not if predictions are as wrong as they have been") }
        if unknown > 0 { parts.append("\(unknown) can't be judged: some site has no capacity.queries") }
        return "Verdict: \(parts.joined(separator: "; "))."
    }

    private var capacity: String? {
        guard failures.hasLoad else { return nil }
        let short = judged.plan.deployment.sites.enumerated().compactMap { number, site -> String? in
            guard let has = site.queriesPerSecond, let needed = failures.resilience.needed[number],
                needed > has * (1 + 1e-9)
            else { return nil }
            return "\(site.name) \(Figures.short(needed)) (has \(Figures.short(has)))"
        }
        let least = short.isEmpty ? "" : "The least that would carry all of them: \(short.joined(separator: ", ")). "
        let carries =
            failures.carries.map { "As it is, all together can ask for \(Figures.short($0)) queries/s." } ?? ""
        let text = least + carries
        return text.isEmpty ? nil : text
    }

    private var unfollowed: [String] {
        let count = failures.resilience.unfollowed
        guard count > 0 else { return [] }
        return ["What follows if overloaded sites act was not looked at after \(count): the deadline was over."]
    }

    private var cascades: [String] {
        let usual = failures.usual.cascades.isEmpty ? [] : [failures.usual]
        let bad = (usual + failures.resilience.cases).filter { !$0.cascades.isEmpty }
        return bad.prefix(5).flatMap { one in
            one.cascades.map { CascadeWords($0, after: FailureName(one.impact.failure, judged.plan).text, judged).text }
        } + (bad.count > 5 ? ["The same of \(bad.count - 5) more is in --json."] : []) + unfollowed
    }
}

/// One failure.
struct FailureRow {
    static let header = ["FAILS", "MOVES", "AND LANDS AT", "NO ROUTE", "VERDICT"]
    let cells: [String]

    init(_ one: Resilience.Case, _ judged: Judged) {
        let impact = one.impact
        let stranded = impact.strandedASes > 0 ? Shares.percent(judged.share(impact.stranded)) : ""
        cells = [
            FailureName(impact.failure, judged.plan).text, Shares.percent(judged.share(impact.displaced)),
            Self.gains(impact, judged), stranded, Self.verdict(one, judged) + Self.latency(impact),
        ]
    }

    /// The largest first, and not more than a few.
    static func gains(_ impact: Impact, _ judged: Judged) -> String {
        let all = judged.plan.deployment.sites.indices.map { ($0, judged.share(impact.added[$0])) }
        let gains = all.filter { $0.1 > 0 }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }
        let shown = gains.prefix(3).map { "\(judged.name($0.0)) \(Shares.percent($0.1))" }
        return (shown + (gains.count > 3 ? ["\(gains.count - 3) more"] : [])).joined(separator: ", ")
    }

    static func verdict(_ one: Resilience.Case, _ judged: Judged) -> String {
        switch judged.verdict(one) {
        case .survived: Terminal.paint("survived", .green)
        case .atRisk(let sites):
            Terminal.paint("at risk", .yellow)
                + ": \(sites.map { judged.risk($0, one.impact) }.joined(separator: "; "))"
        case .overloaded:
            Terminal.paint("overloaded", .red) + ": \(one.impact.overloads.map(judged.text).joined(separator: "; "))"
        case .stranded: Terminal.paint("cut off", .red)
        case .unjudged(let sites):
            sites.isEmpty ? "" : "not judged: \(sites.map(judged.name).joined(separator: ", "))"
        }
    }

    private static func latency(_ impact: Impact) -> String {
        guard let lost = impact.latency else { return "" }
        let more = lost.mean.whole()
        return " (\(more < 0 ? "" : "+")\(more) ms)"
    }
}

extension Judged {
    /// `sin 520k of 400k`.
    func text(_ over: Impact.Overload) -> String {
        let hour = over.hour.map { " at \($0 < 10 ? "0" : "")\($0):00Z" } ?? ""
        return "\(name(over.site)) \(Figures.short(over.load)) of \(Figures.short(over.capacity))\(hour)"
    }

    /// `sin up to 520k of 400k`.
    func risk(_ site: Int, _ impact: Impact) -> String {
        let most = queries(study.range(of: impact, site).upperBound) ?? 0
        let capacity = plan.deployment.sites[site].queriesPerSecond ?? 0
        return "\(name(site)) up to \(Figures.short(most)) of \(Figures.short(capacity))"
    }
}

/// `After fra, if overloaded sites withdraw: sin, then gru; nobody is left.`
struct CascadeWords {
    let text: String

    init(_ cascade: Cascade, after failure: String, _ judged: Judged) {
        let what: String
        switch cascade.response {
        case .withdraw: what = "withdraw"
        case .lessPreferred(let count):
            what = "are only less preferred (\(count) more \(count == 1 ? "prepend" : "prepends"))"
        }
        let rounds = cascade.rounds.map { $0.acting.map(judged.name).joined(separator: " and ") }
        let end: String
        switch cascade.end {
        case .settled: end = "then nobody is overloaded"
        case .allGone: end = "nobody is left"
        case .overloaded:
            let over = cascade.rounds.last.map { $0.impact.overloads.map(judged.text).joined(separator: "; ") } ?? ""
            end = "still overloaded: \(over)"
        }
        let cause = failure == "nothing" ? "With nothing failed" : "After \(failure)"
        text = "\(cause), if overloaded sites \(what): \(rounds.joined(separator: ", then ")); \(end)."
    }
}
