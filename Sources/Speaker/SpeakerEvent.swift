public import BGP
public import Net

extension Speaker {
    /// What happened; the first value is the neighbor's name.
    public enum Event: Sendable {
        case up(String)
        case down(String, reason: String)
        /// An attempt ended before the session was up.
        case failed(String, reason: String)
        case announced(String, Announcement)
        case withdrawn(String, Prefix)
        /// An announcement that this neighbor can't be told, and why.
        case refused(String, Announcement, reason: String)
        /// The message as it came, at most 4096 bytes. More than 10 a second are counted only.
        case malformed(String, reason: String, bytes: [UInt8])
        /// The session goes on, and somebody should look: a limit is near, routes can't be used, a family is not heard any
        /// more. More than 10 a second, malformed messages included, are counted only.
        case warning(String, String)
    }
}

/// A neighbor as `landfall status` shows it.
public struct NeighborStatus: Sendable {
    public var name: String
    public var address: Address
    public var asn: ASN
    public var state: State
    /// When it came into this state, on the monotonic clock.
    public var since: Instant
    /// How the last session or attempt ended, and what BGP itself had said before, if that is why (``BGP/Endings``); nil
    /// when none has.
    public var lastError: String?
    /// What both sides agreed on, while Established.
    public var negotiated: Negotiated?
    /// What our OPENs offer.
    public var offered: [Capability]
    public var counters: Counters
    /// Announced by the neighbor at the moment.
    public var receivedPrefixes: Int
    /// Families of which nothing is heard any more, since an UPDATE of them could not be read.
    public var disabledFamilies: [Family]
    /// What the neighbor has been told, in order of the prefixes.
    public var advertised: [Announcement]
    /// Bytes that wait for the neighbor to read them.
    public var pendingBytes: Int
}

extension NeighborStatus {
    /// What the OPENs of a session that is up offered: both sides, we alone, and the neighbor alone. nil: it isn't up.
    /// An OPEN has room for hundreds; 64 of the neighbor's are named.
    public var capabilities: (both: [String], ours: [String], theirs: [String])? {
        guard let negotiated else { return nil }
        let (ours, theirs) = (offered.flatMap(\.names), Array(negotiated.peerCapabilities.flatMap(\.names)))
        let known = Set(theirs)
        var told = Set(ours)
        let alone = theirs.filter { told.insert($0).inserted }.prefix(64)
        return (ours.filter(known.contains), ours.filter { !known.contains($0) }, Array(alone))
    }
}
