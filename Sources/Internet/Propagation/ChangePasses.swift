/// The three passes, as a change runs them: in the same order, but only through ASes that hear something else than before.
/// A better route is taken at once; an AS that loses the route that it had looks at everything that it hears again.
///
/// Each says whether it came to its end. It doesn't when it has followed so many links that a fresh plan, which reads them
/// in order, takes less than the rest would.
extension Propagation {
    var isPatient: Bool { journal.followed < mostFollowed }

    mutating func changeUp() -> Bool {
        for block in journal.lost.blocks.indices {
            guard isPatient else { return false }
            var done: UInt64 = 0
            while case let left = (journal.lost.blocks[block] | journal.news.blocks[block]) & ~done, left != 0 {
                let bit = left.trailingZeroBitCount
                done |= 1 << UInt64(bit)
                let position = block * 64 + bit
                if journal.lost.contains(position) { lookBelow(position) }
                if routes[position] < RouteWord.peer {
                    knownToAll.insert(position)
                } else {
                    knownToAll.remove(position)
                }
                if journal.news.contains(position) { tellChange(position, .provider) }
            }
        }
        return true
    }

    mutating func changeAcross() -> Bool {
        for block in journal.news.blocks.indices {
            guard isPatient else { return false }
            // Whoever is added meanwhile has a peer's route, and tells no peer of it.
            var left = journal.news.blocks[block]
            while left != 0 {
                tellChange(block * 64 + left.trailingZeroBitCount, .peer)
                left &= left - 1
            }
        }
        for block in journal.lost.blocks.indices {
            guard isPatient else { return false }
            var left = journal.lost.blocks[block]
            while left != 0 {
                look(block * 64 + left.trailingZeroBitCount, .peer)
                left &= left - 1
            }
        }
        return true
    }

    /// The whole plan afresh, and what it changes.
    mutating func beginAgain() {
        journal.begin(routes)
        equals.isCurrent = false
        spreadAll()
        journal.end(routes)
    }

    /// What follows from a route: whether everybody hears of it, and what customers do.
    mutating func settle(_ position: Int) {
        if routes[position] < RouteWord.peer { knownToAll.insert(position) } else { knownToAll.remove(position) }
        guard position >= graph.firstTransit else { return }
        let told = RouteWord.told(routes[position], tie.order[position]) | RouteWord.provider
        heardBelow[position - graph.firstTransit] = rules.special.contains(position) ? RouteWord.none : told
    }

    // MARK: Looking again

    /// At the AS's own routes and at its customers'.
    private mutating func lookBelow(_ position: Int) {
        guard !rules.silent.contains(position) else {
            journal.lost.remove(position)
            return take(silentWord(position), at: position)
        }
        let best = min(
            best(at: position, .customer), ownBest(position, below: RouteWord.peer, from: RouteWord.own))
        if best != RouteWord.none {
            journal.lost.remove(position)
            take(best, at: position)
        } else if routes[position] < RouteWord.peer {
            take(RouteWord.none, at: position)
        }
    }

    /// At routes of peers or of providers, unless it has a better one.
    mutating func look(_ position: Int, _ relation: Relation) {
        let least = RouteWord.classOf(relation)
        guard routes[position] >= least else { return journal.lost.remove(position) }
        let limit = relation == .peer ? RouteWord.provider : RouteWord.none
        let best = min(best(at: position, relation), ownBest(position, below: limit, from: least))
        // Of what a provider says only customers hear.
        let tells = relation == .peer || position >= graph.firstTransit
        if best != RouteWord.none {
            journal.lost.remove(position)
            take(best, at: position, tells: tells)
        } else if routes[position] < limit {
            take(RouteWord.none, at: position, tells: tells)
        }
    }

    /// - Parameter tells: whether there is anybody whom the AS still has to tell.
    @inline(__always)
    private mutating func take(_ word: UInt64, at position: Int, tells: Bool = true) {
        guard routes[position] != word else { return }
        journal.touch(position, routes[position])
        if tells { journal.news.insert(position) }
        routes[position] = word
    }

    private mutating func best(at position: Int, _ relation: Relation) -> UInt64 {
        journal.followed += graph[relation].range(position).count
        return switch relation {
        case .customer: best(at: position, graph.customers, .customer)
        case .peer: best(at: position, graph.peers, .peer)
        case .provider: best(at: position, graph.providers, .provider)
        }
    }

    /// Asks a set of bits first, which is small enough to stay near the processor, whom there is anything to hear from.
    @inline(__always)
    private func best(at position: Int, _ links: Adjacency, _ relation: Relation) -> UInt64 {
        let (ends, routes, order) = (links.ends.span, routes.span, tie.order.span)
        let (tellers, special) = (knownToAll.blocks.span, rules.special.blocks.span)
        let part = RouteWord.classOf(relation)
        var best = RouteWord.none
        for link in Int(links.starts[position])..<Int(links.starts[position + 1]) {
            let teller = Int(ends[link])
            let bit = UInt64(teller & 63)
            guard relation == .provider || tellers[teller >> 6] >> bit & 1 != 0 else { continue }
            var told = RouteWord.told(routes[teller], order[teller])
            if special[teller >> 6] >> bit & 1 != 0 {
                told = rules.told(told, by: teller, to: position, relation.reverse)
            }
            best = min(best, told | tie.distance(relation, at: link) | part)
        }
        return best
    }

    /// The best that sites say to the AS itself, among the classes from one to another.
    private func ownBest(_ position: Int, below limit: UInt64, from least: UInt64) -> UInt64 {
        guard isSeeded.contains(position) else { return RouteWord.none }
        return seeds(at: position).map { seeds[$0].word }.filter { $0 >= least && $0 < limit }.min() ?? RouteWord.none
    }

    // MARK: Telling

    /// Tells neighbors of a kind what the AS has now in place of what it had.
    private mutating func tellChange(_ teller: Int, _ relation: Relation) {
        tellChange(teller, relation, graph[relation].range(teller))
    }

    /// The same to those at the ends of some of its links.
    mutating func tellChange(_ teller: Int, _ relation: Relation, _ range: Range<Int>) {
        let (now, before) = (routes[teller], journal.before(teller, now: routes[teller]))
        let isSpecial = rules.special.contains(teller) || journal.anew.contains(teller)
        let (old, new) = (told(before, by: teller, relation), told(now, by: teller, relation))
        guard isSpecial || old != new else { return }
        let links = graph[relation]
        journal.followed += range.count
        for link in range {
            let neighbor = Int(links.ends[link])
            if isSpecial {
                journal.lost.insert(neighbor)
                continue
            }
            let distance = tie.distance(relation, at: link)
            if new | distance < routes[neighbor] {
                take(new | distance, at: neighbor, tells: relation != .customer || neighbor >= graph.firstTransit)
            } else if routes[neighbor] == old | distance, old != RouteWord.none {
                journal.lost.insert(neighbor)
            }
        }
    }

    /// What an AS of the ordinary kind tells its neighbors of a kind about a route.
    private func told(_ word: UInt64, by teller: Int, _ relation: Relation) -> UInt64 {
        guard relation == .customer || RouteWord.isKnownToAll(word) else { return RouteWord.none }
        return RouteWord.told(word, tie.order[teller]) | RouteWord.classOf(relation.reverse)
    }
}
