import Control
import Testing

@Suite("A page of metrics")
struct MetricsPageTests {
    private static let up = Metric("x_session_up", .gauge, by: ["neighbor"], "Whether it is up.")
    private static let total = Metric("x_events_total", .counter, "Events.\nOf \\ all kinds.")
    private static let wait = Metric("x_wait_seconds", .histogram, by: ["check"], "Waits.")

    private func text(_ fill: (inout MetricsPage) -> Void) -> String {
        var page = MetricsPage([Self.up, Self.wait, Self.total])
        fill(&page)
        return String(decoding: page.bytes, as: UTF8.self)
    }

    @Test("names each family once, in order, with its samples behind it, and those that have none as well")
    func families() {
        let page = text {
            $0.add(Self.up, by: ["a"], true)
            $0.add(Self.total, 7)
            $0.add(Self.up, by: ["b"], false)
        }
        #expect(
            page == """
                # HELP x_events_total Events.\\nOf \\\\ all kinds.
                # TYPE x_events_total counter
                x_events_total 7
                # HELP x_session_up Whether it is up.
                # TYPE x_session_up gauge
                x_session_up{neighbor="a"} 1
                x_session_up{neighbor="b"} 0
                # HELP x_wait_seconds Waits.
                # TYPE x_wait_seconds histogram

                """)
    }

    @Test("a value of a label may hold anything, and stays on its line")
    func escaping() {
        let page = text { $0.add(Self.up, by: ["a\"b\\c\nd {e} ü"], 1) }
        #expect(page.contains("x_session_up{neighbor=\"a\\\"b\\\\c\\nd {e} ü\"} 1\n"))
    }

    @Test(
        "numbers are written as Prometheus reads them",
        arguments: [
            (0.0, "0"), (-3, "-3"), (1.5, "1.5"), (1e15, "1000000000000000"), (1e300, "1e+300"), (0.000_01, "1e-05"),
            (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"), (1_795_000_000.25, "1795000000.25"),
        ])
    func numbers(_ value: Double, _ written: String) {
        #expect(text { $0.add(Self.total, value) }.contains("\nx_events_total \(written)\n"))
    }

    @Test("the buckets of a histogram hold what the smaller ones hold")
    func histogram() {
        var histogram = Histogram(bounds: [0.1, 1])
        for value in [0.05, 0.1, 0.5, 7] { histogram.note(value) }
        let page = text { $0.add(Self.wait, by: ["dns"], histogram) }
        #expect(
            page.hasSuffix(
                """
                x_wait_seconds_bucket{check="dns",le="0.1"} 2
                x_wait_seconds_bucket{check="dns",le="1"} 3
                x_wait_seconds_bucket{check="dns",le="+Inf"} 4
                x_wait_seconds_sum{check="dns"} 7.65
                x_wait_seconds_count{check="dns"} 4

                """))
    }

    @Test("of several states one is 1")
    func states() {
        let state = Metric("x_state", .gauge, by: ["state"], "")
        var page = MetricsPage([state])
        page.add(state, by: [], 2, of: [(1, "one"), (2, "two")])
        #expect(
            String(decoding: page.bytes, as: UTF8.self).hasSuffix(
                "x_state{state=\"one\"} 0\nx_state{state=\"two\"} 1\n"))
    }

    @Test("a metric that the page wasn't made for is left out, and harms nothing")
    func unknown() {
        #expect(text { $0.add(Metric("y", .gauge, "Why."), 1) } == text { _ in })
    }
}
