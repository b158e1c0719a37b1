/// What an ``Outcome`` means for the sites: who has how much of what, within which ranges.
public struct Summary: Hashable, Sendable {
    /// By the site's number.
    public var sites: [Site]
    /// ASes without a route, and what they count for.
    public var nowhere: Part
    /// What measurements are used for.
    public var measured: Part
    public var ases: Int
    /// What everybody counts for.
    public var total: Double
    /// Of everybody; nil: nothing is known.
    public var latency: Latency?

    /// ASes, and their share of what everybody counts for.
    public struct Part: Hashable, Sendable {
        public var ases = 0
        public var share = 0.0
    }

    public struct Site: Hashable, Sendable {
        /// Those that land here, or mostly here.
        public var ases = 0
        public var load = Clients.Load()
        /// Of what everybody counts for.
        public var share = 0.0
        /// The part of the share that is measured.
        public var measuredShare = 0.0
        /// If everybody broke ties against this site, or for it.
        public var ties = 0.0...0.0
        /// If predicted landings are as wrong as ``Trust`` says, against this site or for it; contains `ties`.
        public var range = 0.0...0.0
        public var latency: Latency?
    }

    /// Round trips in milliseconds, by weight: half has at most p50, 95 of a hundred at most p95.
    public struct Latency: Hashable, Sendable {
        public var p50: Double
        public var p95: Double
    }

    /// The site with the most, and its share; nil: nobody lands anywhere.
    public var largest: (site: Int, share: Double)? {
        sites.indices.max { (sites[$0].share, $1) < (sites[$1].share, $0) }.flatMap {
            sites[$0].share > 0 ? ($0, sites[$0].share) : nil
        }
    }

    /// As many equal sites would be as uneven: one over the sum of squares of the sites' parts in what lands (the inverse of
    /// the Herfindahl–Hirschman index). 0: nobody lands anywhere.
    public var effectiveSites: Double {
        let landed = sites.reduce(0) { $0 + $1.share }
        guard landed > 0 else { return 0 }
        return 1 / sites.reduce(0) { $0 + ($1.share / landed) * ($1.share / landed) }
    }
}
