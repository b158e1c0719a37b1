import Control
import HTTP
import Net

extension Invocation {
    func dnsStats() throws(Failure) -> Exit {
        var document: DNSDocument<DNSStats> = try ask(Request("GET", "/dns/stats"))
        document.services = try chosen(document.services, \.name)
        if document.services.isEmpty, !has("json") {
            Terminal.say("This host answers no queries itself.")
            return .done
        }
        guard has("rssac002") else {
            if has("today") { throw Failure("dns: --today goes with --rssac002") }
            give(document, document.services.map { $0.text() }.joined(separator: "\n\n"))
            return .done
        }
        let days = document.services.compactMap { service in
            (has("today") ? service.today : service.yesterday).map { (service.name, $0) }
        }
        guard !days.isEmpty else {
            guard let first = document.services.first else {
                throw Failure(.expectationFailed, "dns: this host answers no queries itself")
            }
            throw Failure(
                .expectationFailed,
                "dns: no day is over since the agent began, at \(first.since); --today is what there is")
        }
        give(DaysReport(document.head, days), days.flatMap { RSSAC002($0.0, $0.1).documents }.joined(separator: "\n"))
        return .done
    }
}

/// `landfall dns stats --rssac002 --json`; docs/json.md describes every field.
private struct DaysReport: Encodable {
    struct Service: Encodable {
        let name: String
        let day: DNSStats.Day
    }

    let schema = "landfall.dns-days/1"
    let network: String
    let site: String
    let host: String
    let time: String
    let services: [Service]

    init(_ head: DNSDocument<DNSStats>.Head, _ days: [(String, DNSStats.Day)]) {
        (network, site, host, time) = (head.network, head.site, head.host, head.time)
        services = days.map { Service(name: $0, day: $1) }
    }
}

extension DNSStats.Service {
    fileprivate func text(_ ink: Ink = Terminal.ink) -> String {
        let head = "\(name.printable()): \(all.queries) queries since \(since)"
        let parts = [ink.paint(head, .bold), traffic, codes, details, zoneTable]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var traffic: String {
        let rows = channels.map { channel in
            [
                "\(channel.transport) \(channel.family)", "\(channel.queries)", "\(channel.answers)",
                "\(channel.bytesIn)", "\(channel.bytesOut)", "\(channel.ignored)", "\(channel.dropped)",
            ]
        }
        let header = ["TRANSPORT", "QUERIES", "ANSWERS", "BYTES IN", "BYTES OUT", "NO QUERY", "LOST"]
        return Table(header: header, rows, rightAligned: Set(1...6)).text
    }

    private var codes: String {
        let lists = [("CODE", all.rcodes), ("TYPE", all.types)].map { title, counts in
            let sorted = counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            let rows = sorted.map { [$0.key.printable(), "\($0.value)", Self.percent($0.value, of: all.queries)] }
            return Table(header: [title, "QUERIES", "SHARE"], rows, rightAligned: [1, 2]).text
        }
        return all.queries == 0 ? "" : lists.joined(separator: "\n\n")
    }

    private var details: String {
        [
            "With EDNS \(Self.percent(all.edns, of: all.queries)), with DO \(Self.percent(all.dnssecOK, of: all.queries)), "
                + "over TCP \(Self.percent(all.tcp, of: all.queries)), truncated \(all.truncated).",
            "TCP connections: \(connections.open) open, \(connections.accepted) accepted, \(connections.rejected) refused, "
                + "\(connections.abandoned) closed on clients that were silent or in the way.",
            "Since midnight UTC about \(today.sourcesIPv4) IPv4 and \(today.sourcesIPv6) IPv6 addresses have asked, these "
                + "from \(today.networksIPv6) networks (/64).",
        ].joined(separator: "\n").fitted(to: Terminal.screenWidth)
    }

    /// The zones that were asked most.
    private var zoneTable: String {
        let most = 20
        let sorted = zones.sorted { ($1.answers.queries, $0.name) < ($0.answers.queries, $1.name) }
        let rows = ([("(no zone)", noZone)] + sorted.prefix(most).map { ($0.name.printable(), $0.answers) }).map {
            name, counts in
            [
                name, "\(counts.queries)", "\(counts.rcodes["NOERROR"] ?? 0)", "\(counts.rcodes["NXDOMAIN"] ?? 0)",
                "\(counts.truncated)", "\(counts.tcp)",
            ]
        }
        let header = ["ZONE", "QUERIES", "NOERROR", "NXDOMAIN", "TRUNCATED", "TCP"]
        let table = Table(header: header, rows, rightAligned: Set(1...5)).text
        return zones.count > most ? table + "\nand \(zones.count - most) more: --json has all" : table
    }

    static func percent(_ part: UInt64, of all: UInt64) -> String {
        guard all > 0 else { return "0 %" }
        let tenths = (Double(part) / Double(all) * 1000).whole()
        return tenths.isMultiple(of: 10) ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
