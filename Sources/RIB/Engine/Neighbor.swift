package import BGP
package import Net

extension RIB {
    /// A neighbor as a RIB needs to know it.
    package struct Neighbor: Hashable, Sendable {
        package var asn: ASN
        package var address: Address
        /// What it is to us (RFC 9234 §3); nil: nobody said. It counts with neighbors of other ASes only.
        package var role: Role?
        /// nil: nothing is accepted from another AS (RFC 8212), all from our own.
        package var importing: Policy?
        /// nil: nothing is told to another AS (RFC 8212), all that may be to our own.
        package var exporting: Policy?
        package var limits = Limits()
        /// A path that begins with another AS is dropped; route servers don't put theirs in (RFC 7947 §2.2.2.1).
        package var checksFirstAS = true
        /// RFC 9774 asks to drop them.
        package var acceptsSets = false
        /// LOCAL_PREF becomes 0 for routes with GRACEFUL_SHUTDOWN (RFC 8326 §4.1).
        package var honorsGracefulShutdown = true
        /// Next hops stay as they are: a route server's (RFC 7947 §2.2.1), or within our AS (RFC 4271 §5.1.3), where it is what
        /// nil means.
        package var keepsNextHop: Bool?
        /// RFC 7947 §2.2.2.1: our ASN isn't added.
        package var isTransparent = false
        /// Its session will be shut down: its routes become the last choice, and all that it is told has GRACEFUL_SHUTDOWN
        /// (RFC 8326 §4.2).
        package var isShuttingDown = false

        package init(asn: ASN, address: Address) { (self.asn, self.address) = (asn, address) }
    }
}

/// What a session that came up says about a neighbor.
package struct SessionTerms: Hashable, Sendable {
    package var peerID: RouterID
    package var codec: Codec
    package var families: [Family]
    /// Our addresses, to give as next hops; an IPv6 one may have a link-local one behind it.
    package var nextHops: [Family: [Address]]
    /// 65,535 with extended messages (RFC 8654).
    package var longestMessage = 4096
    /// IPv4 prefixes may have IPv6 next hops (RFC 8950).
    package var extendedNextHop = false
    /// What the neighbor turned out to be to us (RFC 9234 §4.2); nil: what is configured.
    package var peerRole: Role?

    package init(peerID: RouterID, codec: Codec, families: [Family], nextHops: [Family: [Address]]) {
        (self.peerID, self.codec, self.families, self.nextHops) = (peerID, codec, families, nextHops)
    }
}

/// The routes of one family that a neighbor has sent (RFC 4271 §3.2), as rings.
struct AdjRIBIn: Sendable {
    /// As the neighbor has them now.
    var current: Link<Route>
    /// Sent before the neighbor began to send all anew (RFC 7313), and not repeated yet.
    var stale: Link<Route>
    /// Of a session that is over, or not repeated: to be flushed.
    var dying: Link<Route>
    /// Routes that aren't dying.
    var count = 0
    /// Of those, what import let through.
    var accepted = 0
    /// Routes that are used, until they are gone.
    var best = 0
    var epoch: UInt8 = 0
    /// Epochs since nothing was dying; one byte must tell them apart.
    var epochs = 0
    /// Where running the import policy anew has got to.
    var cursor = Link<Route>.none
    var hasWarned = false
    var isFull = false

    init(_ routes: inout Slots<Route>) {
        (current, stale, dying) = (routes.makeRing(), routes.makeRing(), routes.makeRing())
    }
}

struct NeighborState: Sendable {
    var neighbor: RIB.Neighbor
    var isInternal: Bool
    /// nil: there is no session.
    var terms: SessionTerms?
    /// Of the session's terms, to recognize routes that lead back to us.
    var ownAddresses: [Address] = []
    /// That of the last session: its routes outlive it by a moment.
    var peerID: UInt32 = 0
    /// Which bit of ``AttributeSet/wellFormed`` is that of this session's codec.
    var codec = 8
    var tables: [AdjRIBIn]
    var importMemo = ImportMemo()
    var output = Output()
    var traffic = Traffic()
    /// Families of the session that are still heard.
    var hearsIPv4 = false
    var hearsIPv6 = false
    var isRemoved = false

    /// It is told changes in rounds.
    var isPaced = false

    /// What it is to us.
    var role: Role? { isInternal ? nil : terms?.peerRole ?? neighbor.role }
    var source: Source { isInternal ? .own : .other(role) }
    var isUp: Bool { output.group != nil }
    func table(_ family: Family) -> Int { family == .ipv4 ? 0 : 1 }

    /// Where telling this neighbor has got to.
    struct Output: Sendable {
        /// In `groups`; nil: it is told nothing.
        var group: Int?
        /// The next change of the group's log.
        var cursor: UInt64 = 0
        /// The next prefix of the table, of these families, which is told as a whole first; nil: it has been.
        var walk: UInt32?
        var walkFamilies: [Family] = []
        /// It has been told nothing yet.
        var knowsNothing = false
        var isStopped = false
        /// Of a neighbor that is told changes in rounds.
        var pace: Pace?
    }
}

/// The last attribute set that came through import, and what it became: prefixes of one UPDATE share it. Both are held.
struct ImportMemo: Sendable {
    var received = Link<AttributeSet>.none
    var accepted = Link<AttributeSet>.none
}
