internal import BGP
package import Control
internal import Net
package import RIB

// MARK: `landfall routes`

extension Seeing {
    /// A page of routes, each with its reason.
    package func routes(_ question: RoutesQuestion, _ rib: inout RIB) throws(SeeingRefusal) -> RoutesAnswer {
        let neighbor = try question.neighbor.map { name throws(SeeingRefusal) in try peer(named: name) }
        let table = table(question.table, neighbor?.id ?? .local)
        let conditions = question.conditions
        var answer = RoutesAnswer()
        (answer.table, answer.neighbor, answer.time) = (question.table.rawValue, question.neighbor, moment.text)
        let page = page(question, table, conditions, &rib)
        answer.next = page.next.map { "\($0)" }
        guard !question.counts else {
            answer.count = page.routes
            return answer
        }
        var telling = RouteTelling(self, question, table, neighbor)
        for prefix in page.prefixes {
            for view in rib.paths(to: prefix, in: table, matching: conditions) {
                answer.routes.append(telling.answer(view, &rib))
            }
        }
        return answer
    }

    private func table(_ table: RoutesQuestion.Table, _ id: NeighborID) -> RIB.Table {
        switch table {
        case .best: .best
        case .all: .all
        case .received: .received(id)
        case .filtered: .filtered(id)
        case .sent: .told(id)
        case .withheld: .withheld(id)
        }
    }

    private func page(
        _ question: RoutesQuestion, _ table: RIB.Table, _ conditions: [Policy.Condition], _ rib: inout RIB
    ) -> RIB.Page {
        let limit = question.counts ? Int.max : question.limit
        switch question.scope {
        case .exactly(let prefix): return single([prefix], table, conditions, &rib)
        case .longest(let address):
            return single(rib.covering(Prefix(host: address)).reversed(), table, conditions, &rib)
        case .within(let prefix):
            return rib.page(
                table, within: prefix, after: question.after, matching: conditions, limit: limit, effort: Self.effort)
        case .everything:
            let family = question.after?.family ?? .ipv4
            var page = rib.page(
                table, within: .everything(family), after: question.after, matching: conditions, limit: limit,
                effort: Self.effort)
            guard page.next == nil, family == .ipv4 else { return page }
            let rest = rib.page(
                table, within: .everything(.ipv6), matching: conditions, limit: limit - page.routes,
                effort: Self.effort)
            page.prefixes += rest.prefixes
            (page.routes, page.next) = (page.routes + rest.routes, rest.next)
            return page
        }
    }

    /// The first of these that has such routes.
    private func single(
        _ prefixes: [Prefix], _ table: RIB.Table, _ conditions: [Policy.Condition], _ rib: inout RIB
    ) -> RIB.Page {
        for prefix in prefixes {
            let count = rib.paths(to: prefix, in: table, matching: conditions).count
            if count > 0 {
                var page = RIB.Page()
                (page.prefixes, page.routes) = ([prefix], count)
                return page
            }
        }
        return RIB.Page()
    }
}

extension Prefix {
    static func everything(_ family: Family) -> Prefix {
        Prefix(Address(family: family, bits: 0), length: 0) ?? Prefix(host: Address(family: family, bits: 0))
    }
}

extension RoutesQuestion {
    fileprivate var conditions: [Policy.Condition] {
        let asns: [Policy.Condition?] = [asn.map { .passed([$0]) }, origin.map { .originated(by: [$0]) }]
        return asns.compactMap(\.self) + (community.map { [$0.condition] } ?? [])
    }
}

extension CommunityChoice {
    fileprivate var condition: Policy.Condition {
        switch self {
        case .standard(let community): .community(CommunityPattern(community))
        case .anyOf(let high): .community(CommunityPattern(any: high))
        case .large(let tag): .largeCommunity(LargeCommunityPattern(tag.global, tag.local1, tag.local2))
        case .anyLarge(let global, let local): .largeCommunity(LargeCommunityPattern(global, local))
        }
    }
}

/// Turns routes into answers. Routes of one page often share attributes and moments, each of which is put into words once.
struct RouteTelling {
    private let seeing: Seeing
    private let table: RIB.Table
    private let neighbor: Seeing.Peer?
    private let isAsReceived: Bool
    private var attributes: [Words: RouteAttributes] = [:]
    private var times: [UInt32: String] = [:]

    /// The same addresses on another link are other ones.
    private struct Words: Hashable {
        var id: AttributesID
        var interface: String?
    }

    init(_ seeing: Seeing, _ question: RoutesQuestion, _ table: RIB.Table, _ neighbor: Seeing.Peer?) {
        (self.seeing, self.table, self.neighbor) = (seeing, table, neighbor)
        isAsReceived = question.table == .received || question.table == .filtered
    }

    /// As `explain` tells it.
    init(_ seeing: Seeing) { (self.seeing, table, neighbor, isAsReceived) = (seeing, .all, nil, false) }

    mutating func answer(_ view: RouteView, _ rib: inout RIB) -> RouteAnswer {
        var answer = RouteAnswer()
        answer.prefix = "\(view.prefix)"
        (answer.neighbor, answer.asn) = (seeing.name(view.neighbor), seeing.peer(view.neighbor)?.asn.rawValue)
        answer.pathID = view.pathID == 0 ? nil : view.pathID
        answer.since = time(view.since)
        if let neighbor, table == .told(neighbor.id) || table == .withheld(neighbor.id) {
            tell(&answer, rib.told(view.prefix, to: neighbor.id), view, rib)
        } else {
            answer.explain(view.standing, view.neighbor, seeing)
            answer.attributes = words(
                isAsReceived ? view.received : view.accepted ?? view.received, view.neighbor, rib)
        }
        return answer
    }

    /// The table is what was decided to be told; what a policy that has changed since makes of it is on its way.
    private mutating func tell(_ answer: inout RouteAnswer, _ told: RIB.Told, _ view: RouteView, _ rib: borrowing RIB) {
        let isSent = if case .told = table { true } else { false }
        answer.state = isSent ? .sent : .withheld
        switch told {
        case .told(let attributes, let nextHops):
            answer.attributes = RouteAttributes(attributes, nextHops.map { neighbor?.text($0) ?? "\($0)" })
            answer.reason = isSent ? "the best, and told" : "about to be told"
            return
        case .silent(let silence):
            answer.explain(silence)
            if case .tooLong = silence {
                answer.state = .withheld
            } else if isSent {
                answer.reason = "about to be withdrawn: \(answer.reason)"
            }
        case .nothing: (answer.check, answer.reason) = ("no-session", "there is no session")
        }
        answer.attributes = words(view.accepted ?? view.received, view.neighbor, rib)
    }

    /// As they came from this neighbor.
    mutating func words(_ id: AttributesID, _ source: NeighborID, _ rib: borrowing RIB) -> RouteAttributes {
        let key = Words(id: id, interface: seeing.peer(source)?.interface)
        if let known = attributes[key] { return known }
        let (decoded, nextHops) = rib.attributes(id)
        let words = RouteAttributes(decoded, nextHops.map { seeing.text($0, source) })
        attributes[key] = words
        return words
    }

    private mutating func time(_ seconds: UInt32) -> String {
        if let known = times[seconds] { return known }
        let text = seeing.moment.text(Instant.zero + .seconds(Int(seconds)))
        times[seconds] = text
        return text
    }
}
