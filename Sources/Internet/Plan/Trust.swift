/// How far predicted landings can be believed.
///
/// A plan from the graph alone is a scenario: held against real experiments (docs/accuracy.md), such plans were often wrong, also
/// about ASes with a single best route. So a share has a range, and no landing is certain.
public struct Trust: Hashable, Sendable {
    /// The part of predicted landings that may be expected to be right.
    public var accuracy: Double
    public var source: Source

    public enum Source: Hashable, Sendable {
        /// Plans of somebody else's sites, held against what was measured there.
        case experiments
        /// This plan, held against what was measured of it at so many ASes.
        case measured(ases: Int)
    }

    public init(accuracy: Double, _ source: Source) { (self.accuracy, self.source) = (accuracy, source) }

    /// What plans from a graph alone got right in experiments with two sites each, by AS, ascending (docs/accuracy.md): seven of
    /// the PEERING testbed, measured by pings to 10,000 and more ASes (Sermpezis et al. 2021).
    public static let experiments = [0.21, 0.59, 0.65, 0.70, 0.72, 0.76, 0.84]

    /// The same of ASes with a single best route: the worst and the best of the experiments.
    public static let singleRoutes = 0.19...0.92

    /// What all but the worst of the experiments reached.
    public static let uncalibrated = Trust(accuracy: experiments[1], .experiments)

    public var isCalibrated: Bool { source != .experiments }

    /// What a site could have of what was predicted, when as much as ``accuracy`` allows for landed elsewhere: all of that on
    /// other sites, or all of it on this one.
    ///
    /// - Parameters:
    ///   - site: what was predicted to land there, of 1.
    ///   - predicted: what was predicted at all, of 1.
    public func range(site: Double, of predicted: Double) -> ClosedRange<Double> {
        let wrong = (1 - accuracy) * predicted
        return max(0, site - wrong)...max(site, min(predicted, site + wrong))
    }
}
