import Config
import Lab
import Net

/// What `rehearse` prints for people.
struct Story {
    let network: Network

    init(_ network: Network) { self.network = network }

    func landings(_ report: Report) -> String {
        let ases = network.internet?.ases.count ?? 0
        let links = network.internet?.links.count ?? 0
        let head = Terminal.paint(
            "\(network.name): \(network.sites.count) sites of AS\(network.asn.rawValue) among \(ases) ASes with \(links) links",
            .bold)
        let header = ["CLIENT", "PLACE", "SITE", "IPV4", "IPV6", "TCP", "AWAY", "NEAREST", "AS PATH"]
        let table = Table(header: header, clients(report.landings).map(landing), rightAligned: [3, 4, 6])
        let lines = ["", "Who lands where"] + indent(table.lines) + surprises(report.landings) + plan(report.plan)
        return ([head] + lines).joined(separator: "\n")
    }

    /// Both families of a client together, in the order of the file.
    private func clients(_ landings: [Report.Landing]) -> [[Report.Landing]] {
        var names: [String] = []
        for landing in landings where !names.contains(landing.client) { names.append(landing.client) }
        return names.map { name in landings.filter { $0.client == name } }
    }

    private func landing(_ pair: [Report.Landing]) -> [String] {
        guard let first = pair.first else { return [] }
        return [
            first.client, first.place, both(pair.map { $0.site.value ?? "nothing" }),
            rtt(pair.first { $0.family == "ipv4" }), rtt(pair.first { $0.family == "ipv6" }),
            both(pair.map { $0.tcpSite.value ?? "nothing" }), first.kilometers.value.map(kilometers) ?? "",
            first.nearestSite == first.site.value
                ? "yes" : "\(first.nearestSite), \(kilometers(first.nearestKilometers))",
            both(pair.map { path($0.asPath) }),
        ]
    }

    private func rtt(_ landing: Report.Landing?) -> String { landing?.rttMilliseconds.value.map(milliseconds) ?? "" }

    /// Once where the families agree.
    func both(_ texts: [String]) -> String {
        Set(texts).count == 1 ? texts[0] : texts.joined(separator: " / ")
    }

    /// Who lands farther away than need be, and why.
    private func surprises(_ landings: [Report.Landing]) -> [String] {
        clients(landings).compactMap(\.first).compactMap { landing in
            guard let site = landing.site.value, let away = landing.kilometers.value, site != landing.nearestSite else {
                return nil
            }
            let start =
                "\(landing.client) lands on \(site), \(kilometers(away)) away, though \(landing.nearestSite) is "
                + "\(kilometers(landing.nearestKilometers)) away: "
            return Terminal.paint(start + reason(landing, site), .yellow)
        }
    }

    private func reason(_ landing: Report.Landing, _ site: String) -> String {
        let hops = landing.asPath.count
        guard let other = landing.nearestASHops.value else {
            return "no route that policy allows leads to \(landing.nearestSite)."
        }
        if hops < other {
            return
                "\(site) is \(hops) AS hops away, \(landing.nearestSite) \(other), and BGP counts hops, not kilometers."
        }
        return "both are \(hops) AS hops away or more, and policy or a tie decides, not kilometers."
    }

    /// Whether it is as planned, at the beginning.
    private func plan(_ plan: Report.PlanComparison) -> [String] {
        let differences = plan.differences.map { Terminal.paint("Not as planned: \($0.text)", .red) }
        return (differences.isEmpty ? asPlanned(plan) : differences) + omissions(plan.notCompared)
    }

    private func asPlanned(_ plan: Report.PlanComparison) -> [String] {
        guard plan.compared > 0 else { return [] }
        let ties =
            switch plan.ties {
            case 0: ""
            case 1: "; one is a tie, which the lower router ID decides"
            default: "; \(plan.ties) are ties, which the lower router ID decides"
            }
        return ["As planned: all \(plan.compared) landings are those of the plan of this file\(ties)."]
    }

    /// A line for each reason, with the steps after which it held.
    private func omissions(_ all: [Report.NotCompared]) -> [String] {
        var reasons: [String] = []
        for omitted in all where !reasons.contains(omitted.reason) { reasons.append(omitted.reason) }
        return reasons.map { reason in
            var steps: [String] = []
            for step in all.filter({ $0.reason == reason }).compactMap(\.after.value) where !steps.contains(step) {
                steps.append(step)
            }
            let when = steps.isEmpty ? "" : " after \(steps.joined(separator: ", "))"
            return Terminal.paint("Not compared with the plan\(when): \(reason)", .grey)
        }
    }

    // MARK: The end

    func end(_ report: Report) -> String {
        let failed = report.steps.filter { !$0.ok }.map(\.name)
        let planned = report.plan.differences.filter { $0.after.value == nil }.count
        var faults: [String] = []
        if planned > 0 { faults.append("\(planned) landings aren't as planned") }
        if !failed.isEmpty {
            faults.append("\(failed.count) of \(report.steps.count) steps failed: \(failed.joined(separator: ", "))")
        }
        let verdict =
            faults.isEmpty
            ? Terminal.paint("Every expectation held", .green)
            : Terminal.paint(faults.joined(separator: "; "), .red)
        let dropped =
            report.relay.dropped == 0
            ? "" : " The relay dropped \(report.relay.dropped) frames: this machine was too busy."
        let lines = ["\(verdict), after \(report.seconds.whole()) s.\(dropped)"] + compared(report.plan)
        return (lines + [Terminal.paint(report.note, .grey)]).joined(separator: "\n")
    }

    private func compared(_ plan: Report.PlanComparison) -> [String] {
        let count =
            "\(plan.asPlanned) of \(plan.compared) landings, at the beginning and after steps, are those of the plan "
            + "(router IDs decide ties: \(plan.ties))."
        return (plan.compared > 0 ? [count] : []) + omissions(plan.notCompared.filter { $0.after.value != nil })
    }

    // MARK: Words

    func indent(_ lines: [String]) -> [String] {
        lines.enumerated().map { "  " + ($0 == 0 ? Terminal.paint($1, .grey) : $1) }
    }

    func path(_ asPath: [UInt32]) -> String {
        asPath.isEmpty ? "no route" : asPath.map(String.init).joined(separator: " ")
    }

    /// `7,512 km`.
    private func kilometers(_ value: Int) -> String {
        value < 1000 ? "\(value) km" : "\(value / 1000),\(String(value % 1000 + 1000).dropFirst()) km"
    }
}
