internal import BGP
internal import Net

/// What decides how routes are told to a neighbor. Those for whom it is equal are told the same, and share all of it.
struct ExportProfile: Hashable, Sendable {
    var policy: Policy?
    var isInternal: Bool
    var role: Role?
    var terms: SharedTerms
    /// nil: as RFC 4271 §5.1.3 has it.
    var keepsNextHop: Bool?
    var isTransparent: Bool
    var isShuttingDown: Bool

    /// ``SessionTerms`` without what is the neighbor's own: who it is, and by which address it reaches us.
    struct SharedTerms: Hashable, Sendable {
        var codec: Codec
        var families: [Family]
        /// For prefixes of a family, the family of our address.
        var ownNextHops: [Family: Family]
        var longestMessage: Int
        var extendedNextHop: Bool

        init(_ terms: SessionTerms) {
            (codec, families) = (terms.codec, terms.families.sorted())
            ownNextHops = terms.nextHops.compactMapValues { $0.first?.family }
            (longestMessage, extendedNextHop) = (terms.longestMessage, terms.extendedNextHop)
        }
    }

    init?(_ state: borrowing NeighborState) {
        guard let terms = state.terms else { return nil }
        self.terms = SharedTerms(terms)
        (policy, isInternal, role) = (state.neighbor.exporting, state.isInternal, state.role)
        (keepsNextHop, isTransparent) = (state.neighbor.keepsNextHop, state.neighbor.isTransparent)
        isShuttingDown = state.neighbor.isShuttingDown
    }
}

/// Neighbors that are told the same: one Adj-RIB-Out, one log of changes, and each member's place in it.
struct UpdateGroup: ~Copyable, Sendable {
    var profile: ExportProfile { didSet { plain = Self.noPlain } }
    /// None: the group is vacant, and its place is for the next one.
    var members: [NeighborID] = []
    var told = ToldTable()
    var log = ChangeLog()
    /// Its table isn't whole yet, so new members must wait for theirs.
    var isFilling = false
    /// Where exporting all again goes on.
    var exporting = Circle()
    /// How many prefixes of each family are told.
    var counts = PerFamily(ipv4: 0, ipv6: 0)
    /// What was taken last: a member that is at the same place gets the same bytes.
    var chunk: Chunk?
    /// The last route that came through export, and what became of it. Its set is held.
    var memo = Memo()
    /// How sets are changed on their way, by number: those of the policy with those of the session.
    private(set) var edits: [Edit] = []
    private var numbers: [Edit: UInt16] = [:]
    /// The one that was asked for last, which most often is the next one too.
    private var last: UInt16?
    /// Numbers of the edits that the session alone makes, where the policy makes none: by whether the route is our own, its
    /// family, and that of its next hop.
    private var plain = Self.noPlain
    private static let noPlain = [UInt16?](repeating: nil, count: 8)

    struct Memo: Sendable {
        var set = Link<AttributeSet>.none
        var source: NeighborID?
        var family = Family.ipv4
        var entry = ToldTable.Entry.nothing
    }

    struct Chunk: Sendable {
        var start: UInt64
        var end: UInt64
        var limit: Int
        /// Our addresses in it.
        var nextHops: [Family: [Address]]
        /// The log's end when it was made: has it grown, some of this may be old.
        var logEnd: UInt64
        /// For these members something else must be made.
        var sources: Set<NeighborID>
        var output: Telling
    }

    init(_ profile: ExportProfile) { self.profile = profile }

    /// One that has been told what `other` has, for members of it that will be told something else.
    init(splitting other: borrowing UpdateGroup, members: [NeighborID]) {
        (profile, self.members) = (other.profile, members)
        (told, log, counts, isFilling) = (other.told, other.log, other.counts, other.isFilling)
        (edits, numbers) = (other.edits, other.numbers)
    }

    var isVacant: Bool { members.isEmpty }
    var readsPrefix: Bool { profile.policy?.readsPrefix ?? false }

    func isOnlyMember(_ id: NeighborID) -> Bool { members.count == 1 && members[0] == id }

    /// Bounded by what the rules of one policy can do together; past 65,535, none is remembered.
    mutating func number(of edit: Edit) -> UInt16? {
        if let last, edits[Int(last)] == edit { return last }
        if let number = numbers[edit] {
            last = number
            return number
        }
        guard edits.count < Int(UInt16.max) else { return nil }
        edits.append(edit)
        numbers[edit] = UInt16(edits.count - 1)
        return UInt16(edits.count - 1)
    }

    /// The policy changes nothing, and what it lets through doesn't depend on the neighbor that a route came from.
    var isPlain: Bool {
        !profile.isInternal && profile.policy?.rules.isEmpty ?? false && profile.policy?.otherwise == .accept
    }

    func plainNumber(isLocal: Bool, _ family: Family, _ hop: Family) -> UInt16? {
        plain[Self.place(isLocal, family, hop)]
    }

    mutating func setPlain(_ number: UInt16, isLocal: Bool, _ family: Family, _ hop: Family) {
        plain[Self.place(isLocal, family, hop)] = number
    }

    private static func place(_ isLocal: Bool, _ family: Family, _ hop: Family) -> Int {
        (isLocal ? 1 : 0) + (family == .ipv6 ? 2 : 0) + (hop == .ipv6 ? 4 : 0)
    }

    mutating func count(_ family: Family, from old: ToldTable.Entry, to new: ToldTable.Entry) {
        let difference = (new.set.exists ? 1 : 0) - (old.set.exists ? 1 : 0)
        counts[family] += difference
    }

    var bytes: Int { told.bytes + log.bytes }
}

extension ExportProfile {
    /// What the session does to every route, beside what the policy does. nil: it can't be told, for want of a next hop.
    func sessionEdit(_ family: Family, hops: [Address], isLocal: Bool) -> Edit? {
        var edit = Edit()
        edit.passesOn = true
        edit.leavesAS = !isInternal
        edit.needsLocalPref = isInternal
        edit.prepend = isInternal || isTransparent ? 0 : 1
        let keeps = keepsNextHop ?? isInternal
        // One that is only link-local can't stay. Inside the AS we stand in for it; a route server doesn't (RFC 7947 §2.2.1).
        let isOnOneLink = hops.first?.isLinkLocal ?? false
        if keeps, isOnOneLink, !isInternal, !isLocal { return nil }
        edit.ownNextHop = !keeps || isLocal || hops.isEmpty || isOnOneLink
        edit.globalNextHop = !edit.ownNextHop
        let hop = edit.ownNextHop ? terms.ownNextHops[family] : hops.first?.family
        return hop == family || family == .ipv4 && terms.extendedNextHop ? edit : nil
    }
}
