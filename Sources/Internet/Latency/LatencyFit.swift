public import Geo

/// A round trip that somebody measured between two countries.
public struct RoundTripSample: Hashable, Sendable {
    public var one: Country
    public var other: Country
    public var milliseconds: Double
    /// Between somebody in the one and somebody in the other.
    public var kilometers: Double

    /// Nil for a country where nobody lives, and for what can't be a time.
    public init?(_ one: Country, _ other: Country, milliseconds: Double) {
        guard milliseconds.isFinite, milliseconds > 0, let kilometers = one.kilometers(to: other), kilometers > 0 else {
            return nil
        }
        self.init(one: one, other: other, milliseconds: milliseconds, kilometers: kilometers)
    }

    init(one: Country, other: Country, milliseconds: Double, kilometers: Double) {
        (self.one, self.other, self.milliseconds, self.kilometers) = (one, other, milliseconds, kilometers)
    }

    var light: Double { LatencyModel.light(kilometers: kilometers) }
    var ramp: Double { LatencyModel.ramp(kilometers) }
}

extension LatencyModel {
    /// Fits the model by median polish (Tukey 1977): each number in turn becomes the median of what the others leave over,
    /// until nothing moves. Medians, because matrices of round trips have pairs where somebody is not where he is said to be.
    ///
    /// - Returns: nil without samples. A region with fewer than ``fewest`` samples gets the median of the others.
    public init?(fitting samples: [RoundTripSample]) {
        guard let factor = Self.constantFactor(samples) else { return nil }
        self.init(inflation: max(1, factor), domestic: 0)
        let groups = SampleGroups(samples)
        for _ in 0..<200 {
            let before = self
            polish(groups, samples)
            if isClose(to: before) { break }
        }
        fillGaps(groups)
    }

    /// What is compared with: the one factor on the light's time that leaves the least error behind, in the sum.
    public static func constantFactor(_ samples: [RoundTripSample]) -> Double? {
        weightedMedian(samples.map { ($0.milliseconds / $0.light, $0.light) })
    }

    static let fewest = 8

    private mutating func polish(_ groups: SampleGroups, _ samples: [RoundTripSample]) {
        let ratios = samples.map { (($0.milliseconds - extra($0)) / $0.light, $0.light) }
        inflation = max(1, weightedMedian(ratios) ?? 1)
        func left(_ sample: RoundTripSample) -> Double { sample.milliseconds - inflation * sample.light }
        domestic = median(groups.domestic.map { (left($0), 1) }) ?? 0
        for region in Region.allCases {
            let inner = groups.inside[region] ?? []
            if let value = median(inner.map { (left($0) / $0.ramp, $0.ramp) }) { set(inside: value, region) }
            let outer = groups.abroad[region] ?? []
            let values = outer.map { (left($0.sample) / $0.sample.ramp - abroad($0.other), $0.sample.ramp) }
            if let value = median(values) { set(abroad: value, region) }
        }
    }

    private func extra(_ sample: RoundTripSample) -> Double {
        roundTrip(kilometers: sample.kilometers, sample.one, sample.other) - inflation * sample.light
    }

    /// Never negative, and nil when there is too little to say anything.
    private func median(_ values: [(Double, Double)]) -> Double? {
        values.count < Self.fewest ? nil : weightedMedian(values).map { max(0, $0) }
    }

    private func isClose(to other: Self) -> Bool {
        abs(inflation - other.inflation) < 1e-6
            && Region.allCases.allSatisfy {
                abs(inside($0) - other.inside($0)) < 1e-3 && abs(abroad($0) - other.abroad($0)) < 1e-3
            }
    }

    private mutating func fillGaps(_ groups: SampleGroups) {
        let regions = Region.allCases
        let (innerKnown, outerKnown) = (
            regions.filter { (groups.inside[$0]?.count ?? 0) >= Self.fewest },
            regions.filter { (groups.abroad[$0]?.count ?? 0) >= Self.fewest }
        )
        let inner = weightedMedian(innerKnown.map { (inside($0), 1) }) ?? 0
        let outer = weightedMedian(outerKnown.map { (abroad($0), 1) }) ?? 0
        for region in regions {
            if !innerKnown.contains(region) { set(inside: inner, region) }
            if !outerKnown.contains(region) { set(abroad: outer, region) }
        }
    }
}

/// Samples by what they say something about.
private struct SampleGroups {
    var domestic: [RoundTripSample] = []
    var inside: [Region: [RoundTripSample]] = [:]
    var abroad: [Region: [(sample: RoundTripSample, other: Region)]] = [:]

    init(_ samples: [RoundTripSample]) {
        for sample in samples {
            let (a, b) = (sample.one.region, sample.other.region)
            if sample.one == sample.other {
                domestic.append(sample)
            } else if a == b {
                inside[a, default: []].append(sample)
            } else {
                abroad[a, default: []].append((sample, b))
                abroad[b, default: []].append((sample, a))
            }
        }
    }
}

/// Half of the weight is at or below it.
func weightedMedian(_ values: [(value: Double, weight: Double)]) -> Double? {
    let sorted = values.sorted { $0.value < $1.value }
    let half = sorted.reduce(0) { $0 + $1.weight } / 2
    var sum = 0.0
    for (value, weight) in sorted {
        sum += weight
        if sum >= half { return value }
    }
    return nil
}
