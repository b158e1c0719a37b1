import BGP
import Net
import RIB
import YAML

/// Rules of a policy as the file has them.
private struct RuleDraft: Sendable {
    var name: String?
    var when: [Policy.Condition]
    var changes: [Policy.Change]
    var verdict: Policy.Verdict

    func rule(_ index: Int) -> Policy.Rule {
        Policy.Rule(name ?? "rule \(index + 1)", when: when, then: changes, verdict)
    }
}

extension Kind where Value == Policy {
    static var policy: Kind {
        let rules = list(of: record("{when: {…}, set: {…}, then: …}") { RuleDraft(keys: &$0) })
        return Kind(rules.accepts, describe: rules.describe) { node, label, reading in
            rules.read(node, label, &reading).map { drafts in
                Policy(label, drafts.enumerated().map { $1.rule($0) })
            }
        }
    }
}

extension RuleDraft {
    init?(keys: inout Keys) {
        name = keys.optional("name", .text("a name", most: 64))
        let conditions = keys.optional("when", .conditions)
        let changes = keys.optional("set", record("{local-pref: …, prepend: …, …}") { PolicyChanges(keys: &$0) })
        let verdict = keys.required("then", .choice(VerdictWord.self))
        if verdict == .reject, keys.has("set") {
            keys.refuse("set", "means nothing for routes that are rejected; leave it out")
        }
        guard let verdict, conditions != nil || !keys.has("when") else { return nil }
        (when, self.changes, self.verdict) = (conditions ?? [], changes?.all ?? [], verdict.value)
    }
}

private enum VerdictWord: String, CaseIterable {
    case accept, reject, next

    var value: Policy.Verdict {
        switch self {
        case .accept: .accept
        case .reject: .reject
        case .next: .next
        }
    }
}

// MARK: Conditions

extension Kind where Value == [Policy.Condition] {
    /// All of them. Those inside of `not` and `any` are the same ones, and go no further down.
    fileprivate static var conditions: Kind {
        let accepts = "{prefixes: […], communities: […], …}"
        let read = record(accepts) { keys -> [Policy.Condition]? in Policy.Condition.read(&keys) }.read
        let simple = Kind(accepts, read: read)
        return record(accepts) { keys in
            var conditions = Policy.Condition.read(&keys)
            if let all = keys.optional("not", simple) { conditions.append(.not(.all(all))) }
            if let some = keys.optional("any", list(of: simple)) { conditions.append(.any(some.map { .all($0) })) }
            return conditions
        }
    }
}

extension Policy.Condition {
    fileprivate static func read(_ keys: inout Keys) -> [Self] {
        let all: [Self?] = [
            keys.optional("family", .choice(FamilyWord.self)).map { .family($0.value) },
            keys.optional("prefixes", list(of: .prefixRange)).map { .prefixes(PrefixSet($0)) },
            keys.optional("from", oneOrList(of: .choice(SourceWord.self))).map { .from(Set($0.map(\.value))) },
            keys.optional("neighbors", oneOrList(of: .asn)).map { .neighbor(Set($0)) },
            keys.optional("communities", oneOrList(of: .communityPattern)).map { some($0.map { .community($0) }) },
            keys.optional("large-communities", oneOrList(of: .largeCommunityPattern)).map {
                some($0.map { .largeCommunity($0) })
            },
            keys.optional("originated-by", oneOrList(of: .asn)).map { .originated(by: Set($0)) },
            keys.optional("passed", oneOrList(of: .asn)).map { .passed(Set($0)) },
            keys.optional("path-length", .span(0...1000)).map { .pathLength($0) },
        ]
        return all.compactMap(\.self)
    }

    private static func some(_ conditions: [Self]) -> Self {
        if let only = conditions.first, conditions.count == 1 { return only }
        return .any(conditions)
    }

    /// Each of them: not one that doesn't hold.
    fileprivate static func all(_ conditions: [Self]) -> Self {
        if let only = conditions.first, conditions.count == 1 { return only }
        return .not(.any(conditions.map { .not($0) }))
    }
}

/// Where a route came from.
private enum SourceWord: String, CaseIterable {
    case local, `internal`, customer, peer, provider
    case routeServer = "route-server"
    case routeServerClient = "route-server-client"
    /// A neighbor of another AS of which nobody said what it is.
    case unknown

    var value: Source {
        switch self {
        case .local: .local
        case .internal: .own
        case .customer: .other(.customer)
        case .peer: .other(.peer)
        case .provider: .other(.provider)
        case .routeServer: .other(.routeServer)
        case .routeServerClient: .other(.routeServerClient)
        case .unknown: .other(nil)
        }
    }
}

// MARK: Changes

/// In the order in which they are made: what goes comes before what is added.
private struct PolicyChanges: Sendable {
    var all: [Policy.Change] = []

    init(keys: inout Keys) {
        if let value = keys.optional("local-pref", .number(0...UInt32.max)) { all.append(.localPref(value)) }
        if let value = keys.optional("med", .med) { all.append(.med(value)) }
        if let count = keys.optional("prepend", .number(1...200)) { all.append(.prepend(count)) }
        switch keys.optional("remove-communities", allOrList(of: .communityPattern)) {
        case .all: all.append(.removeCommunities)
        case .these(let patterns): all += patterns.map { .remove($0) }
        case nil: break
        }
        switch keys.optional("remove-large-communities", allOrList(of: .largeCommunityPattern)) {
        case .all: all.append(.removeLargeCommunities)
        case .these(let patterns): all += patterns.map { .removeLarge($0) }
        case nil: break
        }
        all += (keys.optional("add-communities", oneOrList(of: .community)) ?? []).map { .add($0) }
        all += (keys.optional("add-large-communities", oneOrList(of: .largeCommunity)) ?? []).map { .addLarge($0) }
    }
}

private enum Removal<Pattern: Sendable>: Sendable {
    case all
    case these([Pattern])
}

private func allOrList<Pattern: Sendable>(of pattern: Kind<Pattern>) -> Kind<Removal<Pattern>> {
    let list = oneOrList(of: pattern)
    return Kind("all, or \(list.accepts)") { node, label, reading in
        if case .scalar("all", _) = node.content { return .all }
        return list.read(node, label, &reading).map { .these($0) }
    }
}

extension Kind where Value == UInt32? {
    fileprivate static var med: Kind {
        scalar("a whole number from 0 to \(UInt32.max), or none") { text -> UInt32?? in
            text == "none" ? .some(nil) : plainNumber(text).flatMap { UInt32(exactly: $0) }.map { .some($0) }
        }
    }
}
