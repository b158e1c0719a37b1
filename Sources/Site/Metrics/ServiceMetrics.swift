internal import Config
internal import Control
internal import Net

/// Our own servers, and what the host carries.
enum ServiceMetrics {
    static let up = Metric(
        "landfall_service_up", .gauge, by: ["service"], "Whether our own server of the service runs.")
    static let crashLoop = Metric(
        "landfall_service_crash_loop", .gauge, by: ["service"], "Whether our own server ends as soon as it starts.")
    static let restarts = Metric(
        "landfall_service_restarts_total", .counter, by: ["service"],
        "How often our own server ended and was started again.")
    static let queries = Metric("landfall_service_queries_total", .counter, by: ["service"], "Queries that came.")
    static let answers = Metric("landfall_service_answers_total", .counter, by: ["service"], "Answers that went out.")
    static let malformed = Metric(
        "landfall_service_malformed_queries_total", .counter, by: ["service"], "What came and was no query.")
    static let bytes = Metric(
        "landfall_service_sent_bytes_total", .counter, by: ["service"], "Bytes of answers.")
    static let sent = Metric(
        "landfall_address_answers_total", .counter, by: ["service", "address"],
        "What the address sent to other hosts: answers of our own server, or packets of another program, as far as they"
            + " can be counted.")
    static let load = Metric(
        "landfall_load_ratio", .gauge,
        "What this host carries, as a share of what it can; absent while that isn't known.")
    static let queryCapacity = Metric(
        "landfall_site_capacity_queries_per_second", .gauge, "What the site can answer in a second, as the file says.")
    static let byteCapacity = Metric(
        "landfall_site_capacity_bytes_per_second", .gauge, "What the site can send in a second, as the file says.")
    static let hosts = Metric("landfall_site_hosts", .gauge, "Among how many hosts the site's load is spread.")

    static let all = [
        up, crashLoop, restarts, queries, answers, malformed, bytes, sent, load, queryCapacity, byteCapacity, hosts,
    ]
}

extension Agent {
    func addServices(to page: inout MetricsPage) {
        for child in services { add(child, to: &page) }
        for service in network.services {
            for address in service.addresses {
                guard let count = traffic.count(at: address) else { continue }
                page.add(ServiceMetrics.sent, by: [service.name, "\(address)"], count)
            }
        }
        if let load = loadShare { page.add(ServiceMetrics.load, load) }
        if let most = site.capacity.queriesPerSecond { page.add(ServiceMetrics.queryCapacity, most) }
        if let most = site.capacity.bitsPerSecond { page.add(ServiceMetrics.byteCapacity, Double(most) / 8) }
        page.add(ServiceMetrics.hosts, site.hosts.count)
    }

    private func add(_ child: ServiceChild, to page: inout MetricsPage) {
        let (name, total) = ([child.name], child.rate.total)
        page.add(ServiceMetrics.up, by: name, child.process != nil)
        page.add(ServiceMetrics.crashLoop, by: name, child.isInCrashLoop)
        page.add(ServiceMetrics.restarts, by: name, child.restarts)
        page.add(ServiceMetrics.queries, by: name, total.queries)
        page.add(ServiceMetrics.answers, by: name, total.answers)
        page.add(ServiceMetrics.malformed, by: name, total.malformed)
        page.add(ServiceMetrics.bytes, by: name, total.bytesOut)
    }
}
