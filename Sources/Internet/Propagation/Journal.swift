/// What a change has changed so far, and what is still to be looked at.
struct Journal: Sendable {
    /// Positions whose routes were touched, each once.
    private(set) var touched: [UInt32] = []
    private var isTouched: Bits
    /// What they had before; of others anything.
    private var before: [UInt64]
    /// Who must look at all that it hears again, since the best of it is gone, or may be.
    var lost: Bits
    /// Who has something to tell its neighbors.
    var news: Bits
    /// Who tells something else than before even with the route that it had.
    var anew: Bits
    /// ASes whose customers without customers are still to be told.
    var tellers: [UInt32] = []
    /// How many links were followed.
    var followed = 0
    /// How the sites were before.
    var seeds: [Seed] = []
    var rules: ExportRules?

    init(count: Int) {
        isTouched = Bits(count: count)
        before = [UInt64](repeating: 0, count: count)
        (lost, news, anew) = (Bits(count: count), Bits(count: count), Bits(count: count))
        touched.reserveCapacity(count)
    }

    /// Notes a route before it changes.
    @inline(__always)
    mutating func touch(_ position: Int, _ route: UInt64) {
        guard isTouched.insert(position) else { return }
        before[position] = route
        touched.append(UInt32(position))
    }

    /// The route before the change, of an AS that has `now`.
    @inline(__always)
    func before(_ position: Int, now: UInt64) -> UInt64 { isTouched.contains(position) ? before[position] : now }

    /// Notes what everybody has, before a fresh plan replaces it.
    mutating func begin(_ routes: [UInt64]) {
        let known = touched.map { before[Int($0)] }
        keep(routes.span)
        for (index, position) in touched.enumerated() { before[Int(position)] = known[index] }
        lost.removeAll()
        news.removeAll()
        anew.removeAll()
        tellers.removeAll(keepingCapacity: true)
    }

    private mutating func keep(_ routes: Span<UInt64>) {
        var before = before.mutableSpan
        for position in routes.indices { before[position] = routes[position] }
    }

    /// Notes who has something else after it.
    mutating func end(_ routes: [UInt64]) {
        for block in isTouched.blocks.indices {
            var new = differing(routes.span, in: block) & ~isTouched.blocks[block]
            isTouched.blocks[block] |= new
            while new != 0 {
                touched.append(UInt32(block * 64 + new.trailingZeroBitCount))
                new &= new - 1
            }
        }
    }

    /// A bit for each of 64 positions.
    private func differing(_ routes: Span<UInt64>, in block: Int) -> UInt64 {
        let before = before.span
        var differing: UInt64 = 0
        for position in block * 64..<min(block * 64 + 64, routes.count) {
            differing |= (routes[position] != before[position] ? 1 : 0) << UInt64(position & 63)
        }
        return differing
    }

    /// What was is no longer wanted.
    mutating func forget() {
        for position in touched { isTouched.remove(Int(position)) }
        touched.removeAll(keepingCapacity: true)
        (seeds, rules, followed) = ([], nil, 0)
    }
}
