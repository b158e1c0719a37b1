/// Anycast beside the other ways to bring clients to sites. All are judged over the same clients: those whose place is known and
/// who reach some site in each of them.
public struct Comparison: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Where routes lead.
        case anycast
        /// Everybody at one site: the one that is best for that.
        case unicast
        /// Everybody at the site that is nearest to him in time, as if DNS knew.
        case idealSteering = "ideal-steering"
        /// Everybody at the site that is nearest to his resolver on the map.
        case steering
        /// Anycast first; an HTTP redirect leads to the site nearest in time, which the server finds from the client's address.
        case redirection
    }

    public struct Way: Hashable, Sendable {
        public var kind: Kind
        /// Of ``Kind/unicast``.
        public var site: Int?
        /// Once connected.
        public var roundTrip: Summary.Latency
        public var mean: Double
        /// Until the answer to a client's first request over HTTPS.
        public var firstAnswer: Summary.Latency
        /// When the site with the most clients of this way fails.
        public var failure: Failure
    }

    /// Clients that keep an address of a site that is gone.
    public struct Failure: Hashable, Sendable {
        /// Of all.
        public var share: Double
        /// The mean, and the longest; nil: until somebody repairs it.
        public var seconds: (mean: Double, longest: Double)? {
            get { mean.flatMap { mean in longest.map { (mean, $0) } } }
            set { (mean, longest) = (newValue?.mean, newValue?.longest) }
        }
        private var mean: Double?
        private var longest: Double?

        init(share: Double, mean: Double?, longest: Double?) {
            (self.share, self.mean, self.longest) = (share, mean, longest)
        }

        /// Routes lead elsewhere as soon as the site withdraws; how soon that is, a rehearsal measures.
        static let none = Self(share: 0, mean: 0, longest: 0)
    }

    public var ways: [Way]
    /// The share of what counts that all of this is about.
    public var share: Double
    /// Of those, the share that anycast leads to a site at least ``margin`` farther in time than the nearest one.
    public var slower: Double

    /// Milliseconds.
    public static let margin = 25.0

    /// A connection, TLS 1.3 and the request take one round trip each (RFC 9293, RFC 8446 §2).
    public static let roundTripsToAnswer = 3.0

    public subscript(kind: Kind) -> Way? { ways.first { $0.kind == kind } }
}
