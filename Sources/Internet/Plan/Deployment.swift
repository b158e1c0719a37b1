public import Geo
public import Net

/// What is planned: the sites of one prefix, what they can carry, and what they say to whom.
public struct Deployment: Hashable, Sendable {
    /// The network's own; a site may announce from another one (RFC 6382).
    public var asn: ASN
    /// A site's number is its place in here.
    public var sites: [Site]
    /// Whom the sites speak BGP with. A session's number is its place in here, and that of its origination in a
    /// ``Propagation``.
    public var sessions: [Session]
    public var tieBreak: TieBreak

    public struct Site: Hashable, Sendable {
        public var name: String
        public var place: Place?
        /// What it can answer; nil: nobody says.
        public var queriesPerSecond: Double?

        public init(name: String, place: Place? = nil, queriesPerSecond: Double? = nil) {
            (self.name, self.place, self.queriesPerSecond) = (name, place, queriesPerSecond)
        }
    }

    /// One session of a site, by the neighbor's name, and what is announced over it.
    public struct Session: Hashable, Sendable {
        public var neighbor: String
        public var origination: Origination

        public init(neighbor: String, _ origination: Origination) {
            (self.neighbor, self.origination) = (neighbor, origination)
        }
    }

    public init(asn: ASN, sites: [Site], sessions: [Session], tieBreak: TieBreak = .lowestASN) {
        (self.asn, self.sites, self.sessions, self.tieBreak) = (asn, sites, sessions, tieBreak)
    }

    /// In the order of the sessions.
    public var originations: [Origination] { sessions.map(\.origination) }

    public func site(named name: String) -> Int? { sites.firstIndex { $0.name == name } }

    /// The numbers of a site's sessions.
    public func sessions(of site: Int) -> [Int] { sessions.indices.filter { sessions[$0].origination.site == site } }

    /// A plan of it, with the memory for what-ifs.
    public func propagation(on graph: ASGraph) throws(PropagationError) -> Propagation {
        var plan = try Propagation(graph, tieBreak)
        try plan.announce(originations)
        return plan
    }
}
