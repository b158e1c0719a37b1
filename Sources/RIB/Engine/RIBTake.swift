internal import BGP
package import Net

/// What a neighbor is told next: whole messages, one behind the other.
package struct Telling: Hashable, Sendable {
    package var bytes: [UInt8] = []
    package var messages = 0
    package var announced = 0
    package var withdrawn = 0
    /// Families of which the neighbor has now heard the whole table: the place for an End-of-RIB (RFC 4724 §2) or the end of
    /// a refresh (RFC 7313).
    package var finished: [Family] = []
    /// There is more.
    package var hasMore = false
}

extension RIB {
    /// Of up to `limit` prefixes, what the neighbor doesn't know yet. Whoever can't send doesn't ask, and costs nothing
    /// meanwhile but a set of the prefixes that change: MRAI (RFC 4271 §9.2.1.1) and slow readers are a matter of asking
    /// later.
    package mutating func take(for id: NeighborID, limit: Int = 4000) -> Telling {
        guard let index = neighbors[id.index].output.group, !neighbors[id.index].output.isStopped else {
            return Telling()
        }
        guard hasNews(for: id), !exceeds(id, index) else { return Telling() }
        var telling = neighbors[id.index].output.walk == nil ? takeLog(id, index, limit) : takeWalk(id, index, limit)
        telling.hasMore =
            neighbors[id.index].output.walk != nil || neighbors[id.index].output.cursor < groups[index].log.end
        if groups[index].log.wantsTidying { tidy(index) }
        return telling
    }

    /// Whether `take` has something to give.
    package func hasNews(for id: NeighborID) -> Bool {
        guard let index = neighbors[id.index].output.group, !neighbors[id.index].output.isStopped else { return false }
        if neighbors[id.index].output.walk != nil { return !groups[index].isFilling }
        let horizon = neighbors[id.index].output.pace?.horizon ?? .max
        return neighbors[id.index].output.cursor < min(groups[index].log.end, horizon)
    }

    /// About how many bytes are given at once.
    private static let mostBytes = 256 << 10

    private mutating func exceeds(_ id: NeighborID, _ index: Int) -> Bool {
        for (family, limit) in neighbors[id.index].neighbor.limits.prefixesOut.sorted(by: { $0.key < $1.key }) {
            let count = groups[index].counts[family]
            guard count > limit else { continue }
            neighbors[id.index].output.isStopped = true
            notify(.tooManyPrefixesOut(id, family, count: count, limit: limit))
            return true
        }
        return false
    }

    // MARK: The table

    private mutating func takeWalk(_ id: NeighborID, _ index: Int, _ limit: Int) -> Telling {
        // What has changed until now is in the table.
        if neighbors[id.index].output.knowsNothing {
            let cursor = groups[index].log.join()
            neighbors[id.index].output.cursor = cursor
            if neighbors[id.index].isPaced { neighbors[id.index].output.pace = Pace(from: cursor) }
        }
        neighbors[id.index].output.knowsNothing = false
        let families = neighbors[id.index].output.walkFamilies
        var place = neighbors[id.index].output.walk ?? 1
        let end = UInt32(nets.slots.count)
        // Prefixes that have nothing to tell are passed over, but not too many at a time.
        let last = min(end, place + UInt32(limit) * 16)
        beginTelling(index)
        var count = 0
        while place < last, count < limit, packer.weight < Self.mostBytes {
            let net = Link<NetSlot>(place)
            place += 1
            guard !nets.slots[net].isVacant, families.contains(nets.family(net)) else { continue }
            guard case .told(let entry) = meaning(of: net, index, to: id) else { continue }
            packer.add(net, nets.family(net), entry, length: attributes.length(of: entry.set))
            count += 1
        }
        var telling = write([], to: id, index)
        neighbors[id.index].output.walk = place < end ? place : nil
        if place >= end { telling.finished = families }
        return telling
    }

    // MARK: The changes

    private mutating func takeLog(_ id: NeighborID, _ index: Int, _ limit: Int) -> Telling {
        if let telling = repeatChunk(to: id, index, limit) { return telling }
        let start = neighbors[id.index].output.cursor
        let end = groups[index].log.end
        let (changes, gone) = readLog(for: id, index, limit)
        let telling = write(gone, to: id, index)
        guard !neighbors[id.index].isPaced, groups[index].members.count > 1 else { return telling }
        let sources = sources(of: changes, index)
        if !sources.contains(id) {
            groups[index].chunk = UpdateGroup.Chunk(
                start: start, end: neighbors[id.index].output.cursor, limit: limit,
                nextHops: neighbors[id.index].terms?.nextHops ?? [:], logEnd: end, sources: sources, output: telling)
        }
        return telling
    }

    /// What another member was told who was at the same place.
    private mutating func repeatChunk(to id: NeighborID, _ index: Int, _ limit: Int) -> Telling? {
        guard !neighbors[id.index].isPaced, let chunk = groups[index].chunk,
            chunk.fits(neighbors[id.index].output.cursor, limit, groups[index].log.end),
            chunk.nextHops == neighbors[id.index].terms?.nextHops, !chunk.sources.contains(id)
        else { return nil }
        neighbors[id.index].output.cursor = chunk.end
        return chunk.output
    }

    /// The changes that are next, what can be reached by way of the packer.
    private mutating func readLog(
        for id: NeighborID, _ index: Int, _ limit: Int
    ) -> (changes: [Link<NetSlot>], gone: [Prefix]) {
        var (changes, gone): ([Link<NetSlot>], [Prefix]) = ([], [])
        beginTelling(index)
        var cursor = neighbors[id.index].output.cursor
        let horizon = neighbors[id.index].output.pace?.horizon ?? .max
        while changes.count < limit, packer.weight < Self.mostBytes,
            let net = groups[index].log.next(&cursor, before: horizon)
        {
            changes.append(net)
            let saidGone = neighbors[id.index].isPaced && neighbors[id.index].output.forget(net)
            switch meaning(of: net, index, to: id) {
            case .nothing: break
            case .gone: if !saidGone { gone.append(nets.prefix(net)) }
            case .told(let entry):
                packer.add(net, nets.family(net), entry, length: attributes.length(of: entry.set))
            }
        }
        neighbors[id.index].output.cursor = cursor
        return (changes, gone)
    }

    /// Members for whom these changes mean something else than for all others.
    private func sources(of changes: [Link<NetSlot>], _ index: Int) -> Set<NeighborID> {
        var sources: Set<NeighborID> = []
        for net in changes {
            if let best = best(of: net) { sources.insert(NeighborID(rawValue: routes[best].neighbor)) }
            let entry = groups[index].told[net]
            if !entry.set.exists { sources.insert(entry.silent) }
        }
        return sources
    }

    // MARK: Messages

    /// What a prefix means to one member, after a change.
    enum Meaning {
        case nothing
        case gone
        case told(ToldTable.Entry)
    }

    func meaning(of net: Link<NetSlot>, _ index: Int, to id: NeighborID) -> Meaning {
        let entry = groups[index].told[net]
        if !entry.set.exists { return entry.silent == id ? .nothing : .gone }
        guard best(of: net).map({ routes[$0].neighbor }) == id.rawValue else { return .told(entry) }
        return groups[index].told.sourceWasTold(net) ? .gone : .nothing
    }

    /// The packer is empty, and knows how long messages may be.
    mutating func beginTelling(_ index: Int) {
        packer.reset(sets: attributes.sets.count, longest: groups[index].profile.terms.longestMessage)
    }

    mutating func write(_ gone: [Prefix], to id: NeighborID, _ index: Int) -> Telling {
        var telling = Telling()
        var writer = UpdateWriter(longest: groups[index].profile.terms.longestMessage)
        let nextHops = neighbors[id.index].terms?.nextHops ?? [:]
        let (announced, tooLong) = writeBuckets(index, nextHops, into: &writer)
        telling.announced = announced
        if !tooLong.isEmpty { notify(.tooLong(id, prefixes: tooLong.count)) }
        let all = gone + tooLong
        for family in Family.allCases { writer.withdraw(all.filter { $0.family == family }, family) }
        (telling.bytes, telling.messages, telling.withdrawn) = (writer.bytes, writer.messages, all.count)
        return telling
    }

    /// How many prefixes were announced, and those whose attributes don't fit.
    private mutating func writeBuckets(
        _ index: Int, _ nextHops: [Family: [Address]], into writer: inout UpdateWriter
    ) -> (Int, [Prefix]) {
        var announced = 0
        var tooLong: [Prefix] = []
        var (bytes, prefixes): ([UInt8], [Prefix]) = ([], [])
        let codec = groups[index].profile.terms.codec
        let hops = PerFamily(ipv4: nextHops[.ipv4] ?? [], ipv6: nextHops[.ipv6] ?? [])
        for number in packer.buckets.indices {
            let bucket = packer.buckets[number]
            wire(bucket.entry, index, hops[bucket.family], into: &bytes)
            packer.put(bucket, nets, into: &prefixes)
            if !codec.fourByteASN {
                guard let converted = Canonical.bytes(bytes, for: codec) else {
                    tooLong += prefixes
                    continue
                }
                bytes = converted
            }
            let rest = writer.announce(prefixes, bucket.family, bytes.span)
            announced += prefixes.count - rest.count
            tooLong += rest
        }
        return (announced, tooLong)
    }
}

extension UpdateGroup.Chunk {
    fileprivate func fits(_ cursor: UInt64, _ limit: Int, _ logEnd: UInt64) -> Bool {
        start == cursor && self.limit == limit && self.logEnd == logEnd
    }
}
