package import BGP
package import Net

/// A route in the race for the best, by what each step of the decision compares.
package struct Contender: Hashable, Sendable {
    package var neighbor: NeighborID
    package var pathID: UInt32
    package var localPref: UInt32
    package var pathLength: Int
    package var origin: Origin
    /// With what the options say about a missing one.
    package var med: UInt32
    /// Whose MEDs are compared with each other; 0: our own route.
    package var neighborAS: ASN
    package var isExternal: Bool
    package var cost: UInt32
    package var routerID: RouterID
    package var clusters: Int
    package var address: Address
    /// The step that put it out; nil: it is the best.
    package var lost: DecisionStep?
    /// Whether it is used beside others.
    package var shares: Bool
}

extension RIB {
    /// How the best route to a prefix was found: all that took part, in no order.
    package mutating func contenders(for prefix: Prefix) -> [Contender] {
        let net = nets.find(prefix)
        guard net.exists else { return [] }
        hold(net)
        return election.candidates.map { contender($0) }
    }

    private func contender(_ candidate: Candidate) -> Contender {
        let route = routes[candidate.route]
        let facts = attributes.facts(candidate.attributes)
        return Contender(
            neighbor: NeighborID(rawValue: route.neighbor), pathID: pathIDs[candidate.route],
            localPref: facts.localPref,
            pathLength: facts.pathLength, origin: facts.origin, med: candidate.med,
            neighborAS: ASN(candidate.neighborAS), isExternal: candidate.isExternal, cost: candidate.cost,
            routerID: RouterID(rawValue: candidate.routerID), clusters: Int(candidate.clusters),
            address: candidate.address, lost: candidate.lost, shares: route.flags.contains(.shares))
    }

    /// Where packets to a prefix are to go; nil: nobody has a route that can be used.
    package func use(of prefix: Prefix) -> Installation? {
        let net = nets.find(prefix)
        guard net.exists, best(of: net) != nil else { return nil }
        return installation(net)
    }

    /// Neighbors that are told the same of everything, each group with the one who stands for it, and those without a
    /// session.
    package var audiences: (groups: [[NeighborID]], absent: [NeighborID]) {
        let told = groups.indices.filter { !groups[$0].isVacant }.flatMap { members(ofGroup: $0) }
        let absent = neighbors.indices.dropFirst().filter {
            neighbors[$0].output.group == nil && !neighbors[$0].isRemoved
        }
        return (told, absent.map { NeighborID(rawValue: UInt16($0)) })
    }

    /// Members who reach us by the same addresses.
    private func members(ofGroup index: Int) -> [[NeighborID]] {
        var parts: [[Family: [Address]]: [NeighborID]] = [:]
        for id in groups[index].members { parts[neighbors[id.index].terms?.nextHops ?? [:], default: []].append(id) }
        return parts.values.sorted { $0[0] < $1[0] }
    }
}

/// A neighbor's routes and limits in numbers.
package struct NeighborView: Hashable, Sendable {
    package struct Table: Hashable, Sendable {
        package var family: Family
        /// Routes that it has sent.
        package var received = 0
        /// Of those, what import let through.
        package var accepted = 0
        /// Of those, what is used.
        package var best = 0
        /// Prefixes that its update group is told; where it shares that with others, those that came from itself, too.
        package var told = 0
        /// More routes than its limit: what comes is refused.
        package var isFull = false
    }

    package var neighbor: RIB.Neighbor
    package var tables: [Table]
    package var traffic: Traffic
    /// Of attribute sets that were first seen from it.
    package var attributeBytes: Int
    /// That were first seen from it.
    package var nextHops: Int
    /// What it is told is more than its limit, so it is told nothing more.
    package var isStopped: Bool
    /// Changes that it hasn't been told yet, at most; nil: it is being told the whole table.
    package var waiting: Int?
    /// How many neighbors share what it is told, itself included.
    package var groupMembers: Int
}

extension RIB {
    package func view(of id: NeighborID) -> NeighborView {
        let group = neighbors[id.index].output.group
        let tables = Family.allCases.map { family in
            NeighborView.Table(
                family: family, received: neighbors[id.index].tables[family].count,
                accepted: neighbors[id.index].tables[family].accepted, best: neighbors[id.index].tables[family].best,
                told: group.map { groups[$0].counts[family] } ?? 0, isFull: neighbors[id.index].tables[family].isFull)
        }
        let (output, account) = (neighbors[id.index].output, attributes.accounts[neighbors[id.index].account])
        return NeighborView(
            neighbor: neighbors[id.index].neighbor, tables: tables, traffic: neighbors[id.index].traffic,
            attributeBytes: account.bytes, nextHops: account.nextHops, isStopped: output.isStopped,
            waiting: output.walk == nil ? group.map { unread(output.cursor, ofGroup: $0) } ?? 0 : nil,
            groupMembers: group.map { groups[$0].members.count } ?? 0)
    }

    private func unread(_ cursor: UInt64, ofGroup index: Int) -> Int {
        let (start, end) = (groups[index].log.start, groups[index].log.end)
        return end > cursor ? Int(end - max(cursor, start)) : 0
    }
}
