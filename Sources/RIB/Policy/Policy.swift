internal import BGP
package import Net

/// Which routes are let through, and how they are changed on the way: a value that is run. Rules are read in order; the
/// first one that accepts or rejects ends it.
package struct Policy: Hashable, Sendable {
    package enum Verdict: Hashable, Sendable {
        case accept
        case reject
        /// The changes count, and the next rule is read.
        case next
    }

    package struct Rule: Hashable, Sendable {
        /// As operators see it in `landfall explain`.
        package var name: String
        /// All of them; none: any route.
        package var when: [Condition]
        package var then: [Change]
        package var verdict: Verdict
        let edit: Edit?

        package init(_ name: String, when: [Condition] = [], then: [Change] = [], _ verdict: Verdict) {
            (self.name, self.when, self.then, self.verdict) = (name, when, then, verdict)
            edit = then.isEmpty ? nil : Edit(then)
        }
    }

    package let name: String
    package let rules: [Rule]
    /// For routes that no rule decides.
    package let otherwise: Verdict
    /// Whether two prefixes with the same attributes can fare differently.
    let readsPrefix: Bool

    package init(_ name: String, _ rules: [Rule] = [], otherwise: Verdict = .reject) {
        (self.name, self.rules, self.otherwise) = (name, rules, otherwise)
        readsPrefix = rules.contains { $0.when.contains(where: \.readsPrefix) }
    }

    package static let acceptAll = Self("all", otherwise: .accept)
}

extension Policy {
    /// What became of a route.
    struct Outcome: Hashable, Sendable {
        var accepts: Bool
        /// Which rule decided; nil: none did.
        var rule: Int?
        /// What to change; nil: nothing.
        var edit: Edit?
    }

    /// A route as a policy sees it: as it came, whatever earlier rules change.
    struct Subject {
        var prefix: Prefix
        var source: Source
        /// The neighbor that it came from; 0 for our own.
        var neighbor: ASN
        var facts: Facts
    }

    func run(_ subject: Subject, _ attributes: Span<UInt8>) -> Outcome {
        var edit: Edit?
        for index in rules.indices where rules[index].applies(to: subject, attributes) {
            if let change = rules[index].edit { if edit == nil { edit = change } else { edit?.append(change) } }
            guard rules[index].verdict == .next else {
                let accepts = rules[index].verdict == .accept
                return Outcome(accepts: accepts, rule: index, edit: accepts ? edit : nil)
            }
        }
        return Outcome(accepts: otherwise == .accept, edit: otherwise == .accept ? edit : nil)
    }
}

extension Policy.Rule {
    @inline(__always)
    func applies(to subject: Policy.Subject, _ attributes: Span<UInt8>) -> Bool {
        for condition in when where !condition.holds(for: subject, attributes) { return false }
        return true
    }
}

// MARK: Changes

extension Policy {
    package enum Change: Hashable, Sendable {
        case localPref(UInt32)
        /// nil removes it.
        case med(UInt32?)
        /// So many times more, at most 200 (``AdjRIBOut/longestPrepend``): our ASN on the way out, the neighbor's on the
        /// way in. Within our AS it does nothing, since our own ASN in a path would be a loop there.
        case prepend(Int)
        case add(Community)
        case remove(CommunityPattern)
        case removeCommunities
        case addLarge(LargeCommunity)
        case removeLarge(LargeCommunityPattern)
        case removeLargeCommunities
    }
}

extension Edit {
    init(_ changes: [Policy.Change]) {
        self.init()
        for change in changes { append(Edit(change)) }
    }

    private init(_ change: Policy.Change) {
        self.init()
        switch change {
        case .localPref(let value): localPref = .set(value)
        case .med(let value): med = value.map { .set($0) } ?? .remove
        case .prepend(let count): prepend = min(max(count, 0), AdjRIBOut.longestPrepend)
        case .add(let tag): communities.adds = [tag]
        case .remove(let pattern): communities.removes = [pattern]
        case .removeCommunities: communities.removesAll = true
        case .addLarge(let tag): largeCommunities.adds = [tag]
        case .removeLarge(let pattern): largeCommunities.removes = [pattern]
        case .removeLargeCommunities: largeCommunities.removesAll = true
        }
    }
}
