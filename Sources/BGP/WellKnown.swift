public import Net

/// What communities that everybody knows ask of whoever keeps a route.
extension PathAttributes {
    /// How far a route may be told.
    public enum Audience: Hashable, Sendable {
        case everybody
        /// Neighbors of our own AS only: NO_EXPORT, and NO_EXPORT_SUBCONFED where there is no confederation (RFC 1997).
        case ownAS
        /// NO_ADVERTISE (RFC 1997).
        case nobody

        public func includes(internalNeighbor isInternal: Bool) -> Bool {
            switch self {
            case .everybody: true
            case .ownAS: isInternal
            case .nobody: false
            }
        }
    }

    public var audience: Audience {
        if communities.contains(.noAdvertise) { return .nobody }
        return communities.contains { $0 == .noExport || $0 == .noExportSubconfed } ? .ownAS : .everybody
    }

    /// GRACEFUL_SHUTDOWN: it will soon be gone (RFC 8326 §4.1).
    public var isLeaving: Bool { communities.contains(.gracefulShutdown) }

    /// BLACKHOLE: traffic for it is to be dropped. Whoever honours that also says from whom, and for how long prefixes, and
    /// adds NO_EXPORT or NO_ADVERTISE (RFC 7999 §3).
    public var isBlackhole: Bool { communities.contains(.blackhole) }

    /// LOCAL_PREF of a route as it is kept: what a neighbor of our own AS says; for one of another AS `usual`, and the
    /// lowest there is where the route is about to go (RFC 8326 §4.1).
    public func localPreference(isInternal: Bool, usual: UInt32 = AdjRIBOut.usualLocalPref) -> UInt32 {
        if isInternal { return localPref ?? usual }
        return isLeaving ? 0 : usual
    }

    /// Extended communities that may leave the AS (RFC 4360 §6).
    public var transitiveExtendedCommunities: [ExtendedCommunity] { extendedCommunities.filter(\.isTransitive) }
}
