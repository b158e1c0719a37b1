public import Net

/// What moves where when a site withdraws, loses a neighbor or is made less preferred: a table that a plan makes for all
/// sites, and that agents read (ANNOUNCING 7, 13). docs/displaced-load.md describes it as a file.
///
/// All loads are queries a second, at the peak of whoever has them.
public struct DisplacedLoads: Hashable, Sendable {
    /// Of the file.
    public static let version = 1

    /// Whose it is.
    public var network: String
    /// The one that was planned, and whose routes all of it follows.
    public var prefix: Prefix
    public var made: UTCSecond
    /// How far it can be trusted, in the plan's words: `scenario, uncalibrated`.
    public var basis: String
    public var sites: [Site]

    public init(network: String, prefix: Prefix, made: UTCSecond, basis: String, sites: [Site]) {
        (self.network, self.prefix, self.made, self.basis) = (network, prefix, made, basis)
        self.sites = sites
    }

    public struct Site: Hashable, Sendable {
        public var name: String
        /// What it carries while all sites announce.
        public var load: Double
        /// nil: nobody says.
        public var capacity: Double?
        public var withdrawn: Row
        /// When its routes look as `announce.degraded` says.
        public var degraded: Row
        public var neighbors: [Neighbor]

        public init(
            name: String, load: Double, capacity: Double?, withdrawn: Row, degraded: Row, neighbors: [Neighbor] = []
        ) {
            (self.name, self.load, self.capacity) = (name, load, capacity)
            (self.withdrawn, self.degraded, self.neighbors) = (withdrawn, degraded, neighbors)
        }
    }

    /// One that is told of the prefix.
    public struct Neighbor: Hashable, Sendable {
        public var name: String
        public var asn: ASN
        /// When it is told nothing any more; nil: the plan doesn't know the neighbor.
        public var withdrawn: Row?

        public init(name: String, asn: ASN, withdrawn: Row?) {
            (self.name, self.asn, self.withdrawn) = (name, asn, withdrawn)
        }
    }

    public struct Row: Hashable, Sendable {
        /// Sites that are given something.
        public var to: [Gain]
        /// What has no route any more.
        public var lost: Double

        public init(to: [Gain] = [], lost: Double = 0) { (self.to, self.lost) = (to, lost) }
    }

    public struct Gain: Hashable, Sendable {
        public var site: String
        /// What it carries before, in the hour in which both together are the most.
        public var load: Double
        public var added: Double
        /// The most that may be added, if the plan is as wrong as plans have been; nil: nobody says.
        public var most: Double?

        public init(site: String, load: Double, added: Double, most: Double? = nil) {
            (self.site, self.load, self.added, self.most) = (site, load, added, most)
        }
    }

    /// Where a host finds the table, and how old it may be.
    public struct Source: Hashable, Sendable {
        public var path: String
        public var maxAge: Duration

        public init(path: String, maxAge: Duration) { (self.path, self.maxAge) = (path, maxAge) }
    }
}

// MARK: Whether it can be used

extension DisplacedLoads {
    /// What a configuration says now, and must have said when the table was made.
    public struct Fleet: Hashable, Sendable {
        public var network: String
        public var prefixes: [Prefix]
        public var sites: [Site]

        public struct Site: Hashable, Sendable {
            public var name: String
            public var neighbors: [Neighbor]

            public init(name: String, neighbors: [Neighbor]) { (self.name, self.neighbors) = (name, neighbors) }
        }

        public struct Neighbor: Hashable, Sendable {
            public var name: String
            public var asn: ASN
            public var family: Family

            public init(name: String, asn: ASN, family: Family) {
                (self.name, self.asn, self.family) = (name, asn, family)
            }
        }

        public init(network: String, prefixes: [Prefix], sites: [Site]) {
            (self.network, self.prefixes, self.sites) = (network, prefixes, sites)
        }
    }

    /// So far the clocks of two hosts may be apart.
    private static let skew = 3600

    /// Why it says nothing about a fleet as it is now, in words; nil: it does.
    public func objection(_ fleet: Fleet, now: UTCSecond, maxAge: Duration) -> String? {
        guard network == fleet.network else { return "it is about the network \(network), not \(fleet.network)" }
        let age = now.seconds - made.seconds
        if age < -Self.skew { return "it was made at \(made), which is yet to come" }
        if age > maxAge.components.seconds {
            return "it was made at \(made), longer ago than \(maxAge.roundedText)"
        }
        guard fleet.prefixes.contains(prefix) else { return "it is about \(prefix), which isn't announced any more" }
        if let changed = fleet.sites.lazy.compactMap(self.change).first { return changed }
        let gone = sites.first { site in !fleet.sites.contains { $0.name == site.name } }
        return gone.map { "it reckons with site \($0.name), which there isn't any more" }
    }

    /// What is different at a site.
    private func change(_ site: Fleet.Site) -> String? {
        guard let known = self[site.name] else { return "it knows no site \(site.name)" }
        let now = site.neighbors.filter { $0.family == prefix.family }
        if let new = now.first(where: { one in !known.neighbors.contains { ($0.name, $0.asn) == (one.name, one.asn) } })
        {
            return "it doesn't know \(site.name)'s neighbor \(new.name) (\(new.asn))"
        }
        let gone = known.neighbors.first { one in !now.contains { $0.name == one.name } }
        return gone.map { "it reckons with \(site.name)'s neighbor \($0.name), which there isn't any more" }
    }

    public subscript(site: String) -> Site? { sites.first { $0.name == site } }

    /// What a load step of a site would do to the others.
    public func step(at site: String) -> Displaced {
        guard let own = self[site] else { return .unusable("it knows no site \(site)") }
        var survivors: [DisplacedLoad.Survivor] = []
        for gain in own.degraded.to {
            guard let capacity = self[gain.site]?.capacity else {
                return .unusable("it doesn't say what site \(gain.site) can carry")
            }
            survivors.append(.init(site: gain.site, load: gain.load, added: gain.added, capacity: capacity))
        }
        let planned = own.capacity.flatMap { $0 > 0 ? own.load / $0 : nil }
        return .known(DisplacedLoad(survivors: survivors, planned: planned))
    }
}

/// What is known of the load that a step would displace.
public enum Displaced: Hashable, Sendable {
    case known(DisplacedLoad)
    /// There should be a table, and it can't be used: in words why.
    case unusable(String)
}

/// What other sites would carry if this one were less preferred.
public struct DisplacedLoad: Hashable, Sendable {
    public struct Survivor: Hashable, Sendable {
        public var site: String
        /// In the same unit, such as queries a second.
        public var load: Double
        public var added: Double
        public var capacity: Double

        public init(site: String, load: Double, added: Double, capacity: Double) {
            (self.site, self.load, self.added, self.capacity) = (site, load, added, capacity)
        }
    }

    public var survivors: [Survivor]
    /// What this site was reckoned to carry, as a share of its capacity; nil: nobody says.
    public var planned: Double?

    public init(survivors: [Survivor], planned: Double? = nil) {
        (self.survivors, self.planned) = (survivors, planned)
    }

    /// Sites that would be given more than they can carry when this one carries `load`, a share of its capacity. Of more
    /// than was planned, more moves.
    public func overloaded(at load: Double) -> [String] {
        let factor = planned.map { $0 > 0 ? max(1, load / $0) : 1 } ?? 1
        return survivors.filter { $0.load + $0.added * factor > $0.capacity }.map(\.site)
    }
}
