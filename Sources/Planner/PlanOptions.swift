package import Internet
package import Net

/// What a plan is made with, beside the network's own file.
package struct PlanOptions: Sendable {
    package var graph = GraphSource.own
    package var weights = WeightSource.ases
    /// Of everybody together in the busiest hour, in queries a second; nil: as the weights say, if they do.
    package var queriesPerSecond: Double?
    /// A path.
    package var catchment: String?
    /// A path.
    package var origins: String?
    /// Paths of files that say where ASes are; what a later one says counts.
    package var places: [String] = []
    /// What DNS that steers clients is compared as.
    package var steering = Steering.usual
    /// nil: the network's first, of IPv4 where it has one.
    package var prefix: Prefix?
    /// nil: what rehearsed routers do on the file's own Internet, elsewhere the lowest AS number.
    package var ties: Ties?
    /// Leave out sessions with ASes that the graph doesn't have.
    package var skipsUnknown = false
    /// Where graphs are kept in a form that is read faster; nil: nowhere.
    package var cacheFolder: String?

    package enum GraphSource: Hashable, Sendable {
        /// The file's own `internet`.
        case own
        /// A path of CAIDA's text, or of a cache file.
        case file(String)
        case synthetic(SyntheticInternet.Options)
    }

    package enum WeightSource: Hashable, Sendable {
        case ases
        case cone
        /// A path.
        case table(String)
    }

    /// What decides between routes that are equally good.
    package enum Ties: String, Hashable, Sendable, CaseIterable {
        case lowestASN = "lowest-asn"
        case nearest
        /// What BGP routers compare last; see ``TieBreak/ofRouters(_:)``.
        case routerID = "router-id"
    }

    package init() {}
}
