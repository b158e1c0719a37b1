internal import Net

/// The sections of an answer from one zone (RFC 1034 §4.3.2): aliases are followed inside the zone; at their end stands
/// what is there, what isn't, or who knows.
extension Responder {
    typealias Result = (rcode: ResponseCode, truncated: Bool)

    private static let tooLong: Result = (.noError, truncated: true)

    /// `name` is within the zone.
    mutating func answer(_ request: Request, from zone: Zone) -> Result {
        let signed = request.edns?.dnssecOK ?? false
        while true {
            let found = zone.find(name, request.type)
            let result: Result?
            switch found.kind {
            case .cut: return refer(to: found.node, zone, signed)
            case .missing: return denyName(found, zone, signed)
            case .redirect: result = redirect(at: found.node, request, zone, signed)
            case .exact, .wildcard: result = answer(request, found, zone, signed)
            }
            if let result { return result }
        }
    }

    /// From the records of a name, or of the wildcard that stands in for it. nil: it is an alias; `name` is its target now.
    private mutating func answer(
        _ request: Request, _ found: Finding, _ zone: Zone, _ signed: Bool
    ) -> Result? {
        if request.type == .rrsig { return answerSignatures(found, zone, signed) }
        if let set = request.type == .any ? anySet(at: found.node, zone) : zone.set(request.type, at: found.node) {
            writer.insert(.authoritative)
            let owner = writer.tail(name.length, of: zone)
            guard writer.add(set, of: zone, owner: owner, to: .answer, signed: signed) else { return Self.tooLong }
            let start = writer.page.count - zone.length(of: set, signed: signed)
            noteExpansion(found, zone, signed)
            guard addProofs(zone) else { return Self.tooLong }
            addTargets(of: set, at: start, zone, signed)
            return (.noError, truncated: false)
        }
        guard let set = zone.set(.cname, at: found.node) else { return denyType(found, zone, signed) }
        return follow(set, found, zone, signed)
    }

    /// For ANY, one RRset and not all: that of the lowest type (RFC 8482 §4.1), NSEC if there is no other.
    private func anySet(at node: UInt32, _ zone: Zone) -> Int? {
        let first = Int(zone.nodes[Int(node)].firstSet)
        let sets = first..<first + Int(zone.nodes[Int(node)].setCount)
        return sets.first { zone.sets[$0].type != .nsec } ?? sets.first
    }

    /// RRSIG asked for by itself: all of the name (RFC 4035 §3.1.1).
    private mutating func answerSignatures(_ found: Finding, _ zone: Zone, _ signed: Bool) -> Result {
        let first = Int(zone.nodes[Int(found.node)].firstSet)
        let sets = (first..<first + Int(zone.nodes[Int(found.node)].setCount))
        let length = sets.reduce(0) { $0 + Int(zone.sets[$1].signatureLength) }
        guard length > 0 else { return denyType(found, zone, signed) }
        writer.insert(.authoritative)
        guard writer.page.count + length <= writer.limit else { return Self.tooLong }
        let owner = writer.tail(name.length, of: zone)
        for set in sets { writer.addSignatures(set, of: zone, owner: owner) }
        noteExpansion(found, zone, signed)
        return end(zone)
    }

    /// Nothing more is to be said, but for what proves it.
    private mutating func end(_ zone: Zone) -> Result { addProofs(zone) ? (.noError, truncated: false) : Self.tooLong }

    // MARK: Aliases

    /// Adds a CNAME. nil: `name` is its target now. A circle ends where it closes.
    private mutating func follow(_ set: Int, _ found: Finding, _ zone: Zone, _ signed: Bool) -> Result? {
        if followed.isEmpty { writer.insert(.authoritative) }
        guard canFollow(set) else { return end(zone) }
        let start = writer.page.count
        let owner = writer.tail(name.length, of: zone)
        guard writer.add(set, of: zone, owner: owner, to: .answer, signed: signed) else { return Self.tooLong }
        noteExpansion(found, zone, signed)
        readTarget(of: set, zone)
        let target = scratch
        guard name.read(target.span, at: 0) != nil, zone.encloses(name) else { return end(zone) }
        writer.rename(at: start + 12, length: name.length)
        return nil
    }

    /// Whether this alias is new to the answer, which is neither too long nor has too many.
    private mutating func canFollow(_ set: Int) -> Bool {
        let hash = name.hashes[0]
        guard followed.count < Self.longestChain, writer.page.count < AnswerWriter.reach / 2 else { return false }
        guard !followed.contains(where: { $0.set == set && $0.name == hash }) else { return false }
        followed.append((set, hash, 0))
        return true
    }

    /// The name in the first record of an RRset, written out in `scratch`.
    private mutating func readTarget(of index: Int, _ zone: Zone) {
        let set = zone.sets[index]
        let start = Int(set.start) + 12
        let length = zone.rdlength(at: Int(set.start))
        scratch.removeAll(keepingCapacity: true)
        guard set.patchCount > 0 else { return zone.bytes.withSpan(start..<start + length) { scratch.put($0) } }
        zone.bytes.withSpan(start..<start + length - 2) { scratch.put($0) }
        let tail = zone.u16(at: Int(set.start + set.length + set.signatureLength) + 2)
        scratch.append(contentsOf: zone.origin.wire.suffix(Int(tail)))
    }

    /// Adds a DNAME and the CNAME that it makes of the name (RFC 6672 §3.1). nil: `name` is the target now.
    private mutating func redirect(
        at node: UInt32, _ request: Request, _ zone: Zone, _ signed: Bool
    ) -> Result? {
        guard let set = zone.set(.dname, at: node) else { return end(zone) }
        writer.insert(.authoritative)
        let earlier = followed.first { $0.set == set }?.position
        guard canFollow(set) else { return end(zone) }
        let above = Int(zone.nodes[Int(node)].nameLength) + zone.originLength
        let (owner, redirected) = (writer.tail(above, of: zone), name.hash(ofLast: above))
        let position = earlier ?? writer.page.count
        followed[followed.count - 1].position = position
        if earlier == nil, !writer.add(set, of: zone, owner: owner, to: .answer, signed: signed) { return Self.tooLong }
        readTarget(of: set, zone)
        let target = scratch.count
        guard name.length - above + target <= Name.maxLength else { return (.nameTooLong, truncated: false) }
        guard synthesize(above, position + 12, zone.ttl(of: set), zone) else { return Self.tooLong }
        guard zone.encloses(name), request.type != .cname else { return end(zone) }
        // A target below its own DNAME would only grow, round by round.
        return target >= above && name.hash(ofLast: above) == redirected ? end(zone) : nil
    }

    /// Adds the CNAME from `name` to what it becomes when `scratch` stands for its last `above` bytes, and makes that the
    /// name that is looked up. `scratch` stands at `target` of the message. No alias of its own is signed: the DNAME is (RFC
    /// 6672 §5.3.1).
    private mutating func synthesize(_ above: Int, _ target: Int, _ ttl: UInt32, _ zone: Zone) -> Bool {
        let owner = writer.tail(name.length, of: zone)
        guard writer.page.count + 14 + name.length <= writer.limit, target < AnswerWriter.reach / 2 else {
            return false
        }
        // The labels that stay, in the letters of the message.
        var kept: [UInt8] = []
        while kept.count < name.length - above {
            let at = writer.tail(name.length - kept.count, of: zone)
            for byte in 0...Int(writer.page[at]) { kept.append(writer.page[at + byte]) }
        }
        let (start, whole) = (writer.page.count, kept + scratch)
        _ = name.read(whole.span, at: 0)
        let isRoot = scratch.count == 1
        writer.beginRecord(owner: owner, .cname, ttl: ttl, length: kept.count + (isRoot ? 1 : 2))
        writer.page.put(kept.span)
        if isRoot { writer.page.put(UInt8(0)) } else { writer.page.put(UInt16(truncatingIfNeeded: 0xc000 | target)) }
        writer.rename(at: start + 12, length: name.length, after: scratch.count, at: target)
        return true
    }

    // MARK: Additional

    /// Addresses of the names in an RRset, if they are here and ours to tell (RFC 1035 §3.3, RFC 9460 §4.1); as many as
    /// fit. `start` is where the RRset stands in the message.
    mutating func addTargets(of index: Int, at start: Int, _ zone: Zone, _ signed: Bool) {
        let set = zone.sets[index]
        for target in Int(set.firstTarget)..<Int(set.firstTarget) + Int(set.targetCount) {
            _ = addTarget(zone.targets[target], of: set, at: start, zone, signed)
        }
    }

    /// False when something doesn't fit.
    mutating func addTarget(
        _ target: Zone.Target, of set: Zone.RRset, at start: Int, _ zone: Zone, _ signed: Bool
    ) -> Bool {
        let first = addExtra(target.sets.0, target, of: set, at: start, zone, signed)
        let second = addExtra(target.sets.1, target, of: set, at: start, zone, signed)
        return addExtra(target.sets.2, target, of: set, at: start, zone, signed) && first && second
    }

    /// Signatures are left out before addresses are (RFC 4035 §3.1.1).
    private mutating func addExtra(
        _ extra: UInt32, _ target: Zone.Target, of set: Zone.RRset, at start: Int, _ zone: Zone, _ signed: Bool
    ) -> Bool {
        guard extra != Zone.none else { return true }
        let position = Int(target.position)
        if writer.isFar(set, at: start) {
            return writer.addFar(extra, namedAt: position, of: set, at: start, zone, signed: signed)
        }
        let there = writer.page.u16(at: start + position)
        let owner = there >= 0xc000 ? Int(there & 0x3fff) : start + position
        if writer.add(Int(extra), of: zone, owner: owner, to: .additional, signed: signed) { return true }
        return signed && writer.add(Int(extra), of: zone, owner: owner, to: .additional, signed: false)
    }
}

extension Zone {
    /// Bytes of an RRset in an answer.
    func length(of set: Int, signed: Bool) -> Int {
        Int(sets[set].length) + (signed ? Int(sets[set].signatureLength) : 0)
    }

    /// Of an RRset's records.
    func ttl(of set: Int) -> UInt32 {
        let start = Int(sets[set].start)
        return UInt32(u16(at: start + 6)) << 16 | UInt32(u16(at: start + 8))
    }
}
