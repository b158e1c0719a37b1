internal import Net

/// How fast a count grows: its readings of the last ten seconds.
struct TrafficRate: Sendable {
    private var readings: [(at: Instant, count: UInt64)] = []

    /// What there was before something happened is looked at for so long …
    static let long = Duration.seconds(10)
    /// … and what there is now.
    static let short = Duration.seconds(1)

    /// A count that went back began anew.
    mutating func note(_ count: UInt64, at now: Instant) {
        if let last = readings.last, count < last.count || now <= last.at { readings = [] }
        readings.append((now, count))
        while let second = readings.dropFirst().first, now - second.at >= Self.long { readings.removeFirst() }
    }

    /// Over `window`, or as much of it as there is; nil when that is nothing.
    func perSecond(over window: Duration) -> Double? {
        guard let last = readings.last,
            let first = readings.last(where: { last.at - $0.at >= window }) ?? readings.first, first.at < last.at
        else { return nil }
        return Double(last.count - first.count) * 1000 / (last.at - first.at).milliseconds
    }
}
