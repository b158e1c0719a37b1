internal import Config
internal import Control
internal import Daemon
internal import FoundationEssentials
internal import Loop
internal import Net

/// What Prometheus is told (`metrics` in the file), made from the agent's state at the moment of a scrape: nothing is kept
/// twice. docs/monitoring/README.md lists all of it, held by a test to what an agent really says.
extension Agent {
    /// All that there can be.
    static let allMetrics: [Metric] =
        AgentMetrics.all + AlarmMetrics.all + PrefixMetrics.all + SessionMetrics.all + CheckMetrics.all
        + ServiceMetrics.all + DNSMetrics.all
        + DrainMetrics.all + ProcessMetrics.all

    func makeMetricsServer() -> MetricsServer {
        MetricsServer(loop: loop) { [weak self] in
            self?.assumeIsolated { $0.metricsPage } ?? []
        } onTrouble: { [weak self] trouble in
            self?.assumeIsolated { $0.note(metricsTrouble: trouble) }
        }
    }

    /// At the start, and when the file is another. A port that can't be had keeps nobody from starting.
    func listenForScrapes() { metrics.listen(at: network.metrics?.endpoints(on: host) ?? []) }

    private func note(metricsTrouble trouble: String?) {
        metricsTrouble = trouble.map { "metrics can't be had: \($0); tried again every 5 s" }
        lookAtAlarms()
    }

    var metricsPage: [UInt8] {
        var page = MetricsPage(Self.allMetrics)
        addAgent(to: &page)
        addAlarmsAndEvents(to: &page)
        addPrefixes(to: &page)
        addSessions(to: &page)
        addChecks(to: &page)
        addServices(to: &page)
        addDNS(to: &page)
        addDrains(to: &page)
        ProcessMetrics.add(to: &page, started: tally.started)
        return page.bytes
    }

    private func addAgent(to page: inout MetricsPage) {
        page.add(AgentMetrics.info, by: [network.name, site.name, host.name, Version.text], 1)
        let (hash, fileHash) = (inUse.edition.hash, inUse.edition.textHash)
        page.add(AgentMetrics.configuration, by: [hash, fileHash], 1)
        page.add(AgentMetrics.reloadSuccess, reloading.refused.isEmpty)
        if let accepted = Date(rfc3339: inUse.accepted) {
            page.add(AgentMetrics.accepted, accepted.timeIntervalSince1970)
        }
        page.add(AgentMetrics.pinned, inUse.pinned != nil)
        page.add(AgentMetrics.unconfirmed, reloading.awaiting != nil)
        page.add(AgentMetrics.eventsLost, log.dropped + state.linesLost)
        page.add(AgentMetrics.hooksLost, hooks.dropped)
        if let counters = control?.counters {
            page.add(AgentMetrics.controlRequests, counters.requests)
            page.add(AgentMetrics.controlMalformed, counters.malformed)
            page.add(AgentMetrics.controlRefused, counters.refused)
        }
        page.add(AgentMetrics.scrapes, metrics.counters.scrapes)
        page.add(AgentMetrics.scrapesMalformed, metrics.counters.malformed)
        page.add(AgentMetrics.scrapesRefused, metrics.counters.refused)
        page.add(AgentMetrics.collection, metrics.counters.seconds)
    }
}

/// About the agent itself.
enum AgentMetrics {
    static let info = Metric(
        "landfall_agent_info", .gauge, by: ["network", "site", "host", "version"], "Whose agent this is. Always 1.")
    static let configuration = Metric(
        "landfall_config_info", .gauge, by: ["hash", "file_hash"],
        "What runs: SHA-256 of the configuration with the zones that this host serves, and of the file alone. Always 1."
    )
    static let reloadSuccess = Metric(
        "landfall_config_last_reload_successful", .gauge,
        "Whether the file could be used when it was read last, at the start or by a reload.")
    static let accepted = Metric(
        "landfall_config_last_reload_success_timestamp_seconds", .gauge,
        "When the configuration that runs was accepted.")
    static let pinned = Metric(
        "landfall_config_pinned", .gauge,
        "Whether an accepted copy counts and not the file, after a rollback or because the file can't be used.")
    static let unconfirmed = Metric(
        "landfall_config_unconfirmed", .gauge,
        "Whether the configuration goes back by itself unless it is confirmed (reload --confirm).")
    static let eventsLost = Metric(
        "landfall_events_lost_total", .counter, "Lines of the event log that could not be written.")
    static let hooksLost = Metric(
        "landfall_hooks_lost_total", .counter, "Hooks that did not run, because too many waited already.")
    static let controlRequests = Metric(
        "landfall_control_requests_total", .counter, "Requests on the control socket.")
    static let controlMalformed = Metric(
        "landfall_control_malformed_requests_total", .counter, "What came on the control socket and was no request.")
    static let controlRefused = Metric(
        "landfall_control_refused_connections_total", .counter,
        "Connections to the control socket that were closed because there were too many.")
    static let scrapes = Metric("landfall_metrics_scrapes_total", .counter, "Requests for this page.")
    static let scrapesMalformed = Metric(
        "landfall_metrics_malformed_requests_total", .counter, "What came on the metrics port and was no request.")
    static let scrapesRefused = Metric(
        "landfall_metrics_refused_connections_total", .counter,
        "Connections to the metrics port that were closed because there were too many.")
    static let collection = Metric(
        "landfall_metrics_collection_seconds_total", .counter,
        "Time that the agent's loop spent on making this page, once a second at most.")

    static let all = [
        info, configuration, reloadSuccess, accepted, pinned, unconfirmed, eventsLost, hooksLost, controlRequests,
        controlMalformed, controlRefused, scrapes, scrapesMalformed, scrapesRefused, collection,
    ]
}

/// A moment of the monotonic clock in whole seconds since 1970: a finer value would be another one at every scrape.
func wallClock(of instant: Instant, now: Instant) -> Double {
    (Date().timeIntervalSince1970 - (now - instant).milliseconds / 1000).rounded()
}
