internal import BGP
internal import Control
internal import Loop
internal import Net
internal import Speaker

/// BGP, neighbor by neighbor.
enum SessionMetrics {
    static let info = Metric(
        "landfall_neighbor_info", .gauge, by: ["neighbor", "address", "asn"], "Who the neighbor is. Always 1.")
    static let up = Metric(
        "landfall_session_up", .gauge, by: ["neighbor"], "Whether the session is Established.")
    static let changed = Metric(
        "landfall_session_state_timestamp_seconds", .gauge, by: ["neighbor"],
        "Since when the session has been in its state.")
    static let established = Metric(
        "landfall_session_established_total", .counter, by: ["neighbor"], "How often the session came up.")
    static let lost = Metric(
        "landfall_session_lost_total", .counter, by: ["neighbor"], "How often a session that was up ended.")
    static let holdTime = Metric(
        "landfall_session_hold_time_seconds", .gauge, by: ["neighbor"],
        "The hold time that both sides agreed on, while the session is up. 0: neither notices the other's silence.")
    static let messages = Metric(
        "landfall_bgp_messages_total", .counter, by: ["neighbor", "direction", "type"], "BGP messages.")
    static let malformed = Metric(
        "landfall_bgp_malformed_messages_total", .counter, by: ["neighbor"],
        "Messages of the neighbor that broke a rule of their format.")
    static let prefixes = Metric(
        "landfall_bgp_received_prefixes", .gauge, by: ["neighbor"],
        "Prefixes that the neighbor announces at the moment; none of them is used.")
    static let pending = Metric(
        "landfall_bgp_pending_bytes", .gauge, by: ["neighbor"], "What waits for the neighbor to read it.")
    static let disabled = Metric(
        "landfall_session_family_disabled", .gauge, by: ["neighbor", "family"],
        "Whether nothing of a family is heard any more until the session is reset, since an UPDATE of it could not be read;"
            + " of families that were agreed on, while the session is up.")
    static let capability = Metric(
        "landfall_session_capability", .gauge, by: ["neighbor", "capability", "offered_by"],
        "Capabilities of the OPENs of a session that is up: offered by both, us or them. Always 1.")
    static let refused = Metric(
        "landfall_bgp_refused_connections_total", .counter,
        "Connections to the BGP port from addresses that are no neighbor's.")

    static let all = [
        info, up, changed, established, lost, holdTime, disabled, capability, messages, malformed, prefixes, pending,
        refused,
    ]
}

extension Agent {
    func addSessions(to page: inout MetricsPage) {
        guard let speaker else { return }
        let (neighbors, refused) = speaker.assumeIsolated { ($0.neighbors, $0.refusedConnections) }
        let now = Loop.now
        for neighbor in neighbors { add(neighbor, now, to: &page) }
        page.add(SessionMetrics.refused, refused)
    }

    private func add(_ neighbor: NeighborStatus, _ now: Instant, to page: inout MetricsPage) {
        let name = [neighbor.name]
        page.add(SessionMetrics.info, by: name + ["\(neighbor.address)", "\(neighbor.asn.rawValue)"], 1)
        page.add(SessionMetrics.up, by: name, neighbor.state == .established)
        page.add(SessionMetrics.changed, by: name, wallClock(of: neighbor.since, now: now))
        page.add(SessionMetrics.established, by: name, neighbor.counters.ups)
        page.add(SessionMetrics.lost, by: name, tally.sessionsLost[neighbor.name] ?? 0)
        if let agreed = neighbor.negotiated {
            page.add(SessionMetrics.holdTime, by: name, agreed.holdTime.milliseconds / 1000)
            for family in agreed.families {
                let isDisabled = neighbor.disabledFamilies.contains(family)
                page.add(SessionMetrics.disabled, by: name + ["\(family)"], isDisabled)
            }
            addCapabilities(of: neighbor, to: &page)
        }
        add(neighbor.counters.received, name + ["received"], to: &page)
        add(neighbor.counters.sent, name + ["sent"], to: &page)
        page.add(SessionMetrics.malformed, by: name, neighbor.counters.malformed)
        page.add(SessionMetrics.prefixes, by: name, neighbor.receivedPrefixes)
        page.add(SessionMetrics.pending, by: name, neighbor.pendingBytes)
    }

    private nonisolated func addCapabilities(of neighbor: NeighborStatus, to page: inout MetricsPage) {
        guard let (both, ours, theirs) = neighbor.capabilities else { return }
        for (side, list) in [("both", both), ("us", ours), ("them", theirs)] {
            for capability in list { page.add(SessionMetrics.capability, by: [neighbor.name, capability, side], 1) }
        }
    }

    private nonisolated func add(_ messages: Counters.Messages, _ labels: [String], to page: inout MetricsPage) {
        page.add(SessionMetrics.messages, by: labels + ["open"], messages.opens)
        page.add(SessionMetrics.messages, by: labels + ["update"], messages.updates)
        page.add(SessionMetrics.messages, by: labels + ["notification"], messages.notifications)
        page.add(SessionMetrics.messages, by: labels + ["keepalive"], messages.keepalives)
        page.add(SessionMetrics.messages, by: labels + ["route-refresh"], messages.refreshes)
    }
}
