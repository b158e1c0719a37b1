internal import Control
internal import DNS
internal import Nameserver

/// What our own DNS services were asked. Counted by one process after the other, since the agent began.
enum DNSMetrics {
    private static let channel = ["service", "transport", "family"]

    static let queries = Metric(
        "landfall_dns_queries_total", .counter, by: channel, "What came over a transport and a family of addresses.")
    static let answers = Metric("landfall_dns_answers_total", .counter, by: channel, "Answers that went back.")
    static let received = Metric("landfall_dns_received_bytes_total", .counter, by: channel, "Bytes of queries.")
    static let sent = Metric("landfall_dns_sent_bytes_total", .counter, by: channel, "Bytes of answers.")
    static let ignored = Metric(
        "landfall_dns_ignored_total", .counter, by: channel,
        "What came and gets no answer: less than a header, or an answer itself.")
    static let dropped = Metric(
        "landfall_dns_dropped_answers_total", .counter, by: channel, "Answers that the kernel didn't take.")

    static let rcodes = Metric(
        "landfall_dns_responses_total", .counter, by: ["service", "zone", "rcode"],
        "Answers by the zone they are from and their response code; without a zone: what none of them answered.")
    static let types = Metric(
        "landfall_dns_zone_queries_total", .counter, by: ["service", "zone", "type"],
        "Queries by the zone that answered and the type that was asked for; other: types that aren't counted by their own."
    )
    static let truncated = Metric(
        "landfall_dns_truncated_total", .counter, by: ["service", "zone"], "Answers over UDP that were cut (TC).")
    static let overTCP = Metric(
        "landfall_dns_zone_tcp_queries_total", .counter, by: ["service", "zone"], "Queries of the zone over TCP.")
    static let edns = Metric("landfall_dns_edns_queries_total", .counter, by: ["service"], "Queries with EDNS.")
    static let dnssecOK = Metric(
        "landfall_dns_dnssec_ok_queries_total", .counter, by: ["service"], "Queries that want signatures (DO).")
    static let requestSize = Metric(
        "landfall_dns_query_size_bytes", .histogram, by: ["service", "transport"], "How long queries are.")
    static let responseSize = Metric(
        "landfall_dns_answer_size_bytes", .histogram, by: ["service", "transport"], "How long answers are.")

    static let open = Metric(
        "landfall_dns_tcp_connections", .gauge, by: ["service"], "TCP connections that are open.")
    static let places = Metric(
        "landfall_dns_tcp_connections_limit", .gauge, by: ["service"],
        "TCP connections that there are places for: as the file says, or as many descriptors as there may be.")
    static let accepted = Metric(
        "landfall_dns_tcp_accepted_total", .counter, by: ["service"], "TCP connections that were accepted.")
    static let rejected = Metric(
        "landfall_dns_tcp_rejected_total", .counter, by: ["service"],
        "TCP connections that were closed at once: one client had too many.")
    static let abandoned = Metric(
        "landfall_dns_tcp_abandoned_total", .counter, by: ["service"],
        "TCP connections that were closed since their client was silent, didn't read, sent no DNS, or others needed the place."
    )
    static let sources = Metric(
        "landfall_dns_sources", .gauge, by: ["service", "of"],
        "How many clients have asked since midnight UTC, give or take two percent: IPv4 addresses, IPv6 addresses and their /64s."
    )

    static let zonesReloaded = Metric(
        "landfall_dns_last_reload_successful", .gauge,
        "Whether the zone files could be used when they were last read alone; absent where none are served.")
    static let serial = Metric(
        "landfall_dns_zone_serial", .gauge, by: ["service", "zone"], "The serial number of the zone's SOA.")
    static let records = Metric(
        "landfall_dns_zone_records", .gauge, by: ["service", "zone"], "How many records the zone has.")

    static let content = Metric(
        "landfall_dns_zone_info", .gauge, by: ["service", "zone", "hash"],
        "What the zone's content is known by: the same at every site that serves the same. Always 1.")

    static let signaturesEnd = Metric(
        "landfall_dns_zone_signatures_end_timestamp_seconds", .gauge, by: ["service", "zone"],
        "When the first of the zone's signatures ends; absent where it isn't signed.")

    static let all = [
        queries, answers, received, sent, ignored, dropped, rcodes, types, truncated, overTCP, edns, dnssecOK,
        requestSize, responseSize, open, places, accepted, rejected, abandoned, sources, zonesReloaded, serial, records,
        content,
        signaturesEnd,
    ]

    /// Zones that are named; the others count together as `others`.
    static let mostZones = 500
    static let sizeBounds = [64.0, 128, 256, 512, 1024, 1232, 4096, 16384, 65536]
}

extension Agent {
    func addDNS(to page: inout MetricsPage) {
        if !services.isEmpty { page.add(DNSMetrics.zonesReloaded, !reloading.hasRefusedZones) }
        for service in services {
            let totals = service.ledger.totals
            addChannels(totals.counts, of: service.name, to: &page)
            addZones(totals, of: service, to: &page)
            addConnections(totals.counts, of: service.name, to: &page)
            let sources = service.ledger.clients?.sources ?? Sources()
            page.add(DNSMetrics.sources, by: [service.name, "ipv4"], sources.ipv4)
            page.add(DNSMetrics.sources, by: [service.name, "ipv6"], sources.ipv6)
            page.add(DNSMetrics.sources, by: [service.name, "ipv6/64"], sources.ipv6Networks)
        }
    }

    private func addChannels(_ counts: Counts, of service: String, to page: inout MetricsPage) {
        for channel in QueryChannel.all {
            let traffic = counts.channels[channel] ?? Counters.Traffic()
            let labels = [service, channel.isTCP ? "tcp" : "udp", channel.isIPv6 ? "ipv6" : "ipv4"]
            page.add(DNSMetrics.queries, by: labels, traffic.queries)
            page.add(DNSMetrics.answers, by: labels, traffic.answers)
            page.add(DNSMetrics.received, by: labels, traffic.bytesIn)
            page.add(DNSMetrics.sent, by: labels, traffic.bytesOut)
            page.add(DNSMetrics.ignored, by: labels, traffic.ignored)
            page.add(DNSMetrics.dropped, by: labels, traffic.dropped)
        }
        for (name, sizes) in [("udp", counts.udp), ("tcp", counts.tcp)] {
            page.add(DNSMetrics.requestSize, by: [service, name], Histogram(sizes: sizes.questions))
            page.add(DNSMetrics.responseSize, by: [service, name], Histogram(sizes: sizes.answers))
        }
    }

    private func addConnections(_ counts: Counts, of service: String, to page: inout MetricsPage) {
        page.add(DNSMetrics.open, by: [service], counts.connections)
        page.add(DNSMetrics.places, by: [service], counts.places)
        page.add(DNSMetrics.accepted, by: [service], counts.accepted)
        page.add(DNSMetrics.rejected, by: [service], counts.rejected)
        page.add(DNSMetrics.abandoned, by: [service], counts.abandoned)
    }

    private func addZones(_ totals: ServiceTotals, of service: ServiceChild, to page: inout MetricsPage) {
        let sorted = totals.zones.sorted { $0.key < $1.key }
        let rest = sorted.dropFirst(DNSMetrics.mostZones).map(\.value)
        var shown = [(key: "", value: totals.counts.nobody)] + sorted.prefix(DNSMetrics.mostZones)
        if !rest.isEmpty { shown.append((key: "others", value: rest.reduce(Counts.Zone(), +))) }
        for (zone, counts) in shown { add(counts, of: [service.name, zone], to: &page) }
        let all = totals.all
        page.add(DNSMetrics.edns, by: [service.name], all.edns)
        page.add(DNSMetrics.dnssecOK, by: [service.name], all.dnssecOK)
        for zone in service.outfit.copy.zones.prefix(DNSMetrics.mostZones) {
            page.add(DNSMetrics.serial, by: [service.name, zone.name], zone.serial)
            page.add(DNSMetrics.records, by: [service.name, zone.name], zone.records)
            page.add(DNSMetrics.content, by: [service.name, zone.name, zone.contentHash], 1)
            if let end = zone.signaturesEnd {
                page.add(DNSMetrics.signaturesEnd, by: [service.name, zone.name], Double(end))
            }
        }
    }

    private func add(_ counts: Counts.Zone, of labels: [String], to page: inout MetricsPage) {
        for (code, count) in counts.rcodes.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            page.add(DNSMetrics.rcodes, by: labels + ["\(code)"], count)
        }
        for (type, count) in counts.types.sorted(by: { $0.key?.rawValue ?? .max < $1.key?.rawValue ?? .max }) {
            page.add(DNSMetrics.types, by: labels + [type?.description ?? "other"], count)
        }
        page.add(DNSMetrics.truncated, by: labels, counts.truncated)
        page.add(DNSMetrics.overTCP, by: labels, counts.tcp)
    }
}

extension Histogram {
    /// Of numbers by ranges of 16 bytes; what lies in a range counts as its middle.
    fileprivate init(sizes: [Int: UInt64]) {
        self.init(bounds: DNSMetrics.sizeBounds)
        for (range, count) in sizes { note(Double(16 * range) + 8, count) }
    }
}
