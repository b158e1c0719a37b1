internal import BGP
internal import Glibc
internal import Net

/// Path attributes that one or more routes have: their bytes are kept once (hash-consed), and a route holds 32 bits.
struct AttributeSet: Slot, Sendable {
    /// Of its facts, those that nearly every set has.
    var rank: UInt64 = 0
    var neighborAS: UInt32 = 0
    /// In `NextHops`; in a vacant slot the next one.
    var hop: UInt32 = 0
    /// How many hold it; nobody: vacant.
    var references: UInt32 = 0
    var hash: UInt32 = 0
    /// Where its bytes are.
    var run: UInt32 = 0
    var length: UInt16 = 0
    /// On whose account its bytes stand.
    var account: UInt16 = 0
    var communities: UInt16 = 0
    var flags: Facts.Flags = []
    /// From neighbors with which codecs exactly these bytes were read without a fault: bit i for the i-th.
    var wellFormed: UInt8 = 0

    static var vacant: Self { Self() }
    var isVacant: Bool { references == 0 }
    var nextFree: UInt32 {
        get { hop }
        set { hop = newValue }
    }
}

/// All attribute sets, found by their bytes.
///
/// The bytes are those of the UPDATE, of four-byte ASNs, in the order that the neighbor chose. Where the next hop came in
/// MP_REACH_NLRI, that attribute stands first, without prefixes, as MRT abbreviates it (RFC 6396 §4.3.4). Two orders of the
/// same attributes are two sets: that costs a little memory where neighbors differ, and makes every UPDATE whose set is
/// known a matter of one comparison instead of decoding.
///
/// The hash is keyed anew in each process (`Hasher`), so that nobody can send sets that collide on purpose. No order of
/// this table reaches an output.
struct AttributeStore: ~Copyable, Sendable {
    var sets = Slots<AttributeSet>()
    var hops = NextHops()
    private var bytes = Blocks<UInt8>(filler: 0, step: 8)
    /// Open addressing with linear probing; three quarters full at most.
    private var index = [UInt32](repeating: 0, count: 1024)
    private let own: Facts.Identity
    /// From how many unused bytes on the others move together.
    private let mostUnused: Int
    var accounts = Accounts()

    /// Longer ones fit no message (RFC 8654 §4), and their length no slot.
    static let longestSet = Framer.extendedLength - Framer.headerLength - 4

    init(_ own: Facts.Identity, mostUnused: Int = 256 << 20) { (self.own, self.mostUnused) = (own, mostUnused) }

    var count: Int { sets.used }
    var size: Int { sets.bytes + bytes.bytes + index.count * 4 }

    /// 3 of the 4 GB that links reach.
    var isNearlyFull: Bool { bytes.bytes - bytes.freeBytes > 3 << 30 }

    /// More is unused than used, or nothing is left beyond the end. Runs that were given back are used again for the same
    /// room only, so sets that come in one length after the other would fill all that links reach.
    private var isLoose: Bool {
        bytes.freeBytes > mostUnused && (bytes.freeBytes > bytes.bytes / 2 || bytes.bytes > 7 << 29)
    }

    subscript(_ set: Link<AttributeSet>) -> AttributeSet { sets[set] }

    @inline(__always)
    func facts(_ set: Link<AttributeSet>) -> Facts {
        let slot = sets[set]
        if slot.flags.isDisjoint(with: .rare) { return Facts(slot) }
        return bytes.withRun(slot.run, count: Int(slot.length)) { Facts($0, own) }
    }

    @inline(__always)
    func withBytes<Result>(_ set: Link<AttributeSet>, _ body: (Span<UInt8>) -> Result) -> Result {
        let slot = sets[set]
        return bytes.withRun(slot.run, count: Int(slot.length), body)
    }

    @inline(__always)
    func length(of set: Link<AttributeSet>) -> Int { Int(sets[set].length) }

    func array(_ set: Link<AttributeSet>) -> [UInt8] { withBytes(set) { $0.array } }

    /// The value of AS_PATH.
    func path(_ set: Link<AttributeSet>) -> [UInt8] {
        withBytes(set) { bytes in bytes.withAttribute(.asPath) { $0.array } } ?? []
    }

    /// False also when only the rest of them differs, or nothing.
    func differInPath(_ one: Link<AttributeSet>, _ other: Link<AttributeSet>) -> Bool {
        if Facts.pathLength(sets[one].rank) != Facts.pathLength(sets[other].rank) { return true }
        return withBytes(one) { one in
            withBytes(other) { other in
                one.withAttribute(.asPath) { path in other.withAttribute(.asPath) { !path.equals($0) } ?? false }
                    ?? false
            }
        }
    }

    // MARK: Finding and keeping

    /// The set with these bytes, if there is one. Nothing is counted.
    func find(_ wanted: Span<UInt8>, hash: UInt32) -> Link<AttributeSet> {
        var place = Int(hash) & (index.count - 1)
        while index[place] != 0 {
            let link = Link<AttributeSet>(index[place])
            if sets[link].hash == hash, withBytes(link, { wanted.equals($0) }) { return link }
            place = (place + 1) & (index.count - 1)
        }
        return .none
    }

    /// The set with these bytes, held once more.
    mutating func intern(_ wanted: Span<UInt8>, account: UInt16) -> Link<AttributeSet> {
        let hash = wanted.hash32
        let old = find(wanted, hash: hash)
        if old.exists {
            hold(old, account: account)
            return old
        }
        return add(wanted, hash: hash, account: account)
    }

    /// One that isn't there, held once.
    mutating func add(_ wanted: Span<UInt8>, hash: UInt32, account: UInt16) -> Link<AttributeSet> {
        if (sets.used + 1) * 4 > index.count * 3 { grow() }
        let link = sets.insert(make(wanted, hash, account))
        charge(link, 1)
        enter(link, hash)
        return link
    }

    private mutating func make(_ wanted: Span<UInt8>, _ hash: UInt32, _ account: UInt16) -> AttributeSet {
        if isLoose { moveTogether() }
        let run = bytes.allocate(wanted.count)
        bytes.write(wanted, to: run)
        let facts = Facts(wanted, own)
        var set = AttributeSet(
            rank: facts.rank, neighborAS: facts.neighborAS, references: 1, hash: hash, run: run,
            communities: facts.communities, flags: facts.flags)
        set.hop =
            wanted.plainNextHop.map { hops.use(ipv4: $0, account: account) }
            ?? hops.use(wanted.nextHops, account: account)
        if hops[set.hop].uses == 1 { charge(set.hop, 1) } else { adopt(set.hop, account: account) }
        set.length = UInt16(clamping: wanted.count)
        set.account = account
        return set
    }

    /// In one go, of at most as many bytes as were given back since the last time.
    private mutating func moveTogether() {
        var together = Blocks<UInt8>(filler: 0, step: 8)
        for number in 1..<UInt32(sets.count) {
            let (link, set) = (Link<AttributeSet>(number), sets[Link(number)])
            if set.isVacant { continue }
            let run = together.allocate(Int(set.length))
            bytes.withRun(set.run, count: Int(set.length)) { together.write($0, to: run) }
            sets[link].run = run
        }
        bytes = together
    }

    @inline(__always)
    mutating func retain(_ set: Link<AttributeSet>) {
        if set.exists { sets[set].references += 1 }
    }

    @inline(__always)
    mutating func release(_ set: Link<AttributeSet>) {
        guard set.exists else { return }
        if sets[set].references > 1 { sets[set].references -= 1 } else { forget(set) }
    }

    private mutating func forget(_ link: Link<AttributeSet>) {
        let set = sets[link]
        leave(link, set.hash)
        bytes.release(set.run, count: Int(set.length))
        charge(link, -1)
        let account = hops[set.hop].account
        if hops.release(set.hop) { accounts.change(account) { $0.nextHops -= 1 } }
        sets.remove(link)
        if sets.used == 0 { bytes.removeAll() }
    }

    // MARK: What was read

    mutating func noteWellFormed(_ set: Link<AttributeSet>, codec: Int) {
        if codec < 8 { sets[set].wellFormed |= 1 << UInt8(codec) }
    }

    func isWellFormed(_ set: Link<AttributeSet>, codec: Int) -> Bool {
        codec < 8 && sets[set].wellFormed & 1 << UInt8(codec) != 0
    }

    // MARK: The index

    private mutating func enter(_ link: Link<AttributeSet>, _ hash: UInt32) {
        var place = Int(hash) & (index.count - 1)
        while index[place] != 0 { place = (place + 1) & (index.count - 1) }
        index[place] = link.rawValue
    }

    /// Closes the gap, so that no mark of what was there is needed (Knuth, TAOCP vol. 3, §6.4, algorithm R).
    private mutating func leave(_ link: Link<AttributeSet>, _ hash: UInt32) {
        let mask = index.count - 1
        var gap = Int(hash) & mask
        while index[gap] != link.rawValue { gap = (gap + 1) & mask }
        var place = gap
        while true {
            place = (place + 1) & mask
            guard index[place] != 0 else { break }
            let home = Int(sets[Link(index[place])].hash) & mask
            if (place - home) & mask >= (place - gap) & mask {
                index[gap] = index[place]
                gap = place
            }
        }
        index[gap] = 0
    }

    private mutating func grow() {
        let old = index
        index = [UInt32](repeating: 0, count: old.count * 2)
        for link in old where link != 0 { enter(Link(link), sets[Link(link)].hash) }
    }
}

extension Span where Element == UInt8 {
    var hash32: UInt32 {
        var hasher = Hasher()
        // SAFETY: the bytes exist while they are read.
        unsafe withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        return UInt32(truncatingIfNeeded: hasher.finalize())
    }

    func equals(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        // SAFETY: both are `count` bytes long, and exist while they are compared.
        return unsafe withUnsafeBytes { mine in
            unsafe other.withUnsafeBytes { theirs in
                guard let first = mine.baseAddress, let second = theirs.baseAddress else { return true }
                return unsafe memcmp(first, second, count) == 0
            }
        }
    }

    /// NEXT_HOP where MP_REACH_NLRI, which would stand first, isn't there; nil otherwise.
    fileprivate var plainNextHop: UInt32? {
        guard count > 1, self[1] != AttributeCode.mpReach.rawValue else { return nil }
        return withAttribute(.nextHop) { $0.count == 4 ? $0.word(at: 0) : nil } ?? nil
    }

    /// Of NEXT_HOP, or of MP_REACH_NLRI without prefixes, which counts more.
    var nextHops: [Address] {
        if let hops = withAttribute(.mpReach, { $0.reachHops }) { return hops }
        return withAttribute(.nextHop) { Address(bytes: $0.array) }.flatMap { $0 }.map { [$0] } ?? []
    }

    /// Of the value of an MP_REACH_NLRI (RFC 4760 §3): after AFI, SAFI and their length. The global address comes first. Some
    /// write `::` before a link-local address that is all they have (RFC 2545 §3 has no words for that).
    private var reachHops: [Address] {
        guard count >= 4, count >= 4 + Int(self[3]) else { return [] }
        let length = Int(self[3])
        let width = length == 4 ? 4 : 16
        let all = stride(from: 4, to: 4 + length, by: width).compactMap { start in
            start + width <= 4 + length ? Address(bytes: extracting(start..<start + width).array) : nil
        }
        guard all.count > 1 else { return all }
        return [all.first { !$0.isUnspecified && !$0.isLinkLocal }, all.first { $0.isLinkLocal }].compactMap(\.self)
    }
}
