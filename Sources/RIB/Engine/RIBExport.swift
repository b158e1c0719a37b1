internal import BGP
package import Net

/// Why a route isn't told to a neighbor.
package enum Silence: Hashable, Sendable {
    /// It came from him.
    case source
    case otherFamily
    /// It came from inside, and we are no reflector (RFC 4271 §9.2).
    case notReflected
    /// NO_EXPORT, NO_ADVERTISE, NO_EXPORT_SUBCONFED (RFC 1997) or BLACKHOLE (RFC 7999 §3.2).
    case community(Community)
    /// It went down or across before (RFC 9234 §5).
    case onlyToCustomer
    /// Neighbors of other ASes need a policy (RFC 8212).
    case noPolicy
    case policy(String, rule: String?)
    /// There is no address of ours to give.
    case noNextHop
}

extension RIB {
    enum Export {
        case silent(Silence)
        case tell(Edit)
    }

    /// The Loc-RIB's route to a prefix is another than before; `former` had the old one. Every group hears it once.
    mutating func export(_ net: Link<NetSlot>, former: NeighborID?) {
        for index in groups.indices where groups[index] != nil {
            export(net, to: index, former: former, quietly: false)
        }
    }

    mutating func export(_ net: Link<NetSlot>, to index: Int, former: NeighborID?, quietly: Bool) {
        guard let old = groups[index]?.told[net] else { return }
        let best = best(of: net)
        let source = best.map { NeighborID(rawValue: routes[$0].neighbor) }
        var new = best.map { entry(for: $0, net, index) } ?? .nothing
        guard !new.isSame(as: old) || old.set.exists && source != former else { return }
        let family = nets.family(net)
        if source == former, new.set.exists, old.set.exists, soundsAlike(old, new, index) {
            return set(new, net, family, index, from: old)
        }
        let wasTold = sourceWasTold(net, source, former, old, index)
        let formerWasTold = groups[index].map { $0.log.contains(net) && $0.told.sourceWasTold(net) } ?? false
        if !new.set.exists, !wasTold, !formerWasTold, let former { new.silent = former }
        groups[index]?.told.setSourceWasTold(net, wasTold)
        set(new, net, family, index, from: old)
        if !quietly { groups[index]?.log.append(net) }
    }

    /// Whether the member that the new route came from (or the old one, when there is none any more) has been told something
    /// about the prefix, and so has to hear that it is gone. When he may not have read what was before, he hears it too:
    /// once too often does no harm.
    private func sourceWasTold(
        _ net: Link<NetSlot>, _ source: NeighborID?, _ former: NeighborID?, _ old: ToldTable.Entry, _ index: Int
    ) -> Bool {
        guard let group = groups[index] else { return false }
        let isPending = group.log.contains(net)
        let hasToHear = isPending && group.told.sourceWasTold(net)
        guard let source else { return hasToHear }
        guard isMember(source, of: index) else { return false }
        guard old.set.exists else { return isPending && old.silent != source }
        return source != former || hasToHear
    }

    private func isMember(_ id: NeighborID?, of index: Int) -> Bool {
        id.map { neighbors[$0.index].output.group == index } ?? false
    }

    private mutating func set(
        _ new: ToldTable.Entry, _ net: Link<NetSlot>, _ family: Family, _ index: Int, from old: ToldTable.Entry
    ) {
        attributes.retain(new.set)
        groups[index]?.told[net] = new
        groups[index]?.count(family, from: old, to: new)
        attributes.release(old.set)
    }

    /// Both lead to the same message, so nobody needs to hear of the change (RFC 4271 §9.2).
    private func soundsAlike(_ old: ToldTable.Entry, _ new: ToldTable.Entry, _ index: Int) -> Bool {
        guard let group = groups[index] else { return false }
        let anyHop = [Address(v4: 0)]
        return wire(old, group, anyHop) == wire(new, group, anyHop)
    }

    /// The attributes of a message, to a member that reaches us by this address.
    func wire(_ entry: ToldTable.Entry, _ group: UpdateGroup, _ ownNextHop: [Address]) -> [UInt8] {
        var bytes: [UInt8] = []
        var edit = group.edits[Int(entry.edit)]
        if edit.ownNextHop { edit.nextHops = ownNextHop }
        let asn = own.asn
        attributes.withBytes(entry.set) { EditWriter.apply(edit, asn: asn, to: $0, into: &bytes) }
        return bytes
    }

    // MARK: What is told

    private mutating func entry(for route: Link<Route>, _ net: Link<NetSlot>, _ index: Int) -> ToldTable.Entry {
        let (set, source) = (routes[route].accepted, NeighborID(rawValue: routes[route].neighbor))
        // A member that is alone needs no copy of what he sent us himself.
        if groups[index]?.isOnlyMember(source) ?? true { return .nothing }
        let family = nets.family(net)
        if let memo = groups[index]?.memo, memo.set == set, memo.source == source, memo.family == family {
            return memo.entry
        }
        guard let profile = groups[index]?.profile else { return .nothing }
        var entry = ToldTable.Entry.nothing
        if case .tell(let edit) = judgeExport(set, nets.prefix(net), from: source, profile),
            let number = groups[index]?.number(of: edit)
        {
            entry = ToldTable.Entry(set: set, edit: number)
        }
        if !(profile.policy?.readsPrefix ?? false) { memorize(set, source, family, entry, index) }
        return entry
    }

    private mutating func memorize(
        _ set: Link<AttributeSet>, _ source: NeighborID, _ family: Family, _ entry: ToldTable.Entry, _ index: Int
    ) {
        attributes.retain(set)
        attributes.release(groups[index]?.memo.set ?? .none)
        groups[index]?.memo = UpdateGroup.Memo(set: set, source: source, family: family, entry: entry)
    }

    mutating func forgetMemo(ofGroup index: Int) {
        attributes.release(groups[index]?.memo.set ?? .none)
        groups[index]?.memo = UpdateGroup.Memo()
    }

    /// All that a route must pass on its way out, in this order.
    func judgeExport(
        _ set: Link<AttributeSet>, _ prefix: Prefix, from source: NeighborID, _ profile: ExportProfile
    ) -> Export {
        let facts = attributes.facts(set)
        let isLocal = source == .local
        if !profile.terms.families.contains(prefix.family) { return .silent(.otherFamily) }
        if profile.isInternal, neighbors[source.index].isInternal, !isLocal { return .silent(.notReflected) }
        if let silence = scope(facts, profile) { return .silent(silence) }
        let outcome = runExport(set, facts, prefix, source, profile)
        guard case .tell(var edit) = outcome else { return outcome }
        let hops = attributes.hops[attributes[set].hop].addresses
        guard let session = profile.sessionEdit(prefix.family, hops: hops, isLocal: isLocal) else {
            return .silent(.noNextHop)
        }
        if profile.isInternal { edit.prepend = 0 }
        edit.append(session)
        // Within the AS the preference itself says it (RFC 8326 §4.1).
        if profile.isShuttingDown { edit.append(profile.isInternal ? .leaving : .tagged) }
        if !profile.isInternal, let role = profile.role, OnlyToCustomer.isSetOnExport(to: role) {
            edit.onlyToCustomer = own.asn
        }
        return .tell(edit)
    }

    /// How far a route may go.
    private func scope(_ facts: Facts, _ profile: ExportProfile) -> Silence? {
        if facts.flags.contains(.noAdvertise) { return .community(.noAdvertise) }
        guard !profile.isInternal else { return nil }
        if facts.flags.contains(.noExport) { return .community(.noExport) }
        if facts.flags.contains(.noExportSubconfed) { return .community(.noExportSubconfed) }
        if facts.flags.contains(.blackhole) { return .community(.blackhole) }
        if let role = profile.role, OnlyToCustomer.stays(facts, from: role) { return .onlyToCustomer }
        return nil
    }

    private func runExport(
        _ set: Link<AttributeSet>, _ facts: Facts, _ prefix: Prefix, _ id: NeighborID, _ profile: ExportProfile
    ) -> Export {
        guard let policy = profile.policy else { return profile.isInternal ? .tell(Edit()) : .silent(.noPolicy) }
        let source = id == .local ? Source.local : neighbors[id.index].source
        let subject = Policy.Subject(
            prefix: prefix, source: source, neighbor: neighbors[id.index].neighbor.asn, facts: facts)
        let outcome = attributes.withBytes(set) { policy.run(subject, $0) }
        guard outcome.accepts else {
            return .silent(.policy(policy.name, rule: outcome.rule.map { policy.rules[$0].name }))
        }
        return .tell(outcome.edit ?? Edit())
    }
}
