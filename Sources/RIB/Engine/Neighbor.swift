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
        /// Routes with BLACKHOLE are accepted, and discard their packets: somebody has agreed to that with it (RFC 7999 §3.3).
        package var honorsBlackhole = false
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

/// What the shell knows of the hosts and networks around, as far as it matters for a neighbor's routes.
package struct Surroundings: Hashable, Sendable {
    /// Addresses of ours: nobody else is the next hop there, or has that one address for a prefix. Of a neighbor on this very
    /// machine, none.
    package var own: Set<Address> = []
    /// The networks of the link to it, where its next hops must be (RFC 4271 §5.1.3); nil: they may be anywhere.
    package var link: [Prefix]?

    package init() {}
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

/// The routes of one family that a neighbor has sent (RFC 4271 §3.2).
///
/// No list holds them: a route says whose it is, and at which epoch of his table it came. So a route costs no links, and
/// comes and goes without touching others; what is over is found by sweeping over all routes (``RIB/sweep(_:)``).
///
///     dead, not counted │ dead, still counted │ alive
///                  session                   live       current     as epochs, each one later than the one before
struct AdjRIBIn: Sendable {
    /// In which routes come now.
    private(set) var current: UInt8 = 0
    /// The first of this session.
    private var session: UInt8 = 0
    /// The first whose routes aren't void.
    private var live: UInt8 = 0
    /// How many have begun since no route was dead: one byte must tell them apart.
    private(set) var epochs = 0
    /// Routes of this session.
    var count = 0
    /// Of those, what import let through.
    var accepted = 0
    /// Routes that are used, until they are gone.
    var best = 0
    var hasWarned = false
    var isFull = false
    /// How many routes there may be, and from which number on a warning is due.
    var limit = Int.max
    var warnAt = Int.max

    /// One route more is refused, or to be warned of.
    var isTight: Bool { count >= limit || count + 1 >= warnAt }

    @inline(__always)
    func isCounted(_ epoch: UInt8) -> Bool { epoch &- session <= current &- session }

    @inline(__always)
    func isDead(_ epoch: UInt8) -> Bool { epoch &- live > current &- live }

    /// The session is over, or nothing that it said counts.
    mutating func endSession() {
        (hasWarned, isFull) = (false, false)
        guard count > 0 else { return }
        (count, accepted) = (0, 0)
        begin()
        (session, live) = (current, current)
    }

    /// The neighbor begins to send all anew (RFC 7313 §4). One that does so more than a hundred times faster than routes are
    /// swept has them taken for one: what only the last ones left out stays until the next.
    mutating func beginRefresh() { if epochs < Self.mostRefreshes { begin() } }

    /// And has sent all: what he hasn't repeated is void. False when nothing can be.
    mutating func endRefresh() -> Bool {
        defer { live = current }
        return live != current
    }

    private mutating func begin() {
        current &+= 1
        epochs += 1
    }

    static let mostEpochs = 250
    /// Fewer, so that it takes as many lost sessions again until routes have to be swept at once.
    static let mostRefreshes = 125

    /// No route is dead: those that live were sent in the current epoch, or before a refresh that goes on.
    mutating func noteSwept() { (session, epochs) = (live, Int(current &- live)) }
}

/// One value for each family.
struct PerFamily<Value> {
    var ipv4: Value
    var ipv6: Value

    var indices: Range<Int> { 0..<2 }

    subscript(_ index: Int) -> Value {
        @inline(__always)
        _read { if index == 0 { yield ipv4 } else { yield ipv6 } }
        @inline(__always)
        _modify { if index == 0 { yield &ipv4 } else { yield &ipv6 } }
    }

    subscript(_ family: Family) -> Value {
        @inline(__always)
        _read { yield self[family == .ipv4 ? 0 : 1] }
        @inline(__always)
        _modify { yield &self[family == .ipv4 ? 0 : 1] }
    }
}

extension PerFamily: Sendable where Value: Sendable {}

struct NeighborState: ~Copyable, Sendable {
    var neighbor: RIB.Neighbor { didSet { noteLimits() } }
    var isInternal: Bool
    /// nil: there is no session.
    var terms: SessionTerms?
    /// Of the session's terms, to recognize routes that lead back to us.
    var ownAddresses: [Address] = []
    var surroundings = Surroundings()
    /// That of the last session: its routes outlive it by a moment.
    var peerID: UInt32 = 0
    /// Of this session, or of what comes before the next one.
    var account: UInt16 = 0
    /// Which bit of ``AttributeSet/wellFormed`` is that of this session's codec.
    var codec = 8
    var tables: PerFamily<AdjRIBIn>
    var importMemo = ImportMemo()
    /// Where importing all again goes on.
    var importing = Circle()
    var output = Output()
    var traffic = Traffic()
    /// Families of the session that are still heard.
    var hearsIPv4 = false
    var hearsIPv6 = false
    var isRemoved = false

    /// It is told changes in rounds.
    var isPaced = false

    init(_ neighbor: RIB.Neighbor, isInternal: Bool, _ tables: PerFamily<AdjRIBIn>) {
        (self.neighbor, self.isInternal, self.tables) = (neighbor, isInternal, tables)
        noteLimits()
    }

    /// What is asked for every route lies with the table.
    private mutating func noteLimits() {
        for family in Family.allCases {
            let limit = neighbor.limits.prefixes(family)
            tables[family].limit = limit
            tables[family].warnAt = limit == .max ? .max : limit * neighbor.limits.warning / 100 + 1
        }
    }

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
