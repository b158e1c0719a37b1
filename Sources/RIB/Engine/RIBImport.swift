internal import Net

// MARK: Import

extension RIB {
    /// What becomes of a neighbor's route, before it may take part in the decision.
    enum Judgement {
        case drop(Drop)
        case accept(Edit?)
    }

    /// The set to use instead, held for the caller; none when the route is dropped.
    mutating func accept(_ set: Link<AttributeSet>, _ prefix: Prefix, from id: NeighborID) -> Link<AttributeSet> {
        if id != .local, objection(to: prefix, id) != nil { return .none }
        let memo = neighbors[id.index].importMemo
        if memo.received == set {
            attributes.retain(memo.accepted)
            return memo.accepted
        }
        let accepted = edited(set, judge(set, prefix, from: id), owner: id)
        if !(neighbors[id.index].neighbor.importing?.readsPrefix ?? false) { memorize(set, accepted, id) }
        return accepted
    }

    private mutating func memorize(_ set: Link<AttributeSet>, _ accepted: Link<AttributeSet>, _ id: NeighborID) {
        forgetMemo(of: id)
        attributes.retain(set)
        attributes.retain(accepted)
        neighbors[id.index].importMemo = ImportMemo(received: set, accepted: accepted)
    }

    mutating func forgetMemo(of id: NeighborID) {
        let memo = neighbors[id.index].importMemo
        neighbors[id.index].importMemo = ImportMemo()
        attributes.release(memo.received)
        attributes.release(memo.accepted)
    }

    private mutating func edited(
        _ set: Link<AttributeSet>, _ judgement: Judgement, owner: NeighborID
    ) -> Link<AttributeSet> {
        switch judgement {
        case .drop: return .none
        case .accept(nil):
            attributes.retain(set)
            return set
        case .accept(let edit?):
            let asn = neighbors[owner.index].neighbor.asn
            var bytes: [UInt8] = []
            swap(&bytes, &scratch)
            defer { swap(&bytes, &scratch) }
            bytes.removeAll(keepingCapacity: true)
            attributes.withBytes(set) { EditWriter.apply(edit, asn: asn, to: $0, into: &bytes) }
            guard bytes.count <= AttributeStore.longestSet else { return .none }
            return attributes.intern(bytes.span, account: neighbors[owner.index].account)
        }
    }

    /// Of a set that import changes so.
    func isTooLong(_ set: Link<AttributeSet>, _ edit: Edit, _ id: NeighborID) -> Bool {
        let asn = neighbors[id.index].neighbor.asn
        var bytes: [UInt8] = []
        attributes.withBytes(set) { EditWriter.apply(edit, asn: asn, to: $0, into: &bytes) }
        return bytes.count > AttributeStore.longestSet
    }

    /// All that a route must pass, in this order. The same question gives the same answer, so reasons need not be stored.
    func judge(_ set: Link<AttributeSet>, _ prefix: Prefix, from id: NeighborID) -> Judgement {
        guard id != .local else { return .accept(nil) }
        if let drop = objection(to: prefix, id) { return .drop(drop) }
        let facts = attributes.facts(set)
        if let drop = loop(facts) ?? excess(facts, id) ?? objection(set, facts, id) { return .drop(drop) }
        return runPolicy(set, facts, prefix, id)
    }

    private func objection(to prefix: Prefix, _ id: NeighborID) -> Drop? {
        if prefix.isMartian { return .martian }
        guard prefix.length == prefix.family.width else { return nil }
        return neighbors[id.index].surroundings.own.contains(prefix.address) ? .ownAddress : nil
    }

    private func loop(_ facts: Facts) -> Drop? {
        if facts.flags.contains(.ownAS) { return .pathLoop }
        if !facts.flags.isDisjoint(with: [.ownOriginator, .ownCluster]) { return .reflectionLoop }
        return nil
    }

    private func excess(_ facts: Facts, _ id: NeighborID) -> Drop? {
        let longest = neighbors[id.index].neighbor.limits.pathLength
        if facts.pathLength > longest { return .longPath(facts.pathLength, limit: longest) }
        let most = neighbors[id.index].neighbor.limits.communities
        return Int(facts.communities) > most ? .manyCommunities(Int(facts.communities), limit: most) : nil
    }

    private func objection(_ set: Link<AttributeSet>, _ facts: Facts, _ id: NeighborID) -> Drop? {
        let asn = neighbors[id.index].neighbor.asn
        if facts.flags.contains(.hasSet), !neighbors[id.index].neighbor.acceptsSets { return .set }
        if let drop = misdirection(attributes.hops[attributes[set].hop].addresses, id) { return drop }
        if facts.flags.contains(.blackhole), !neighbors[id.index].neighbor.honorsBlackhole { return .blackhole }
        guard !neighbors[id.index].isInternal else { return nil }
        if neighbors[id.index].neighbor.checksFirstAS, facts.neighborAS != asn.rawValue {
            return .otherFirstAS(facts.neighborAS == 0 ? nil : ASN(facts.neighborAS))
        }
        if let role = neighbors[id.index].role, OnlyToCustomer.isLeak(facts, from: role, asn) {
            return .leak(ASN(facts.onlyToCustomer))
        }
        return nil
    }

    /// RFC 4271 §6.3: such a NEXT_HOP is semantically incorrect; its routes aren't used, and the session goes on. Between
    /// programs on one machine, loopback is where they are.
    private func misdirection(_ hops: [Address], _ id: NeighborID) -> Drop? {
        guard let hop = hops.first else { return nil }
        let around = neighbors[id.index].surroundings
        if neighbors[id.index].ownAddresses.contains(hop) || around.own.contains(hop) { return .ownNextHop(hop) }
        let address = neighbors[id.index].neighbor.address
        if hop.isMartianNextHop { return hop.isLoopback && address.isLoopback ? nil : .martianNextHop(hop) }
        guard let link = around.link, hop != address, !hops.contains(where: \.isLinkLocal) else { return nil }
        return link.contains { $0.contains(hop) } ? nil : .distantNextHop(hop)
    }

    private func runPolicy(
        _ set: Link<AttributeSet>, _ facts: Facts, _ prefix: Prefix, _ id: NeighborID
    ) -> Judgement {
        let isInternal = neighbors[id.index].isInternal
        guard let policy = neighbors[id.index].neighbor.importing else {
            return isInternal ? .accept(nil) : .drop(.noPolicy)
        }
        let subject = Policy.Subject(
            prefix: prefix, source: neighbors[id.index].source, neighbor: neighbors[id.index].neighbor.asn, facts: facts
        )
        let outcome = attributes.withBytes(set) { policy.run(subject, $0) }
        guard outcome.accepts else {
            return .drop(.policy(policy.name, rule: outcome.rule.map { policy.rules[$0].name }))
        }
        var edit = outcome.edit
        if isInternal { edit?.prepend = 0 } else { addOwn(to: &edit, facts, id) }
        return .accept(edit.map(\.isEmpty) ?? true ? nil : edit)
    }

    /// What every route from another AS gets, beside what the policy does.
    private func addOwn(to edit: inout Edit?, _ facts: Facts, _ id: NeighborID) {
        if neighbors[id.index].neighbor.isShuttingDown {
            edit = (edit ?? Edit()).followed(by: .leaving)
        } else if facts.flags.contains(.gracefulShutdown), neighbors[id.index].neighbor.honorsGracefulShutdown {
            edit = (edit ?? Edit()).followed(by: .lastChoice)
        }
        guard !facts.flags.contains(.hasOTC), let role = neighbors[id.index].role,
            OnlyToCustomer.isSetOnImport(from: role)
        else { return }
        edit = edit ?? Edit()
        edit?.onlyToCustomer = neighbors[id.index].neighbor.asn
    }
}

extension Instant {
    var seconds: UInt32 { UInt32(clamping: nanoseconds / 1_000_000_000) }
}
