import Geo
import Net

/// How far predictions are from measurements.
public struct LatencyError: Hashable, Sendable {
    /// Milliseconds, without sign.
    public var p50: Double
    public var p90: Double
    /// The same as a part of what was measured.
    public var relativeP50: Double
    public var relativeP90: Double

    init(_ pairs: [(predicted: Double, measured: Double)]) {
        let errors = pairs.map { abs($0.predicted - $0.measured) }.sorted()
        let relative = pairs.map { abs($0.predicted - $0.measured) / $0.measured }.sorted()
        func quantile(_ sorted: [Double], _ share: Double) -> Double {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        }
        (p50, p90) = (quantile(errors, 0.5), quantile(errors, 0.9))
        (relativeP50, relativeP90) = (quantile(relative, 0.5), quantile(relative, 0.9))
    }
}

/// A model fitted on a half of the samples and held against the other one, beside one constant factor that is fitted and held
/// against the same halves.
public struct LatencyScore: Sendable {
    public var model: LatencyModel
    /// How many times light's time in glass.
    public var factor: Double
    public var fitted: Int
    public var scored: Int
    public var modelError: LatencyError
    public var factorError: LatencyError

    /// Which half is which depends on the seed alone, since samples are first put in order.
    ///
    /// - Returns: nil for fewer than two samples.
    public init?(_ samples: [RoundTripSample], seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let sorted = samples.sorted { ($0.one, $0.other, $0.milliseconds) < ($1.one, $1.other, $1.milliseconds) }
        let shuffled = sorted.shuffled(using: &random)
        let (half, rest) = (Array(shuffled[..<(shuffled.count / 2)]), Array(shuffled[(shuffled.count / 2)...]))
        guard !rest.isEmpty, let model = LatencyModel(fitting: half), let factor = LatencyModel.constantFactor(half)
        else {
            return nil
        }
        (self.model, self.factor, fitted, scored) = (model, factor, half.count, rest.count)
        modelError = LatencyError(
            rest.map { (model.roundTrip(kilometers: $0.kilometers, $0.one, $0.other), $0.milliseconds) })
        factorError = LatencyError(rest.map { (factor * $0.light, $0.milliseconds) })
    }
}
