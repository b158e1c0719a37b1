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
    /// There is no address of ours to give, or one that is only link-local would have to stay.
    case noNextHop
    /// Its attributes and the prefix don't fit a message (RFC 8654 §4): so many bytes.
    case tooLong(Int, limit: Int)
}

extension RIB {
    enum Export {
        case silent(Silence)
        case tell(Edit)
    }

    /// The Loc-RIB's route to a prefix is another than before; `former` had the old one. Every group hears it once.
    mutating func export(_ net: Link<NetSlot>, former: NeighborID?) {
        for index in groups.indices where !groups[index].isVacant {
            export(net, to: index, former: former, quietly: false)
        }
    }

    mutating func export(_ net: Link<NetSlot>, to index: Int, former: NeighborID?, quietly: Bool) {
        let old = groups[index].told[net]
        let best = best(of: net)
        let source = best.map { NeighborID(rawValue: routes[$0].neighbor) }
        var new = best.map { entry(for: $0, net, index) } ?? .nothing
        guard !new.isSame(as: old) || old.set.exists && source != former else { return }
        let family = nets.family(net)
        if source == former, new.set.exists, old.set.exists, soundsAlike(old, new, index) {
            return set(new, net, family, index, from: old)
        }
        let wasTold = sourceWasTold(net, source, former, old, index)
        if !new.set.exists, !wasTold, let former,
            !(groups[index].log.contains(net) && groups[index].told.sourceWasTold(net))
        {
            new.silent = former
        }
        groups[index].told.setSourceWasTold(net, wasTold)
        set(new, net, family, index, from: old)
        if !quietly { groups[index].log.append(net) }
    }

    /// Whether the member that the new route came from (or the old one, when there is none any more) has been told something
    /// about the prefix, and so has to hear that it is gone. When he may not have read what was before, he hears it too:
    /// once too often does no harm.
    private func sourceWasTold(
        _ net: Link<NetSlot>, _ source: NeighborID?, _ former: NeighborID?, _ old: ToldTable.Entry, _ index: Int
    ) -> Bool {
        let isPending = groups[index].log.contains(net)
        let hasToHear = isPending && groups[index].told.sourceWasTold(net)
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
        groups[index].told[net] = new
        groups[index].count(family, from: old, to: new)
        attributes.release(old.set)
    }

    /// Both lead to the same message, so nobody needs to hear of the change (RFC 4271 §9.2).
    private mutating func soundsAlike(_ old: ToldTable.Entry, _ new: ToldTable.Entry, _ index: Int) -> Bool {
        // Almost always the path tells them apart, which an edit only makes longer.
        if old.edit == new.edit, attributes.differInPath(old.set, new.set) { return false }
        let anyHop = [Address(v4: 0)]
        return wire(old, index, anyHop) == wire(new, index, anyHop)
    }

    private mutating func wire(_ entry: ToldTable.Entry, _ index: Int, _ ownNextHop: [Address]) -> [UInt8] {
        var bytes: [UInt8] = []
        wire(entry, index, ownNextHop, into: &bytes)
        return bytes
    }

    /// The attributes of a message, to a member that reaches us by this address.
    mutating func wire(_ entry: ToldTable.Entry, _ index: Int, _ ownNextHop: [Address], into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        attributes.withBytes(entry.set) {
            editor.run(groups[index].edits[Int(entry.edit)], ownNextHop, asn: own.asn, on: $0, into: &bytes)
        }
    }

    // MARK: What is told

    private mutating func entry(for route: Link<Route>, _ net: Link<NetSlot>, _ index: Int) -> ToldTable.Entry {
        let (set, source) = (accepted(route), NeighborID(rawValue: routes[route].neighbor))
        // A member that is alone needs no copy of what he sent us himself.
        if groups[index].isOnlyMember(source) { return .nothing }
        let family = nets.family(net)
        let memo = groups[index].memo
        if memo.set == set, memo.source == source, memo.family == family { return memo.entry }
        var entry = ToldTable.Entry.nothing
        if let number = edit(for: set, net, source, index) { entry = ToldTable.Entry(set: set, edit: number) }
        if !groups[index].readsPrefix { memorize(set, source, family, entry, index) }
        return entry
    }

    /// The number of the edit with which a set is told; nil: it isn't. Where the policy lets everything pass as it is, what the
    /// session does is looked up.
    private mutating func edit(
        for set: Link<AttributeSet>, _ net: Link<NetSlot>, _ source: NeighborID, _ index: Int
    ) -> UInt16? {
        let (isLocal, family) = (source == .local, nets.family(net))
        let first = attributes.hops.first(attributes[set].hop)
        let hop = first?.family ?? family
        let (isInternal, role) = (groups[index].profile.isInternal, groups[index].profile.role)
        let isPlain =
            groups[index].isPlain && first?.isLinkLocal != true
            && scope(attributes.facts(set), isLocal, isInternal, role) == nil
        if isPlain, let number = groups[index].plainNumber(isLocal: isLocal, family, hop) { return number }
        guard case .tell(let edit) = judgeExport(set, nets.prefix(net), from: source, groups[index].profile),
            let number = groups[index].number(of: edit)
        else { return nil }
        if isPlain { groups[index].setPlain(number, isLocal: isLocal, family, hop) }
        return number
    }

    private mutating func memorize(
        _ set: Link<AttributeSet>, _ source: NeighborID, _ family: Family, _ entry: ToldTable.Entry, _ index: Int
    ) {
        attributes.retain(set)
        attributes.release(groups[index].memo.set)
        groups[index].memo = UpdateGroup.Memo(set: set, source: source, family: family, entry: entry)
    }

    mutating func forgetMemo(ofGroup index: Int) {
        attributes.release(groups[index].memo.set)
        groups[index].memo = UpdateGroup.Memo()
    }

    /// All that a route must pass on its way out, in this order.
    func judgeExport(
        _ set: Link<AttributeSet>, _ prefix: Prefix, from source: NeighborID, _ profile: ExportProfile
    ) -> Export {
        let facts = attributes.facts(set)
        let isLocal = source == .local
        if !profile.terms.families.contains(prefix.family) { return .silent(.otherFamily) }
        if profile.isInternal, neighbors[source.index].isInternal, !isLocal { return .silent(.notReflected) }
        if let silence = scope(facts, isLocal, profile.isInternal, profile.role) { return .silent(silence) }
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

    /// How far a route may go. What has such a community was received with it (RFC 1997); on a route of our own, it is for
    /// whoever hears it, who may then tell nobody.
    private func scope(_ facts: Facts, _ isLocal: Bool, _ isInternal: Bool, _ role: Role?) -> Silence? {
        guard !isLocal else { return nil }
        if facts.flags.contains(.noAdvertise) { return .community(.noAdvertise) }
        guard !isInternal else { return nil }
        if facts.flags.contains(.noExport) { return .community(.noExport) }
        if facts.flags.contains(.noExportSubconfed) { return .community(.noExportSubconfed) }
        if facts.flags.contains(.blackhole) { return .community(.blackhole) }
        if let role, OnlyToCustomer.stays(facts, from: role) { return .onlyToCustomer }
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
