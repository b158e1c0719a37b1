import Geo
import Internet
import Net
import Planner

/// What `plan` prints for people.
struct PlanScreen {
    let file: String
    let plan: Plan
    let acts: PlanActs

    init(_ file: String, _ plan: Plan, _ acts: PlanActs) { (self.file, self.plan, self.acts) = (file, plan, acts) }

    var text: String {
        let prose = [head, trust].map { $0.fitted(to: Terminal.screenWidth) }
        let rest = [balance, said].map { $0.fitted(to: Terminal.screenWidth) }
        let parts = prose + [sites] + LatencyText(plan).sections + rest + what + [notes]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    /// Failures, or acts.
    private var what: [String] {
        acts.blasts.map { BlastScreen($0, plan).text } + (acts.failures.map { [FailureScreen($0, plan).text] } ?? [])
    }

    private var head: String {
        let count = plan.deployment.sites.count
        let ases = plan.surroundings.graph.count
        return
            "\(plan.prefix) from \(count) \(count == 1 ? "site" : "sites") of \(file), on \(plan.surroundings.description): "
            + "\(ases) ASes"
    }

    /// Before any number: what they are worth.
    private var trust: String {
        let words = TrustText(plan)
        return "\(Terminal.paint(words.title, .yellow)): \(words.text)"
    }

    // MARK: Sites

    /// On a narrow screen numbers come before decoration.
    private var isNarrow: Bool { (Terminal.screenWidth ?? .max) < 100 }

    private var sites: String {
        let hasLoad = plan.clients.queriesPerWeight != nil
        let columns = Columns(isNarrow: isNarrow, hasLoad: hasLoad, hasHours: hasLoad && plan.clients.hasHours)
        var rows = plan.deployment.sites.indices.map { columns.row(cells($0)) }
        if plan.summary.nowhere.ases > 0 {
            let lost = plan.summary.nowhere
            rows.append(columns.row([.site: "no route", .ases: "\(lost.ases)", .share: Shares.percent(lost.share)]))
        }
        return section("Where ASes land", columns.header, rows, right: columns.right)
    }

    private func cells(_ number: Int) -> [Columns.Name: String] {
        let (site, summary) = (plan.deployment.sites[number], plan.summary.sites[number])
        var cells: [Columns.Name: String] = [
            .site: site.name, .place: site.place?.name ?? "", .ases: "\(summary.ases)",
            .share: Shares.percent(summary.share), .couldBe: Shares.text(summary.range),
            .ties: Shares.text(summary.ties),
            .bar: Shares.bar(summary.share, of: plan.summary.largest?.share ?? 0),
            .day: Shares.spark(summary.load.hours),
        ]
        let peak = summary.load.peak
        guard let load = plan.clients.queriesPerSecond(peak.weight) else { return cells }
        cells[.load] = Figures.short(load) + "/s" + (peak.hour.map { " at \($0 < 10 ? "0" : "")\($0):00Z" } ?? "")
        cells[.capacity] =
            site.queriesPerSecond.map { capacity in
                let part = "\(Shares.percent(load / capacity)) of \(Figures.short(capacity))"
                return load > capacity ? Terminal.paint(part, .red) : part
            } ?? "unknown"
        return cells
    }

    /// Which columns there are, in their order.
    struct Columns {
        enum Name: String {
            case site = "SITE"
            case place = "PLACE"
            case ases = "ASES"
            case share = "SHARE"
            case bar = ""
            case couldBe = "COULD BE"
            case ties = "BY TIES"
            case load = "LOAD"
            case capacity = "OF CAPACITY"
            case day = "0:00–23:00Z"
        }

        var names: [Name] = [.site, .place, .ases, .share, .bar, .couldBe, .ties]

        init(isNarrow: Bool, hasLoad: Bool, hasHours: Bool) {
            if isNarrow { names.removeAll { $0 == .place || $0 == .bar } }
            if hasLoad { names += [.load, .capacity] }
            if hasHours, !isNarrow { names.append(.day) }
        }

        var header: [String] { names.map(\.rawValue) }
        var right: Set<Int> { Set(names.indices.filter { [.ases, .share, .load].contains(names[$0]) }) }
        func row(_ cells: [Name: String]) -> [String] { names.map { cells[$0] ?? "" } }
    }

    /// What all sites could carry, beside what is asked.
    private var load: String {
        let capacities = plan.deployment.sites.map(\.queriesPerSecond)
        var all = Clients.Load()
        for position in 0..<plan.clients.count { all.add(plan.clients, at: position) }
        guard let load = plan.clients.queriesPerSecond(all.peak.weight) else { return "" }
        let when = all.peak.hour.map { ", at \($0 < 10 ? "0" : "")\($0):00Z" } ?? ""
        let known = capacities.compactMap(\.self)
        let together =
            known.count == capacities.count ? "; the sites carry \(Figures.short(known.reduce(0, +)))/s together" : ""
        return " Everybody asks \(Figures.short(load))/s in the busiest hour\(when)\(together)."
    }

    private var balance: String {
        guard let largest = plan.summary.largest else { return "Nobody lands anywhere." }
        let even = (plan.summary.effectiveSites * 10).rounded() / 10
        let count = plan.deployment.sites.count
        return
            "Balance: \(plan.deployment.sites[largest.site].name) has the largest share, \(Shares.percent(largest.share)); "
            + "as even as \(even) equal \(even == 1 ? "site" : "sites") (of \(count)).\(load)"
    }

    // MARK: What it is made of

    private var said: String { (InputText(plan).lines).joined(separator: "\n") }

    private var notes: String {
        guard !plan.notes.isEmpty else { return "" }
        let lines = plan.notes.map { "  \($0)" }.joined(separator: "\n")
        return ([Terminal.paint("Not in this plan", .bold), lines.fitted(to: Terminal.screenWidth)]).joined(
            separator: "\n")
    }
}
