package import Net

// MARK: Who is told the same

extension RIB {
    /// The neighbor's session is up: its group is one that is like it, or a new one. It is told the whole table first.
    mutating func join(_ id: NeighborID) {
        guard let profile = ExportProfile(neighbors[id.index]) else { return }
        let index =
            groups.indices.first { !groups[$0].isVacant && groups[$0].profile == profile }
            ?? addGroup(UpdateGroup(profile))
        let wasAlone = groups[index].members.count == 1
        let isNew = groups[index].isVacant
        groups[index].members.append(id)
        groups[index].members.sort()
        neighbors[id.index].output = NeighborState.Output(
            group: index, cursor: groups[index].log.join(), walk: 1, walkFamilies: profile.terms.families,
            knowsNothing: true, pace: neighbors[id.index].isPaced ? Pace() : nil)
        // A new group's table is empty, and one of a single member lacks what came from that one.
        guard isNew || wasAlone else { return }
        let isChanging = jobs.contains {
            if case .exportAgain(group: index, quietly: false) = $0 { true } else { false }
        }
        groups[index].isFilling = true
        exportAgain(group: index, quietly: !isChanging)
    }

    private mutating func addGroup(_ group: consuming UpdateGroup) -> Int {
        if let free = groups.indices.first(where: { groups[$0].isVacant }) {
            groups[free] = group
            return free
        }
        groups.append(group)
        return groups.count - 1
    }

    mutating func leave(_ id: NeighborID) {
        guard let index = neighbors[id.index].output.group else { return }
        neighbors[id.index].output = NeighborState.Output()
        groups[index].members.removeAll { $0 == id }
        groups[index].chunk = nil
        guard groups[index].isVacant else { return }
        forgetMemo(ofGroup: index)
        jobs.removeAll { if case .exportAgain(group: index, quietly: _) = $0 { true } else { false } }
        start(.discard(groups[index].told))
        let gone = groups[index].log.tidy(slowest: .max).gone
        groups[index] = UpdateGroup(groups[index].profile)
        for net in gone { retire(net) }
    }

    /// How these are told routes may have changed. Those of one group who are still alike stay together.
    mutating func regroup(_ ids: [NeighborID]) {
        let ids = Set(ids)
        for index in groups.indices {
            var moves: [ExportProfile: [NeighborID]] = [:]
            for id in groups[index].members.filter(ids.contains) {
                guard let profile = ExportProfile(neighbors[id.index]), profile != groups[index].profile else {
                    continue
                }
                moves[profile, default: []].append(id)
            }
            for (profile, movers) in moves.sorted(by: { $0.value[0] < $1.value[0] }) {
                let isAll = movers.count == groups[index].members.count
                change(profile, of: isAll ? index : split(movers, from: index))
            }
        }
    }

    private mutating func change(_ profile: ExportProfile, of index: Int) {
        forgetMemo(ofGroup: index)
        groups[index].profile = profile
        groups[index].chunk = nil
        exportAgain(group: index, quietly: false)
    }

    /// Some members become a group of their own, which begins with what they have been told.
    private mutating func split(_ ids: [NeighborID], from index: Int) -> Int {
        forgetMemo(ofGroup: index)
        groups[index].members.removeAll(where: ids.contains)
        groups[index].chunk = nil
        groups[index].told.eachSet { attributes.retain($0) }
        let new = addGroup(UpdateGroup(splitting: groups[index], members: ids))
        for id in ids { neighbors[id.index].output.group = new }
        return new
    }

    /// The neighbor wants to hear all of a family again (ROUTE-REFRESH, RFC 2918).
    package mutating func refresh(_ id: NeighborID, _ family: Family) {
        guard neighbors[id.index].output.group != nil else { return }
        if neighbors[id.index].output.walk == nil { neighbors[id.index].output.walkFamilies = [] }
        neighbors[id.index].output.walk = 1
        neighbors[id.index].output.pace?.saidGone = []
        if !neighbors[id.index].output.walkFamilies.contains(family) {
            neighbors[id.index].output.walkFamilies.append(family)
        }
    }

    // MARK: Tidying up

    /// Lets a group's log forget what all members have heard.
    mutating func tidy(_ index: Int) {
        let members = groups[index].members
        let slowest = members.map { neighbors[$0.index].output.cursor }.min() ?? .max
        let tidied = groups[index].log.tidy(slowest: slowest)
        if let moves = tidied.moves {
            groups[index].chunk = nil
            for id in members { neighbors[id.index].output.move(moves) }
        }
        for net in tidied.gone { retire(net) }
    }
}
