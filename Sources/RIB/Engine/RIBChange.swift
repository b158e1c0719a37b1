internal import Net

// MARK: A neighbor that is configured in another way

extension RIB {
    /// A neighbor as it is configured.
    package func neighbor(_ id: NeighborID) -> Neighbor { neighbors[id.index].neighbor }

    /// Neighbors become what `changes` says, by the difference: routes go through import again where that has changed, and
    /// the neighbors are told what is different from then on. ASN and address stay: another one is another neighbor.
    package mutating func change(_ changes: [(id: NeighborID, neighbor: Neighbor)]) {
        let changes = changes.filter { neighbors[$0.id.index].neighbor != $0.neighbor }
        for (id, neighbor) in changes {
            precondition(neighbor.asn == neighbors[id.index].neighbor.asn)
            let isHeardAlike = neighbors[id.index].neighbor.isHeardLike(neighbor)
            neighbors[id.index].neighbor = neighbor
            if !isHeardAlike { importAgain(id) }
        }
        regroup(changes.map(\.id))
    }

    /// What is around a neighbor isn't what it was. Addresses come and go that no route has to do with (of containers, or
    /// temporary ones: RFC 8981), and nothing is heard again for those.
    package mutating func setSurroundings(of id: NeighborID, _ surroundings: Surroundings) {
        let old = neighbors[id.index].surroundings
        guard old != surroundings else { return }
        neighbors[id.index].surroundings = surroundings
        forgetMemo(of: id)
        let isElsewhere = old.link.map { Set($0) } != surroundings.link.map { Set($0) }
        guard isElsewhere || old.own.symmetricDifference(surroundings.own).contains(where: { isKnown($0) }) else {
            return
        }
        if Family.allCases.contains(where: { count(from: id, $0) > 0 }) { importAgain(id) }
    }

    /// Whether somebody gives it as next hop, or has a route to that one address.
    private func isKnown(_ address: Address) -> Bool {
        if attributes.hops.isUsed(address) { return true }
        let net = nets.find(Prefix(host: address))
        return net.exists && nets.slots[net].first.exists
    }
}

extension RIB.Neighbor {
    /// Whether routes of both come through import in the same way.
    fileprivate func isHeardLike(_ other: Self) -> Bool {
        var copy = self
        copy.exporting = other.exporting
        copy.limits.prefixes = other.limits.prefixes
        copy.limits.warning = other.limits.warning
        copy.limits.prefixesOut = other.limits.prefixesOut
        copy.limits.attributeBytes = other.limits.attributeBytes
        copy.limits.nextHops = other.limits.nextHops
        copy.limits.pathsPerPrefix = other.limits.pathsPerPrefix
        (copy.keepsNextHop, copy.isTransparent) = (other.keepsNextHop, other.isTransparent)
        return copy == other
    }
}
