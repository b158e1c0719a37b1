internal import BGP
package import Net

/// The routes of a speaker (RFC 4271 §3.2): what each neighbor sent (Adj-RIBs-In), what is used (Loc-RIB), and what each
/// neighbor is told (Adj-RIBs-Out). A value without clock or sockets.
///
///     UPDATE ─▶ receive ─▶ import ─▶ decide ─▶ export, once for each group ─▶ log ─▶ take ─▶ UPDATEs
///
/// Whatever takes longer than a moment is a job that `work` does in slices: flushing a lost neighbor's routes, running a
/// changed policy, deciding anew. Between two slices everything else goes on.
package struct RIB: ~Copyable, Sendable {
    let own: Facts.Identity
    package private(set) var options: DecisionOptions
    var attributes: AttributeStore
    var nets = NetTable()
    var routes = Slots<Route>()
    /// Identifiers of routes (RFC 7911), 0 where a neighbor sends one path a prefix.
    var pathIDs = RareNumbers()
    /// Sets of routes that import edited.
    var edited = RareNumbers()
    var neighbors = Cells<NeighborState>()
    /// Those without members are free for others.
    var groups = Cells<UpdateGroup>()
    var jobs: [Job] = []
    /// Where the sweeping of routes goes on, and deciding anew.
    var broom = Circle()
    var deciding = Circle()
    var election = Election()
    var packer = Packer()
    var editor = EditWriter()
    var scratch: [UInt8] = []
    /// Prefixes of the UPDATE that is being read.
    var sought: [Sought] = []
    /// Codecs that sessions have or had; their number is that of their bit.
    var codecs: [Codec] = []
    /// Changes of the Loc-RIB for whoever installs routes; nil: nobody does.
    var installer: Installer?
    private var notices: [Notice] = []

    package init(asn: ASN, id: RouterID, options: DecisionOptions = DecisionOptions()) {
        own = Facts.Identity(asn: asn, id: id)
        self.options = options
        attributes = AttributeStore(own)
        var local = Neighbor(asn: asn, address: Address(v4: id.rawValue))
        local.importing = .acceptAll
        _ = add(local)
    }

    package var asn: ASN { own.asn }

    // MARK: Neighbors

    /// As many as there are numbers, without ourselves.
    package static let mostNeighbors = Int(UInt16.max) - 1

    /// How many more neighbors there may be: numbers aren't given twice.
    package var neighborsLeft: Int { Self.mostNeighbors + 1 - neighbors.count }

    /// A new neighbor, without a session yet.
    package mutating func add(_ neighbor: Neighbor) -> NeighborID {
        let tables = PerFamily(ipv4: AdjRIBIn(), ipv6: AdjRIBIn())
        neighbors.append(NeighborState(neighbor, isInternal: neighbor.asn == own.asn, tables))
        neighbors[neighbors.count - 1].account = attributes.accounts.open()
        return NeighborID(rawValue: UInt16(neighbors.count - 1))
    }

    /// Its session is up: it is told the whole table, and what changes from then on.
    package mutating func up(_ id: NeighborID, _ terms: SessionTerms) {
        if neighbors[id.index].terms != nil { down(id) }
        neighbors[id.index].terms = terms
        for family in Family.allCases { neighbors[id.index].hear(family, terms.families.contains(family)) }
        neighbors[id.index].ownAddresses = terms.families.flatMap { terms.nextHops[$0] ?? [] }
        neighbors[id.index].peerID = terms.peerID.rawValue
        neighbors[id.index].codec = number(of: terms.codec)
        join(id)
    }

    /// Its session is over: all its routes go, in slices, and nothing more is told to it.
    package mutating func down(_ id: NeighborID) {
        leave(id)
        neighbors[id.index].terms = nil
        for family in Family.allCases { flush(id, family) }
        attributes.accounts.close(neighbors[id.index].account)
        neighbors[id.index].account = attributes.accounts.open()
    }

    /// It is no longer configured. Its number isn't given to another.
    package mutating func remove(_ id: NeighborID) {
        down(id)
        neighbors[id.index].isRemoved = true
    }

    private mutating func number(of codec: Codec) -> Int {
        if let number = codecs.firstIndex(of: codec) { return number }
        codecs.append(codec)
        return codecs.count - 1
    }

    package mutating func set(_ options: DecisionOptions) {
        guard options != self.options else { return }
        self.options = options
        decideAgain()
    }

    /// What the shell found out about a next hop: the interior cost of RFC 4271 §9.1.2.2 (e), or nil when it is out of reach.
    /// It stays so, whether routes lead there or not, until something else is said: of a next hop that is gone, 0.
    package mutating func setCost(of nextHop: Address, _ cost: UInt32?) {
        if attributes.hops.setCost(of: nextHop, cost) { decideAgain() }
    }

    // MARK: Notices

    mutating func notify(_ notice: Notice) { notices.append(notice) }

    package var hasNotices: Bool { !notices.isEmpty }

    /// What there is to say since the last call.
    package mutating func takeNotices() -> [Notice] {
        defer { notices = [] }
        return notices
    }
}
