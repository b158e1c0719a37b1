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
        let ratios = samples.map { sample in
            (
                (sample.milliseconds - extra(kilometers: sample.kilometers, sample.one, sample.other)) / sample.light,
                sample.light
            )
        }
        inflation = max(1, weightedMedian(ratios) ?? 1)
        func left(_ sample: RoundTripSample) -> Double { sample.milliseconds - inflation * sample.light }
        domestic = median(groups.domestic.map { (left($0), 1) }) ?? 0
        for region in Region.allCases {
            let values = groups[region].map { sample, other in
                // Within a region it counts at both ends, and half of it at each.
                other == region
                    ? (left(sample) / sample.ramp / 2, 2 * sample.ramp)
                    : (left(sample) / sample.ramp - abroad(other), sample.ramp)
            }
            if let value = median(values) { set(abroad: value, region) }
        }
    }

    /// Never negative, and nil when there is too little to say anything.
    private func median(_ values: [(Double, Double)]) -> Double? {
        values.count < Self.fewest ? nil : weightedMedian(values).map { max(0, $0) }
    }

    private func isClose(to other: Self) -> Bool {
        abs(inflation - other.inflation) < 1e-6
            && Region.allCases.allSatisfy { abs(abroad($0) - other.abroad($0)) < 1e-3 }
    }

    private mutating func fillGaps(_ groups: SampleGroups) {
        let known = Region.allCases.filter { groups[$0].count >= Self.fewest }
        let usual = weightedMedian(known.map { (abroad($0), 1) }) ?? 0
        for region in Region.allCases where groups[region].count < Self.fewest { set(abroad: usual, region) }
    }
}

/// Samples by what they say something about.
private struct SampleGroups {
    var domestic: [RoundTripSample] = []
    private var abroad = [[(sample: RoundTripSample, other: Region)]](repeating: [], count: Region.allCases.count)

    init(_ samples: [RoundTripSample]) {
        for sample in samples {
            let (a, b) = (sample.one.region, sample.other.region)
            guard sample.one != sample.other else {
                domestic.append(sample)
                continue
            }
            abroad[Int(a.rawValue)].append((sample, b))
            if a != b { abroad[Int(b.rawValue)].append((sample, a)) }
        }
    }

    /// Those with one end in the region and none in the same country, and where the other end is.
    subscript(region: Region) -> [(sample: RoundTripSample, other: Region)] { abroad[Int(region.rawValue)] }
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
