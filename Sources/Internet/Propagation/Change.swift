public import Net

/// One difference between two plans.
public enum Change: Hashable, Sendable {
    /// A site announces nothing any more, or again all that it announced.
    case withdraw(site: Int)
    case announce(site: Int)
    /// One announcement, by its number.
    case withdrawOrigination(Int)
    case announceOrigination(Int)
    case prepend(origination: Int, Int)
    case actions(origination: Int, [ExportAction])
    /// One more announcement; its number is the count of those before. Where an AS hears several sites itself it loses ties
    /// to those that no AS comes between, by AS number or router ID.
    case add(Origination)
    /// An AS of the graph goes down, or comes back.
    case fail(ASN)
    case restore(ASN)
}

extension Propagation {
    /// Makes the plan that differs by `changes`, by looking only at ASes that hear something else than before, as long as
    /// those are few enough for that to take less than a fresh plan. On an error nothing has changed.
    ///
    /// - Returns: how many ASes have another route; ``changed`` names them.
    @discardableResult
    public mutating func change(_ changes: [Change]) throws(PropagationError) -> Int {
        journal.forget()
        (journal.seeds, journal.rules) = (seeds, rules)
        let (chains, seeded) = (firstSeed, isSeeded)
        do throws(PropagationError) {
            for change in changes { try apply(change) }
        } catch {
            if let rules = journal.rules { (seeds, self.rules) = (journal.seeds, rules) }
            (firstSeed, isSeeded) = (chains, seeded)
            journal.forget()
            throw error
        }
        equals.isCurrent = false
        settle()
        if !(changeUp() && changeAcross() && changeDown()) { beginAgain() }
        return journal.touched.count { isChanged(Int($0)) }
    }

    /// Takes back the last ``change(_:)``. Once: there is no change before the last.
    public mutating func undo() {
        guard let rules = journal.rules else { return }
        for number in journal.seeds.count..<seeds.count { unchain(number) }
        (seeds, self.rules) = (journal.seeds, rules)
        for position in journal.touched.map({ Int($0) }) {
            routes[position] = journal.before(position, now: routes[position])
            settle(position)
        }
        equals.isCurrent = false
        journal.forget()
    }

    /// The positions of ASes whose route isn't what it was before the last change.
    public var changed: [Int] {
        journal.touched.lazy.map { Int($0) }.filter { isChanged($0) }
    }

    private func isChanged(_ position: Int) -> Bool {
        routes[position] != journal.before(position, now: routes[position])
    }

    /// Where an AS landed before the last change.
    public func siteBefore(at position: Int) -> Int? {
        let number = RouteWord.seed(journal.before(position, now: routes[position]))
        let seeds = journal.rules == nil ? seeds : journal.seeds
        return number < seeds.count ? Int(seeds[number].site) : nil
    }

    // MARK: What the sites do

    private mutating func apply(_ change: Change) throws(PropagationError) {
        switch change {
        case .withdraw(let site): set(seeds.indices.filter { seeds[$0].site == site }, announced: false)
        case .announce(let site): set(seeds.indices.filter { seeds[$0].site == site }, announced: true)
        case .withdrawOrigination(let number): set([try known(number)], announced: false)
        case .announceOrigination(let number): set([try known(number)], announced: true)
        case .prepend(let number, let count): try seeds[try known(number)].prepend(count)
        case .actions(let number, let actions):
            var effects: [ExportEffect] = []
            for action in actions { effects.append(try ExportEffect(action, graph)) }
            seeds[try known(number)].effects = effects
        case .add(let origination): try add(origination)
        case .fail(let asn): rules.failed.insert(try graph.known(asn))
        case .restore(let asn): rules.failed.remove(try graph.known(asn))
        }
    }

    /// The seed of an origination.
    private func known(_ origination: Int) throws(PropagationError) -> Int {
        guard let number = seeds.firstIndex(where: { $0.origination == origination }) else {
            throw .noSuchOrigination(origination)
        }
        return number
    }

    private mutating func set(_ numbers: [Int], announced: Bool) {
        for number in numbers { seeds[number].isAnnounced = announced }
    }

    private mutating func add(_ origination: Origination) throws(PropagationError) {
        guard seeds.count < Seed.limit else { throw .tooManyOriginations(seeds.count + 1) }
        seeds.append(try Seed(origination, seeds.count, number: seeds.count, graph, tie))
        chain(seeds.count - 1)
    }

    private mutating func unchain(_ number: Int) {
        let (position, next) = (seeds[number].position, seeds[number].next)
        firstSeed[position] = Int(next) == number ? nil : next
        if Int(next) == number { isSeeded.remove(Int(position)) }
    }

    // MARK: Where it begins

    /// Notes the ASes that hear other sites than before, or tell something else of what they hear.
    private mutating func settle() {
        var rulesChanged = rules.failed != journal.rules?.failed
        for number in seeds.indices {
            let before = number < journal.seeds.count ? journal.seeds[number] : nil
            guard seeds[number].differs(from: before) else { continue }
            journal.lost.insert(Int(seeds[number].position))
            for effect in seeds[number].effects + (before?.effects ?? []) { tellAnew(Int(effect.at)) }
            // Whether an origin hears routes of its own depends on who announces.
            if let origin = graph.position(of: seeds[number].origin) {
                journal.lost.insert(origin)
                rulesChanged = true
            }
            rulesChanged = rulesChanged || before?.effects != seeds[number].effects || !seeds[number].effects.isEmpty
        }
        if rulesChanged { settleChangedRules() }
    }

    private mutating func settleChangedRules() {
        guard let before = journal.rules else { return }
        rules.effects = seeds.map(\.effects)
        settleRules()
        for block in rules.special.blocks.indices {
            let special = rules.special.blocks[block] ^ before.special.blocks[block]
            let silent = rules.silent.blocks[block] ^ before.silent.blocks[block]
            let failed = rules.failed.blocks[block] ^ before.failed.blocks[block]
            var differing = special | silent | failed
            while differing != 0 {
                tellAnew(block * 64 + differing.trailingZeroBitCount)
                differing &= differing - 1
            }
        }
    }

    /// Touched even if its route stays: what customers hear doesn't.
    private mutating func tellAnew(_ position: Int) {
        journal.touch(position, routes[position])
        journal.lost.insert(position)
        journal.news.insert(position)
        journal.anew.insert(position)
    }
}

extension Seed {
    fileprivate func differs(from other: Seed?) -> Bool {
        guard let other else { return true }
        return word != other.word || isAnnounced != other.isAnnounced || effects != other.effects
    }
}
