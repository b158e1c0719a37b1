/// How a plan's predictions compare with what was measured, by AS.
public struct Score: Hashable, Sendable {
    /// That were measured.
    public var ases = 0
    /// Of them, landings that were predicted.
    public var right = 0
    /// Of them, ASes for which no route was predicted.
    public var nowhere = 0
    /// What those that were measured count for, of everybody; and what the right ones count for, of those.
    public var share = 0.0
    public var rightShare = 0.0
    /// The site with the most of them, and how many would have been right had everyone been said to land there.
    public var biggestSite = 0
    public var biggest = 0

    /// Before the outcome is told what was measured.
    public init(_ outcome: Outcome, _ catchment: Catchment, _ clients: Clients) {
        var counts: [Int: Int] = [:]
        var (measured, hit) = (0.0, 0.0)
        for landing in catchment.landings {
            guard let site = landing.parts.first?.site else { continue }
            let (predicted, weight) = (outcome.site(at: landing.position), clients.weights[landing.position])
            ases += 1
            right += predicted == site ? 1 : 0
            nowhere += predicted == nil ? 1 : 0
            measured += weight
            hit += predicted == site ? weight : 0
            counts[site, default: 0] += 1
        }
        share = clients.total > 0 ? measured / clients.total : 0
        rightShare = measured > 0 ? hit / measured : 0
        for site in counts.keys.sorted() where counts[site, default: 0] > biggest {
            (biggestSite, biggest) = (site, counts[site, default: 0])
        }
    }

    /// Of the ASes, the part whose landing was predicted.
    public var accuracy: Double { ases > 0 ? Double(right) / Double(ases) : 0 }
    /// The same for whoever says that all land on the largest site.
    public var biggestAccuracy: Double { ases > 0 ? Double(biggest) / Double(ases) : 0 }
}

extension Trust {
    /// Fewer measured ASes than this say nothing about the others.
    public static let leastMeasured = 30

    /// What a plan has shown of itself, by ASes or by what they count for, whichever is worse, less what chance may have given
    /// it; as long as it is known of too few, what others have shown.
    public init(_ score: Score?) {
        guard let score, score.ases >= Self.leastMeasured else {
            self = .uncalibrated
            return
        }
        let shown = score.share > 0 ? min(score.accuracy, score.rightShare) : score.accuracy
        self.init(accuracy: Self.least(shown, of: Double(score.ases)), .measured(ases: score.ases))
    }

    /// The least that is likely when so many draws showed a share: the lower end of the interval that holds it 95 times of a
    /// hundred (Wilson 1927).
    private static func least(_ share: Double, of draws: Double) -> Double {
        let z = 1.96
        let middle = share + z * z / (2 * draws)
        let spread = z * (share * (1 - share) / draws + z * z / (4 * draws * draws)).squareRoot()
        return max(0, (middle - spread) / (1 + z * z / draws))
    }
}
