internal import Config
internal import Control
internal import Health
internal import Net

/// What checks found.
enum CheckMetrics {
    private static let labels = ["service", "check", "address"]

    static let verdict = Metric(
        "landfall_check_verdict", .gauge, by: labels + ["verdict"], "What the check says: 1 for the verdict that holds."
    )
    static let results = Metric(
        "landfall_check_results_total", .counter, by: labels + ["result"],
        "Results: passed; degraded, an answer that says itself that all is not well; failed; disabled, not made on purpose;"
            + " impossible, it could not be made.")
    static let duration = Metric(
        "landfall_check_duration_seconds", .histogram, by: labels, "How long answers took.")
    static let transitions = Metric(
        "landfall_check_transitions_total", .counter, by: labels + ["verdict"], "How often each verdict was come to.")

    static let all = [verdict, results, duration, transitions]

    fileprivate static let verdicts = Verdict.allCases.map { (state: $0, word: $0.rawValue) }
}

extension Agent {
    func addChecks(to page: inout MetricsPage) {
        var seen: Set<[String]> = []
        for state in checks {
            let service = network.services.first { $0.addresses.contains(state.address) }?.name ?? ""
            var labels = [service, state.check.name, "\(state.address)"]
            // Checks that differ only in what is asked may be called the same, and series may not.
            var number = 1
            while !seen.insert(labels).inserted {
                number += 1
                labels[1] = "\(state.check.name) (\(number))"
            }
            add(state, labels, to: &page)
        }
    }

    private nonisolated func add(_ state: CheckState, _ labels: [String], to page: inout MetricsPage) {
        page.add(CheckMetrics.verdict, by: labels, state.verdict, of: CheckMetrics.verdicts)
        let results = [
            ("passed", state.passed - state.degraded), ("degraded", state.degraded),
            ("failed", state.failed - state.disabled), ("disabled", state.disabled),
            ("impossible", state.impossible),
        ]
        for (word, count) in results { page.add(CheckMetrics.results, by: labels + [word], count) }
        page.add(CheckMetrics.duration, by: labels, state.durations)
        for (verdict, word) in CheckMetrics.verdicts {
            page.add(CheckMetrics.transitions, by: labels + [word], state.transitions[verdict] ?? 0)
        }
    }
}
