/// How far predicted landings can be believed.
///
/// A plan from the graph alone is a scenario: in real experiments with two sites, such plans were right about half of the
/// ASes, and having a single best route in the model made an AS hardly more certain (docs/plan.md). So a share has a range,
/// and no landing is certain.
public struct Trust: Hashable, Sendable {
    /// The share of predicted landings that may be expected to be right.
    public var accuracy: Double
    public var source: Source

    public enum Source: Hashable, Sendable {
        /// Plans of somebody else's sites, held against what was measured there.
        case experiments
        /// This plan, held against what was measured of it at so many ASes.
        case measured(ases: Int)
    }

    public init(accuracy: Double, _ source: Source) { (self.accuracy, self.source) = (accuracy, source) }

    /// The least that the experiments showed, of seven with two sites each.
    public static let uncalibrated = Trust(accuracy: 0.5, .experiments)

    public var isCalibrated: Bool { source != .experiments }

    /// Of what was predicted, the part that a site could have, when so much as ``accuracy`` allows for landed elsewhere:
    /// on any other site, or on this one from any other.
    ///
    /// - Parameters:
    ///   - site: what was predicted to land there, of 1.
    ///   - predicted: what was predicted at all, of 1.
    public func range(site: Double, of predicted: Double) -> ClosedRange<Double> {
        accuracy * site...accuracy * site + (1 - accuracy) * predicted
    }
}
