internal import Announce
internal import Control
internal import Loop
internal import Net
internal import Speaker

/// What is announced, to whom, and what keeps it from being.
enum PrefixMetrics {
    static let announced = Metric(
        "landfall_prefix_announced", .gauge, by: ["prefix", "neighbor"],
        "Whether the neighbor has been told the prefix, in a session that is up.")
    static let level = Metric(
        "landfall_prefix_level", .gauge, by: ["prefix", "neighbor", "level"],
        "How good the prefix is meant to look at the neighbor: 1 for the level that holds.")
    static let prepend = Metric(
        "landfall_prefix_prepend", .gauge, by: ["prefix", "neighbor"],
        "How often the AS number is repeated beyond the first, while the prefix is announced.")
    static let med = Metric(
        "landfall_prefix_med", .gauge, by: ["prefix", "neighbor"],
        "MULTI_EXIT_DISC, while the prefix is announced with one.")
    static let localPref = Metric(
        "landfall_prefix_local_pref", .gauge, by: ["prefix", "neighbor"],
        "LOCAL_PREF, while the prefix is announced to a router of the own AS.")
    static let holdDown = Metric(
        "landfall_prefix_hold_down_seconds", .gauge, by: ["prefix"],
        "Until the prefix is announced again, by a hold-down or a flap penalty; 0 when neither withholds it.")
    static let penalty = Metric(
        "landfall_prefix_flap_penalty", .gauge, by: ["prefix", "neighbor"],
        "Flap penalty of the route; from announce.penalty.suppress on nothing gets better.")
    static let transitions = Metric(
        "landfall_prefix_transitions_total", .counter, by: ["prefix", "to"],
        "How often the prefix was announced, announced with other attributes, and withdrawn, at one neighbor or more.")

    static let all = [announced, level, prepend, med, localPref, holdDown, penalty, transitions]

    fileprivate static let levels = Level.allCases.map { (state: $0, word: $0.word) }
    fileprivate static let kinds: [Event.Kind] = [.announced, .changed, .withdrawn]
}

extension Agent {
    func addPrefixes(to page: inout MetricsPage) {
        let neighbors = speaker?.assumeIsolated { $0.neighbors } ?? []
        let now = Loop.now
        for intent in announcer.intents(now: now) {
            let prefix = "\(intent.prefix)"
            for route in intent.routes {
                let told = neighbors.first { $0.name == route.neighbor }?.advertised
                add(route, told?.first { $0.prefix == intent.prefix }, of: prefix, to: &page)
            }
            var wait = Duration.zero
            if case .heldDown(let until) = intent.state { wait = max(until - now, .zero) }
            page.add(PrefixMetrics.holdDown, by: [prefix], wait.milliseconds / 1000)
            for kind in PrefixMetrics.kinds {
                let count = tally.prefixes[intent.prefix]?[kind] ?? 0
                page.add(PrefixMetrics.transitions, by: [prefix, kind.rawValue], count)
            }
        }
    }

    private nonisolated func add(
        _ route: PrefixIntent.Route, _ told: Announcement?, of prefix: String, to page: inout MetricsPage
    ) {
        let labels = [prefix, route.neighbor]
        page.add(PrefixMetrics.announced, by: labels, told != nil)
        page.add(PrefixMetrics.level, by: labels, route.level, of: PrefixMetrics.levels)
        page.add(PrefixMetrics.penalty, by: labels, route.penalty)
        guard let told else { return }
        page.add(PrefixMetrics.prepend, by: labels, told.prepend)
        if let med = told.med { page.add(PrefixMetrics.med, by: labels, med) }
        if let localPref = told.localPref { page.add(PrefixMetrics.localPref, by: labels, localPref) }
    }
}
