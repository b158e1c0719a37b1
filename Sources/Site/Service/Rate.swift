internal import Net

/// Totals over all lives of a service, and what it answers in a second: the last two seconds' reports, compared.
struct Rate {
    private(set) var total = ServiceReport()
    private var ended = ServiceReport()
    /// The last report of a process that answers its last queries.
    private var retiring: ServiceReport?
    private var recent: [(at: Instant, report: ServiceReport)] = []

    private static let window = Duration.seconds(2)

    /// A new process counts from zero.
    mutating func restart() {
        ended = total
        recent = []
    }

    /// Another process takes over from one that will report once more.
    mutating func retire() { retiring = recent.last?.report }

    /// What one that ends has answered since.
    mutating func noteLate(_ report: ServiceReport) {
        guard let before = retiring else { return }
        retiring = report
        ended.queries &+= report.queries &- before.queries
        ended.answers &+= report.answers &- before.answers
        ended.malformed &+= report.malformed &- before.malformed
        ended.bytesOut &+= report.bytesOut &- before.bytesOut
    }

    mutating func note(_ report: ServiceReport, at now: Instant) {
        recent.append((now, report))
        while let first = recent.dropFirst().first, now - first.at >= Self.window { recent.removeFirst() }
        total = report
        total.queries &+= ended.queries
        total.answers &+= ended.answers
        total.malformed &+= ended.malformed
        total.bytesOut &+= ended.bytesOut
    }

    var queriesPerSecond: Double { perSecond(\.queries) }
    var bitsPerSecond: Double { 8 * perSecond(\.bytesOut) }

    private func perSecond(_ count: KeyPath<ServiceReport, UInt64>) -> Double {
        guard let first = recent.first, let last = recent.last, last.at > first.at else { return 0 }
        let counted = last.report[keyPath: count] &- first.report[keyPath: count]
        return Double(counted) * 1000 / (last.at - first.at).milliseconds
    }
}
