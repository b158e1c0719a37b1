internal import Codes
internal import Net

/// Connection tracking: whether the kernel keeps an entry for each client, and how full its table is.
struct Tracking: Sendable {
    var ports: [ServicePort]
    /// Entries, and how many there may be; nil: the kernel tracks nothing, or has no tracking.
    var count: UInt64?
    var most: UInt64?
    /// Packets that were dropped since the table was full, and entries that could not be made.
    var lost: UInt64?
    var flows: Seen<TrackedFlows>
    var rules: Seen<Ruleset>
    /// Tables of iptables (of the old kind) that are loaded: `nat`, `raw`.
    var legacyTables: [String] = []

    var looks: [Look] {
        guard let count, let most, most > 0 else { return [Look("conntrack", "the kernel tracks no connections")] }
        return [trackingLook, fillLook(count, most)]
    }

    // MARK: Service ports

    private var trackingLook: Look {
        let names = ports.map(\.service).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let findings = names.compactMap { name in finding(name, ports.filter { $0.service == name }) }
        if findings.isEmpty, let reason = uncertainty { return Look("conntrack", hidden: reason) }
        let isOff = rules.value.map { $0.trackers.isEmpty } ?? true
        return Look("conntrack", isOff ? "nothing is tracked" : "service ports are not tracked", findings: findings)
    }

    private func finding(_ service: String, _ ports: [ServicePort]) -> Finding? {
        let flowing = Set(ports.map { "\($0.transport.rawValue) \($0.port)" }).sorted().compactMap { port in
            flows.value?.count[port].map { "/proc/net/nf_conntrack: \($0) flows to port \(port)" }
        }
        let open = rules.value.map { rules in ports.filter { rules.exempts($0) == .no } } ?? []
        var ruled: [String] = []
        if let tracker = rules.value?.trackers.first, !open.isEmpty {
            let list = open.map(\.description).joined(separator: ", ")
            ruled = ["\(tracker) tracks connections, and no notrack rule covers \(list)"]
        }
        guard !flowing.isEmpty || !ruled.isEmpty else { return nil }
        return Finding(
            .tracked, .warning, "service \(service)", found: flowing + ruled,
            remedy: Self.remedy(open.isEmpty ? ports : open))
    }

    /// In a table of its own, before tracking begins (priority raw, -300).
    private static func remedy(_ ports: [ServicePort]) -> [String] {
        let places = ports.map(\.endpoint).reduce(into: [Endpoint]()) { if !$0.contains($1) { $0.append($1) } }
        let rules = places.flatMap { place in
            let transports = ports.filter { $0.endpoint == place }.map(\.transport.rawValue).joined(separator: ", ")
            let (family, ways) = (place.address.family == .ipv4 ? "ip" : "ip6", "meta l4proto { \(transports) } th")
            return [
                "nft 'add rule inet landfall prerouting \(family) daddr \(place.address) \(ways) dport \(place.port) notrack'",
                "nft 'add rule inet landfall output \(family) saddr \(place.address) \(ways) sport \(place.port) notrack'",
            ]
        }
        return [
            "nft add table inet landfall",
            "nft 'add chain inet landfall prerouting { type filter hook prerouting priority raw; }'",
            "nft 'add chain inet landfall output { type filter hook output priority raw; }'",
        ] + rules
    }

    private var uncertainty: String? {
        guard let rules = rules.value else {
            // Where anything is tracked, there are entries: of whoever is logged in, at least.
            return (count ?? 0) > 0 ? rules.hidden : nil
        }
        if !rules.trackers.isEmpty, let port = ports.first(where: { rules.exempts($0) == .unclear }) {
            return "whether a notrack rule covers \(port) depends on conditions that can't be judged: nft list ruleset"
        }
        guard rules.trackers.isEmpty, legacyTables.contains("nat") || legacyTables.contains("mangle") else {
            return nil
        }
        return "rules of iptables-legacy can't be read: iptables-legacy-save"
    }

    // MARK: The table

    private func fillLook(_ count: UInt64, _ most: UInt64) -> Look {
        let percent = count * 100 / most
        var findings: [Finding] = []
        if percent >= 80 {
            findings.append(
                Finding(
                    .tableFull, percent >= 95 ? .error : .warning, "nf_conntrack",
                    found: ["\(Sysctl.path("net.netfilter.nf_conntrack_count")) is \(count) of \(most) (\(percent) %)"],
                    remedy: [
                        "sysctl -w net.netfilter.nf_conntrack_max=\(most.multipliedReportingOverflow(by: 4).partialValue)"
                    ]))
        }
        if let lost, lost > 0 {
            findings.append(
                Finding(
                    .tableDrops, .warning, "nf_conntrack",
                    found: ["/proc/net/stat/nf_conntrack: \(lost) packets dropped or entries not made since the start"],
                    remedy: ["conntrack -S", "dmesg | grep nf_conntrack"]))
        }
        return Look("conntrack table", "\(count) of \(most) entries (\(percent) %)", findings: findings)
    }
}

extension Explanation {
    static let tracked = Self(
        "LF-D601", "tracked", title: "The kernel keeps an entry for every client of the service.",
        meaning: """
            Connection tracking makes an entry for each client's address and port, and keeps it for 30 s and more. It costs \
            every query, and a flood of spoofed sources fills the table, after which the kernel drops packets to everything \
            on this host, BGP included: a service for the world has no use for it. Queries and answers both need a notrack \
            rule.
            """,
        remedy: "Take the service's ports out with notrack rules, in prerouting and in output, at priority raw.")
    static let tableFull = Self(
        "LF-D602", "conntrack-full", title: "The table of tracked connections is nearly full.",
        meaning: "Where it is full, the kernel drops the first packet of every new flow: queries, checks, BGP.",
        remedy: "Track less (notrack), or raise net.netfilter.nf_conntrack_max.")
    static let tableDrops = Self(
        "LF-D603", "conntrack-drops", title: "Connection tracking has dropped packets.",
        meaning:
            "The table was full, or an entry could not be made, and the packet was dropped. Counted since the start.",
        remedy: "Track less (notrack), or raise net.netfilter.nf_conntrack_max.")
}
