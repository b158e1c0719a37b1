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
        return "\(verdict), after \(report.seconds.whole()) s.\(dropped)\n\(Terminal.paint(report.note, .grey))"
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
