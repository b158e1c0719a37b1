/// One page of metrics in Prometheus' text format 0.0.4, the one that every version of it and of its kin reads
/// (prometheus.io/docs/instrumenting/exposition_formats).
///
///     # HELP landfall_session_up Whether the BGP session is established.
///     # TYPE landfall_session_up gauge
///     landfall_session_up{neighbor="transit-a"} 1
///
/// Families come in the order of their names and samples in the order in which they were added, so the same numbers are
/// the same bytes. A family without a sample is there all the same: whoever looks sees what there could be.
package struct MetricsPage {
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let metrics: [Metric]
    private let places: [String: Int]
    private var samples: [[UInt8]]

    package init(_ metrics: [Metric]) {
        self.metrics = metrics.sorted { $0.name < $1.name }
        places = Dictionary(self.metrics.enumerated().map { ($1.name, $0) }) { first, _ in first }
        samples = Array(repeating: [], count: metrics.count)
    }

    /// A metric that the page wasn't made for is left out. `values`: of its labels, in their order.
    package mutating func add(_ metric: Metric, by values: [String] = [], _ value: Double) {
        guard let place = places[metric.name] else { return }
        samples[place] += series(metric.name, metric.labels, values)
        samples[place].append(value: value)
    }

    package mutating func add(_ metric: Metric, by values: [String] = [], _ value: some BinaryInteger) {
        add(metric, by: values, Double(value))
    }

    package mutating func add(_ metric: Metric, by values: [String] = [], _ isSo: Bool) {
        add(metric, by: values, isSo ? 1.0 : 0)
    }

    /// One sample for each of `states`, which is the last label: 1 for the one that holds.
    package mutating func add<State: Equatable>(
        _ metric: Metric, by values: [String], _ current: State, of states: [(state: State, word: String)]
    ) {
        guard let place = places[metric.name] else { return }
        let start = series(metric.name, metric.labels, values)
        for (state, word) in states {
            samples[place].append(start, last: word)
            samples[place].append(value: state == current ? 1 : 0)
        }
    }

    package mutating func add(_ metric: Metric, by values: [String], _ histogram: Histogram) {
        guard let place = places[metric.name] else { return }
        var total: UInt64 = 0
        let start = series(metric.name + "_bucket", metric.labels + ["le"], values)
        for (bound, count) in zip(histogram.bounds + [.infinity], histogram.counts) {
            total &+= count
            samples[place].append(start, last: text(of: bound))
            samples[place].append(value: Double(total))
        }
        samples[place] += series(metric.name + "_sum", metric.labels, values)
        samples[place].append(value: histogram.sum)
        samples[place] += series(metric.name + "_count", metric.labels, values)
        samples[place].append(value: Double(total))
    }

    package var bytes: [UInt8] {
        var page: [UInt8] = []
        page.reserveCapacity(samples.reduce(0) { $0 + $1.count } + 200 * metrics.count)
        for (metric, samples) in zip(metrics, samples) {
            page += "# HELP \(metric.name) ".utf8
            page.append(escaped: metric.help, quotes: false)
            page += "\n# TYPE \(metric.name) \(metric.kind.rawValue)\n".utf8
            page += samples
        }
        return page
    }
}

/// `name{label="value",other="value"}`. With a value less than labels it ends where that value begins: what many samples
/// have in common is made once.
private func series(_ name: String, _ labels: [String], _ values: [String]) -> [UInt8] {
    var bytes = Array(name.utf8)
    guard !labels.isEmpty else { return bytes }
    var separator = UInt8(ascii: "{")
    for (index, label) in labels.enumerated() {
        bytes.append(separator)
        bytes += label.utf8
        bytes += "=\"".utf8
        guard index < values.count else { return bytes }
        bytes.append(escaped: values[index], quotes: true)
        bytes.append(UInt8(ascii: "\""))
        separator = UInt8(ascii: ",")
    }
    bytes.append(UInt8(ascii: "}"))
    return bytes
}

extension [UInt8] {
    /// A series without the value of its last label, and that value.
    fileprivate mutating func append(_ start: [UInt8], last value: String) {
        self += start
        append(escaped: value, quotes: true)
        self += "\"}".utf8
    }

    fileprivate mutating func append(value: Double) {
        append(UInt8(ascii: " "))
        self += text(of: value).utf8
        append(UInt8(ascii: "\n"))
    }

    /// A backslash, a line feed and, in the value of a label, a double quote.
    fileprivate mutating func append(escaped text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): self += "\\\\".utf8
            case UInt8(ascii: "\n"): self += "\\n".utf8
            case UInt8(ascii: "\"") where quotes: self += "\\\"".utf8
            default: append(byte)
            }
        }
    }
}

/// As Go's ParseFloat reads it; whole numbers without a fraction.
private func text(of value: Double) -> String {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
    return Int64(exactly: value).map { "\($0)" } ?? "\(value)"
}
