import Internet
import Net
import Planner

/// What `plan --drain` says: the blast radius of a planned act.
struct BlastScreen {
    let blast: Blast
    let judged: Judged

    init(_ blast: Blast, _ plan: Plan) {
        (self.blast, judged) = (blast, Judged(plan, blast.study, hasLoad: blast.hasLoad))
    }

    var text: String {
        let name = judged.name(blast.site)
        let rows = [
            ["draining"] + FailureRow(blast.draining, judged).cells.dropFirst(),
            ["withdrawn"] + FailureRow(blast.withdrawn, judged).cells.dropFirst(),
        ]
        let title = Terminal.paint("Draining \(name)", .bold)
        let table = Table(header: ["", "MOVES", "AND LANDS AT", "NO ROUTE", "VERDICT"], rows, rightAligned: [1]).text
        return ["\(title)\n\(table)\n\(words.fitted(to: Terminal.screenWidth))", movers].filter { !$0.isEmpty }
            .joined(separator: "\n\n")
    }

    private var words: String {
        let waiting =
            "While it drains its announcements have \(blast.prepend) more prepends; neighbors that honour GRACEFUL_SHUTDOWN "
            + "(RFC 8326) move more than that already then."
        let cascades = blast.withdrawn.cascades.map {
            CascadeWords($0, after: judged.name(blast.site), judged).text
        }
        return ([waiting] + cascades).joined(separator: "\n")
    }

    private var movers: String {
        guard !blast.movers.isEmpty else { return "" }
        let rows = blast.movers.map { mover in
            let asn = judged.plan.surroundings.graph.ases[mover.position]
            let share = judged.study.clients.total > 0 ? mover.weight / judged.study.clients.total : 0
            return [
                judged.plan.surroundings.name(of: asn), Shares.percent(share), mover.to.map(judged.name) ?? "no route",
            ]
        }
        let title = Terminal.paint("The largest that move", .bold)
        return "\(title)\n\(Table(header: ["AS", "SHARE", "TO"], rows, rightAligned: [1]).text)"
    }
}

/// The same in `plan --json`.
struct BlastReport: Encodable {
    let site: String
    let prepend: Int
    let draining: FailureCaseReport
    let withdrawn: FailureCaseReport
    let movers: [Mover]

    struct Mover: Encodable {
        let asn: UInt32
        let weight: Double
        let to: String?
    }

    init(_ blast: Blast, _ plan: Plan) {
        let judged = Judged(plan, blast.study, hasLoad: blast.hasLoad)
        (site, prepend) = (judged.name(blast.site), blast.prepend)
        (draining, withdrawn) = (
            FailureCaseReport(blast.draining, judged), FailureCaseReport(blast.withdrawn, judged)
        )
        movers = blast.movers.map {
            Mover(
                asn: plan.surroundings.graph.ases[$0.position].rawValue, weight: $0.weight, to: $0.to.map(judged.name))
        }
    }
}
