import Config
import Lab
import Net

/// What `rehearse` prints for people.
struct Story {
    private let network: Network

    init(_ network: Network) { self.network = network }

    func landings(_ report: Report) -> String {
        let ases = network.internet?.ases.count ?? 0
        let links = network.internet?.links.count ?? 0
        let head = Terminal.paint(
            "\(network.name): \(network.sites.count) sites of AS\(network.asn.rawValue) among \(ases) ASes with \(links) links",
            .bold)
        let header = ["CLIENT", "PLACE", "SITE", "IPV4", "IPV6", "TCP", "AWAY", "NEAREST", "AS PATH"]
        let table = Table(header: header, clients(report.landings).map(landing), rightAligned: [3, 4, 6])
        return ([head, "", "Who lands where"] + indent(table.lines) + surprises(report.landings)).joined(
            separator: "\n")
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
    private func both(_ texts: [String]) -> String {
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

    // MARK: Steps

    func step(_ step: Report.Step) -> String {
        let mark = step.ok ? Terminal.paint("ok", .green) : Terminal.paint("FAILED", .red)
        let head = "\(Terminal.paint(step.name, .bold)): \(deed(step)) \(mark)"
        let header = ["CLIENT", "SITE", "RTT", "LOST", step.kind == "restore" ? "BACK AFTER" : "OUTAGE", "AS PATH"]
        let table = Table(header: header, rows(step).map { row($0) }, rightAligned: [2, 3, 4])
        let failures = step.failures.map { Terminal.paint("  expected otherwise: \($0)", .red) }
        let disturbed = step.disturbed.map {
            Terminal.paint(
                "  Routes to \($0) went away too, though nothing was done to it: was this machine too busy?", .yellow)
        }
        return ([head] + indent(table.lines) + [summary(step)].compactMap(\.self) + disturbed + failures).joined(
            separator: "\n")
    }

    private func deed(_ step: Report.Step) -> String {
        guard let site = step.target.value else { return "nothing is broken" }
        let process = step.process.value ?? "agent"
        let victim =
            process == "agent"
            ? "the agent at \(site)" : process == "serve" ? "landfall serve at \(site)" : "\(process) at \(site)"
        return switch step.kind {
        case "hang": "\(victim) stops, alive (SIGSTOP)"
        case "kill": "\(victim) dies (SIGKILL)"
        default: "\(site) is mended"
        }
    }

    /// A row for a client, or one for each family where they saw different things.
    private func rows(_ step: Report.Step) -> [[Report.Client]] {
        var groups: [[Report.Client]] = []
        for client in step.clients {
            let same = groups.firstIndex { group in
                group[0].client == client.client && group[0].before.value == client.before.value
                    && group[0].after.value == client.after.value && group[0].asPath == client.asPath
            }
            if let same { groups[same].append(client) } else { groups.append([client]) }
        }
        return groups
    }

    private func row(_ group: [Report.Client]) -> [String] {
        let client = group[0]
        let (before, after) = (client.before.value ?? "nothing", client.after.value ?? "nothing")
        let split = group.count == 1 && network.prefixes.count > 1
        let (fast, slow) = (
            client.rttBeforeMilliseconds.value.map(milliseconds), client.rttMilliseconds.value.map(milliseconds)
        )
        let times = group.compactMap { $0.returnMilliseconds.value ?? $0.outageMilliseconds.value }
        return [
            split ? "\(client.client) (\(client.family))" : client.client,
            before == after ? after : "\(before) → \(after)",
            before == after ? slow ?? "" : "\(fast ?? "none") → \(slow ?? "none")",
            group.map { "\($0.lost)" }.joined(separator: " + "),
            times.isEmpty ? "" : times.map(milliseconds).joined(separator: " / "), path(client.asPath),
        ]
    }

    private func summary(_ step: Report.Step) -> String? {
        guard let site = step.target.value else { return nil }
        if step.kind == "restore" {
            let back = step.clients.compactMap(\.returnMilliseconds.value)
            return back.isEmpty
                ? nil
                : "  \(site) answers its clients again after \(milliseconds(back.min() ?? 0)) to \(milliseconds(back.max() ?? 0))."
        }
        guard step.affected > 0 else { return "  Nobody was on \(site)." }
        let routes = step.withdrawn.value == true ? "its routes went away" : "its routes stayed"
        guard let median = step.medianOutageMilliseconds.value, let longest = step.maxOutageMilliseconds.value else {
            return
                "  \(step.affected) were on \(site) (a client counts once for each family); \(routes); \(step.lost) queries lost."
        }
        return "  \(step.affected) were on \(site) (a client counts once for each family); \(routes). "
            + "Outage: median \(milliseconds(median)), longest \(milliseconds(longest)); \(step.lost) queries lost."
    }

    // MARK: The end

    func end(_ report: Report) -> String {
        let failed = report.steps.filter { !$0.ok }.map(\.name)
        let verdict =
            failed.isEmpty
            ? Terminal.paint("Every expectation held", .green)
            : Terminal.paint(
                "\(failed.count) of \(report.steps.count) steps failed: \(failed.joined(separator: ", "))", .red)
        let dropped =
            report.relay.dropped == 0
            ? "" : " The relay dropped \(report.relay.dropped) frames: this machine was too busy."
        return "\(verdict), after \(Int(report.seconds.rounded())) s.\(dropped)\n\(Terminal.paint(report.note, .grey))"
    }

    // MARK: Words

    private func indent(_ lines: [String]) -> [String] {
        lines.enumerated().map { "  " + ($0 == 0 ? Terminal.paint($1, .grey) : $1) }
    }

    private func path(_ asPath: [UInt32]) -> String {
        asPath.isEmpty ? "no route" : asPath.map(String.init).joined(separator: " ")
    }

    private func milliseconds(_ value: Double) -> String { "\(Int(value.rounded())) ms" }

    /// `7,512 km`.
    private func kilometers(_ value: Int) -> String {
        value < 1000 ? "\(value) km" : "\(value / 1000),\(String(value % 1000 + 1000).dropFirst()) km"
    }
}
