import Net

/// An origination where it enters the graph.
struct Seed: Sendable {
    /// Who hears it first: a neighbor of the site, or the AS that it stands in.
    var position: UInt32
    var site: UInt16
    var origin: ASN
    /// Which origination it is. Seeds stand in another order: the one in which sites win ties against each other.
    var origination: Int
    /// The route as it is there.
    var word: UInt64
    var isAnnounced = true
    var effects: [ExportEffect]
    /// Another seed at the same position; itself: none.
    var next: UInt16

    /// The last number is the one of nobody.
    static let limit = 0xffff

    init(
        _ origination: Origination, _ index: Int, number: Int, _ graph: ASGraph, _ tie: TieOrder
    ) throws(PropagationError) {
        guard 0..<Origination.siteLimit ~= origination.site else { throw .siteOutOfRange(origination.site) }
        (site, origin, self.origination) = (UInt16(origination.site), origination.origin, index)
        let length: Int
        let place: UInt64
        switch origination.recipient {
        case .everyone:
            position = UInt32(try graph.known(origination.origin))
            (place, length) = (RouteWord.own, 0)
        case .neighbor(let asn, let relation):
            position = UInt32(try graph.known(asn))
            place = RouteWord.classOf(relation.reverse) | tie.tie(of: origination, at: Int(position), graph)
            length = 1
        }
        word = place | UInt64(length) << RouteWord.lengthShift | UInt64(number)
        next = UInt16(number)
        effects = []
        for action in origination.actions { effects.append(try ExportEffect(action, graph)) }
        try prepend(origination.prepend)
    }

    /// So many times more than once.
    mutating func prepend(_ count: Int) throws(PropagationError) {
        guard 0...Origination.prependLimit ~= count else { throw .prependOutOfRange(count) }
        let least: UInt64 = word < RouteWord.customer ? 0 : 1
        word = word & ~RouteWord.lengthMask | (least + UInt64(count)) << RouteWord.lengthShift
    }
}

/// An ``ExportAction`` by positions.
struct ExportEffect: Hashable, Sendable {
    var at: UInt32
    var target: Target
    /// Nil: it isn't told at all.
    var prepend: Int?

    enum Target: Hashable, Sendable {
        case everyone
        case all(Relation)
        case neighbor(UInt32)
    }

    init(_ action: ExportAction, _ graph: ASGraph) throws(PropagationError) {
        at = UInt32(try graph.known(action.at))
        switch action.target {
        case .everyone: target = .everyone
        case .all(let relation): target = .all(relation)
        case .neighbor(let asn): target = .neighbor(UInt32(try graph.known(asn)))
        }
        guard case .prepend(let count) = action.effect else { return }
        guard 0...Origination.prependLimit ~= count else { throw .prependOutOfRange(count) }
        prepend = count
    }

    func concerns(_ neighbor: Int, _ relation: Relation) -> Bool {
        switch target {
        case .everyone: true
        case .all(let wanted): wanted == relation
        case .neighbor(let wanted): wanted == UInt32(neighbor)
        }
    }
}

extension ASGraph {
    func known(_ asn: ASN) throws(PropagationError) -> Int {
        guard let position = position(of: asn) else { throw .unknown(asn) }
        return position
    }
}

/// The ASes that don't tell everybody the same.
struct ExportRules: Sendable {
    /// All that need a second look: the silent, and those of which a community of an announced seed asks something.
    var special: Bits
    /// Origins that announce through other ASes only: a route of their own comes back to them, and they drop it (RFC 4271
    /// §9.1.2). And ASes that failed. Both hear nothing and tell nothing.
    var silent: Bits
    var failed: Bits
    /// By seed.
    var effects: [[ExportEffect]] = []

    init(count: Int) {
        (special, silent, failed) = (Bits(count: count), Bits(count: count), Bits(count: count))
    }

    /// What a neighbor that is `relation` to the teller hears instead of `told`.
    func told(_ told: UInt64, by teller: Int, to neighbor: Int, _ relation: Relation) -> UInt64 {
        guard told != RouteWord.none, !silent.contains(teller) else { return RouteWord.none }
        var longest = 0
        for effect in effects[RouteWord.seed(told)] where effect.at == UInt32(teller) {
            guard effect.concerns(neighbor, relation) else { continue }
            guard let prepend = effect.prepend else { return RouteWord.none }
            longest = max(longest, prepend)
        }
        return RouteWord.prepended(told, longest)
    }
}
