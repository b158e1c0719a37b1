package import BGP
package import Net

// MARK: From the wire

extension RIB {
    /// One UPDATE of a neighbor, as it came. Where its attribute set is known and was read without a fault before, nothing
    /// is decoded but the prefixes; else `BGP` reads it, and what that finds is returned.
    ///
    /// Throws what resets the session. `nil` means that the fast way was taken and there was nothing to complain about.
    package mutating func receive(_ frame: Frame, from id: NeighborID, now: Instant) throws(BGPError) -> Update? {
        try receive(frame.bytes.span, from: id, now: now)
    }

    /// The same, of an UPDATE as it lies among others.
    package mutating func receive(
        _ message: Span<UInt8>, from id: NeighborID, now: Instant
    ) throws(BGPError) -> Update? {
        guard neighbors[id.index].isUp else { return nil }
        if receiveKnown(message, id, now) { return nil }
        let frame = Frame(type: .update, bytes: message.array)
        guard let codec = neighbors[id.index].terms?.codec,
            case .update(let update) = try Message.decode(frame, codec)
        else { return nil }
        receive(update, raw: frame.bytes, from: id, now: now)
        return update
    }

    /// An UPDATE that `BGP` has read. With the message's own bytes, the next one with these attributes is recognized.
    /// Families that aren't exchanged, or not any more, are passed over.
    package mutating func receive(_ update: Update, raw: [UInt8] = [], from id: NeighborID, now: Instant) {
        if neighbors[id.index].hears(update) { return receiveWhole(update, raw: raw, from: id, now: now) }
        var update = update
        update.keep(Family.allCases.filter { neighbors[id.index].hears($0) })
        receiveWhole(update, raw: [], from: id, now: now)
    }

    private mutating func receiveWhole(_ update: Update, raw: [UInt8], from id: NeighborID, now: Instant) {
        for prefix in update.unreachable { withdraw(prefix, from: id) }
        neighbors[id.index].traffic.withdrawn += UInt64(update.unreachable.count)
        neighbors[id.index].traffic.announced += UInt64(update.reachable.count)
        guard !update.reachable.isEmpty else { return }
        if isUsual(update, id), let parts = UpdateParts(raw.span) {
            raw.span.extracting(parts.attributes).putKey(into: &scratch)
            return announce(update.reachable, scratch, from: id, now: now, isWellFormed: true)
        }
        announceDecoded(update, from: id, now: now)
    }

    /// The message's own bytes say the same to everyone: nothing was malformed, AS numbers are as wide as ours, and all
    /// prefixes have the same next hop.
    private func isUsual(_ update: Update, _ id: NeighborID) -> Bool {
        update.faults.isEmpty && (update.reach == nil || update.announced.isEmpty)
            && neighbors[id.index].terms?.codec.fourByteASN ?? false
    }

    private mutating func announceDecoded(_ update: Update, from id: NeighborID, now: Instant) {
        if !update.announced.isEmpty {
            let bytes = Canonical.bytes(update.attributes, reach: nil)
            announce(update.announced, bytes, from: id, now: now)
        }
        if let reach = update.reach, !reach.prefixes.isEmpty {
            var attributes = update.attributes
            attributes.nextHop = nil
            announce(reach.prefixes, Canonical.bytes(attributes, reach: reach), from: id, now: now)
        }
    }
}

// MARK: By value

extension RIB {
    /// A route of our own.
    package mutating func originate(_ prefix: Prefix, _ attributes: PathAttributes, now: Instant) {
        announce([prefix], Canonical.bytes(attributes, reach: nil), from: .local, now: now)
    }

    package mutating func announce(
        _ prefixes: [Prefix], _ attributes: PathAttributes, nextHops: [Address] = [], pathID: UInt32 = 0,
        from id: NeighborID, now: Instant
    ) {
        let reach = nextHops.first.map { Reach(family: $0.family, nextHops: nextHops, prefixes: []) }
        let bytes = Canonical.bytes(attributes, reach: reach)
        announce(prefixes, bytes, pathID: pathID, from: id, now: now)
    }

    private mutating func announce(
        _ prefixes: [Prefix], _ bytes: [UInt8], pathID: UInt32 = 0, from id: NeighborID, now: Instant,
        isWellFormed: Bool = false
    ) {
        guard bytes.count <= AttributeStore.longestSet else {
            // With AS numbers of four bytes it is longer than it was. What the neighbor had to say before isn't true any more.
            for prefix in prefixes { withdraw(prefix, pathID: pathID, from: id) }
            return
        }
        let set = attributes.intern(bytes.span, account: neighbors[id.index].account)
        if isWellFormed { attributes.noteWellFormed(set, codec: neighbors[id.index].codec) }
        if canKeep(from: id) {
            for prefix in prefixes { announce(prefix, set, pathID, from: id, now) }
        } else {
            // What the neighbor had to say before isn't true any more either.
            for prefix in prefixes { withdraw(prefix, pathID: pathID, from: id) }
        }
        attributes.release(set)
    }

    /// Whether what the neighbor made us keep is within its limit, and all of it within what 32-bit links can reach.
    private mutating func canKeep(from id: NeighborID) -> Bool {
        guard let notice = excess(of: id) else { return true }
        guard neighbors[id.index].tables.indices.contains(where: { !neighbors[id.index].tables[$0].isFull }) else {
            return false
        }
        for table in neighbors[id.index].tables.indices { neighbors[id.index].tables[table].isFull = true }
        notify(notice)
        return false
    }

    private func excess(of id: NeighborID) -> Notice? {
        let (account, limits) = (attributes.accounts[neighbors[id.index].account], neighbors[id.index].neighbor.limits)
        if account.nextHops > limits.nextHops { return .tooManyNextHops(id, limit: limits.nextHops) }
        return account.bytes > limits.attributeBytes || attributes.isNearlyFull
            ? .tooManyAttributes(id, limitBytes: limits.attributeBytes) : nil
    }
}

// MARK: The fast way

extension RIB {
    /// False when anything about the message is new or odd; then nothing has been done.
    private mutating func receiveKnown(_ message: Span<UInt8>, _ id: NeighborID, _ now: Instant) -> Bool {
        guard let parts = UpdateParts(message), parts.isSound(message), neighbors[id.index].hears(parts) else {
            return false
        }
        guard let reachable = parts.reachable else {
            guard parts.hasNoAttributes, parts.announced == nil else { return false }
            withdraw(parts, message, id)
            return true
        }
        let (set, isNew) = hold(parts, message, id)
        guard set.exists else { return false }
        withdraw(parts, message, id)
        let keeps = !isNew || canKeep(from: id)
        seek(reachable, message)
        for place in sought.indices {
            let (prefix, net) = (sought[place].prefix, sought[place].net)
            if keeps { announce(prefix, net, set, 0, from: id, now) } else { withdraw(prefix, from: id) }
        }
        neighbors[id.index].traffic.announced += UInt64(sought.count)
        attributes.release(set)
        return true
    }

    /// The set of a message, held once more: one that is known to be well formed, or is at a glance. `isNew`: on the
    /// neighbor's account only now.
    private mutating func hold(
        _ parts: UpdateParts, _ message: Span<UInt8>, _ id: NeighborID
    ) -> (Link<AttributeSet>, isNew: Bool) {
        let whole = message.extracting(parts.attributes)
        if parts.isPlain { return hold(whole, whole, parts, id) }
        var key: [UInt8] = []
        swap(&key, &scratch)
        defer { swap(&key, &scratch) }
        whole.putKey(into: &key)
        return hold(key.span, whole, parts, id)
    }

    private mutating func hold(
        _ key: Span<UInt8>, _ whole: Span<UInt8>, _ parts: UpdateParts, _ id: NeighborID
    ) -> (Link<AttributeSet>, isNew: Bool) {
        let hash = key.hash32
        let codec = neighbors[id.index].codec
        let known = attributes.find(key, hash: hash)
        let account = neighbors[id.index].account
        if known.exists, attributes.isWellFormed(known, codec: codec) {
            return (known, attributes.hold(known, account: account))
        }
        guard codec < codecs.count, codecs[codec].fourByteASN, parts.unreach == nil,
            UsualAttributes.are(
                whole, isInternal: codecs[codec].isInternal, announcesHere: parts.announced != nil)
        else { return (.none, false) }
        let isNew = known.exists ? attributes.hold(known, account: account) : true
        let set = known.exists ? known : attributes.add(key, hash: hash, account: account)
        attributes.noteWellFormed(set, codec: codec)
        return (set, isNew)
    }

    private mutating func withdraw(_ parts: UpdateParts, _ message: Span<UInt8>, _ id: NeighborID) {
        if let part = parts.withdrawn { withdraw(part, message, id) }
        if let part = parts.unreach { withdraw(part, message, id) }
    }

    private mutating func withdraw(_ part: UpdateParts.Prefixes, _ message: Span<UInt8>, _ id: NeighborID) {
        seek(part, message)
        seekRoutes(of: id)
        for place in sought.indices {
            // What stands there twice is gone already.
            if let route = sought[place].route, routes.holds(route) { remove(route) }
        }
        neighbors[id.index].traffic.withdrawn += UInt64(sought.count)
    }
}

// MARK: What is heard

/// Prefixes in a neighbor's UPDATEs, those that came again counted again.
package struct Traffic: Hashable, Sendable {
    package var announced: UInt64 = 0
    package var withdrawn: UInt64 = 0
}

extension RIB {
    /// Since the neighbor was added.
    package func traffic(from id: NeighborID) -> Traffic { neighbors[id.index].traffic }

    /// Nothing of this family counts any more, what was heard of it included, until the session is up anew (RFC 7606 §2).
    package mutating func disable(_ id: NeighborID, _ family: Family) {
        neighbors[id.index].hear(family, false)
        flush(id, family)
    }
}

extension NeighborState {
    mutating func hear(_ family: Family, _ wanted: Bool) {
        switch family {
        case .ipv4: hearsIPv4 = wanted
        case .ipv6: hearsIPv6 = wanted
        }
    }

    fileprivate func hears(_ family: Family) -> Bool { family == .ipv4 ? hearsIPv4 : hearsIPv6 }

    @inline(__always)
    fileprivate func hears(_ parts: UpdateParts) -> Bool {
        hears(parts.withdrawn) && hears(parts.announced) && hears(parts.unreach) && hears(parts.reach)
    }

    private func hears(_ part: UpdateParts.Prefixes?) -> Bool { part.map { hears($0.family) } ?? true }

    fileprivate func hears(_ update: Update) -> Bool {
        let hasIPv4 = !update.withdrawn.isEmpty || !update.announced.isEmpty
        return (!hasIPv4 || hears(.ipv4)) && update.reach.map { hears($0.family) } ?? true
            && update.unreach.map { hears($0.family) } ?? true
    }
}
