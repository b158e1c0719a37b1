import Geo
import Internet
import Net
import Planner

/// What `plan` prints for people.
struct PlanScreen {
    let file: String
    let plan: Plan

    init(_ file: String, _ plan: Plan) { (self.file, self.plan) = (file, plan) }

    var text: String {
        let prose = [head, trust].map { $0.fitted(to: Terminal.screenWidth) }
        let rest = [balance, said].map { $0.fitted(to: Terminal.screenWidth) }
        let parts = prose + [sites] + LatencyText(plan).sections + rest + [notes]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var head: String {
        let count = plan.deployment.sites.count
        let ases = plan.surroundings.graph.count
        return "\(plan.prefix) from \(count) \(count == 1 ? "site" : "sites") of \(file), on \(plan.surroundings.description): "
            + "\(ases) ASes"
    }

    /// Before any number: what they are worth.
    private var trust: String {
        let words = TrustText(plan)
        return "\(Terminal.paint(words.title, .yellow)): \(words.text)"
    }

    // MARK: Sites

    private var sites: String {
        let hasLoad = plan.clients.queriesPerWeight != nil
        var header = ["SITE", "PLACE", "ASES", "SHARE", "", "COULD BE", "BY TIES"]
        if hasLoad { header += ["LOAD", "OF CAPACITY"] }
        let most = plan.summary.sites.map(\.share).max() ?? 0
        var rows = plan.deployment.sites.indices.map { row($0, most: most, hasLoad: hasLoad) }
        if plan.summary.nowhere.ases > 0 {
            let lost = plan.summary.nowhere
            rows.append(["no route", "", "\(lost.ases)", Shares.percent(lost.share), "", "", ""])
        }
        return section("Where ASes land", header, rows, right: [2, 3, 7])
    }

    private func row(_ number: Int, most: Double, hasLoad: Bool) -> [String] {
        let (site, summary) = (plan.deployment.sites[number], plan.summary.sites[number])
        let row = [
            site.name, site.place?.name ?? "", "\(summary.ases)", Shares.percent(summary.share),
            Shares.bar(summary.share, of: most), Shares.text(summary.range), Shares.text(summary.ties),
        ]
        return hasLoad ? row + load(site, summary) : row
    }

    private func load(_ site: Deployment.Site, _ summary: Summary.Site) -> [String] {
        let peak = summary.load.peak
        guard let load = plan.clients.queriesPerSecond(peak.weight) else { return ["", ""] }
        let hour = peak.hour.map { " at \($0 < 10 ? "0" : "")\($0):00Z" } ?? ""
        let part = site.queriesPerSecond.map { capacity in
            let part = "\(Shares.percent(load / capacity)) of \(Figures.short(capacity))"
            return load > capacity ? Terminal.paint(part, .red) : part
        }
        return [Figures.short(load) + "/s" + hour, part ?? "unknown"]
    }

    private var balance: String {
        guard let largest = plan.summary.largest else { return "Nobody lands anywhere." }
        let even = (plan.summary.effectiveSites * 10).rounded() / 10
        let count = plan.deployment.sites.count
        return "Balance: \(plan.deployment.sites[largest.site].name) has the largest share, \(Shares.percent(largest.share)); "
            + "as even as \(even) equal \(even == 1 ? "site" : "sites") (of \(count))."
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

/// Parts of a whole, for people.
enum Shares {
    /// `42 %`; `0.4 %` below one; `<0.1 %` for what is hardly there.
    static func percent(_ share: Double) -> String {
        let value = max(0, share) * 100
        if value == 0 || value >= 0.95 { return "\(value.whole()) %" }
        let tenths = (value * 10).whole()
        return tenths == 0 ? "<0.1 %" : "0.\(tenths) %"
    }

    static func text(_ range: ClosedRange<Double>) -> String {
        let (least, most) = (percent(range.lowerBound), percent(range.upperBound))
        return least == most ? least : "\(least.dropLast(2))–\(most)"
    }

    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// A bar of at most ten characters, in eighths of one; as long as that for `most`.
    static func bar(_ share: Double, of most: Double) -> String {
        guard most > 0 else { return "" }
        let length = (max(0, min(1, share / most)) * 80).whole()
        return String(repeating: "█", count: length / 8) + eighths[length % 8]
    }
}
