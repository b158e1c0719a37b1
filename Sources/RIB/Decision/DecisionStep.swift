/// The steps by which one of several routes to a prefix is preferred, in their order. A route that loses at a step is out
/// of the race; when one is left, it is the best. Letters are those of RFC 4271 §9.1.2.2.
package enum DecisionStep: UInt8, Hashable, Sendable, CaseIterable {
    /// Our own route before anyone else's: RFC 4271 §9.1 knows routes of neighbors only, as BIRD's preference of static
    /// routes.
    case local
    /// The highest degree of preference (RFC 4271 §9.1.2), which is LOCAL_PREF, or 100.
    case localPref
    /// (a) The shortest AS_PATH; a set counts as one.
    case pathLength
    /// (b) The lowest ORIGIN.
    case origin
    /// (c) The lowest MULTI_EXIT_DISC among routes of one neighboring AS.
    case med
    /// (d) From another AS before from our own.
    case external
    /// (e) The lowest interior cost to the next hop.
    case interiorCost
    /// (f) The lowest BGP identifier; a reflected route has its originator's (RFC 4456 §9).
    case routerID
    /// The shortest CLUSTER_LIST (RFC 4456 §9), between (f) and (g).
    case clusterList
    /// (g) The lowest address of the neighbor.
    case neighborAddress
    /// The lowest path identifier, where a neighbor sent several paths (RFC 7911): nothing else is left.
    case pathID

    package var letter: Character? {
        switch self {
        case .pathLength: "a"
        case .origin: "b"
        case .med: "c"
        case .external: "d"
        case .interiorCost: "e"
        case .routerID: "f"
        case .neighborAddress: "g"
        case .local, .localPref, .clusterList, .pathID: nil
        }
    }
}

extension DecisionStep: CustomStringConvertible {
    /// As it reads after "lost because of a …".
    package var description: String {
        switch self {
        case .local: "route of another's where there is one of our own"
        case .localPref: "lower local preference"
        case .pathLength: "longer AS path"
        case .origin: "worse origin"
        case .med: "higher MED"
        case .external: "route from inside where there is one from outside"
        case .interiorCost: "higher cost to the next hop"
        case .routerID: "higher router ID"
        case .clusterList: "longer cluster list"
        case .neighborAddress: "higher neighbor address"
        case .pathID: "higher path identifier"
        }
    }
}

/// What the decision leaves to the operator.
package struct DecisionOptions: Hashable, Sendable {
    /// Which routes may share the traffic, beyond being equal up to step (e).
    package enum Sharing: Hashable, Sendable {
        /// Their AS paths are equal.
        case samePath
        case sameNeighborAS
        case anyPath
    }

    /// How many routes of a prefix are used at a time.
    package var maximumPaths = 1
    package var sharing = Sharing.anyPath
    /// (c) for routes of different neighboring ASes too. Not in RFC 4271; some networks agree on what their MEDs mean.
    package var comparesAllMED = false
    /// A route without MED counts as the worst in (c); in RFC 4271 §9.1.2.2 it is the best.
    package var missingMEDIsWorst = false

    package init() {}
}
