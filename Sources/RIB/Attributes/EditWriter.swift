internal import BGP
internal import Net

/// Writes an attribute set anew, with an edit applied: in order of the codes, each with the flags that belong to it. A next
/// hop in MP_REACH_NLRI stands first, without prefixes.
struct EditWriter: Sendable {
    private struct Item: Sendable {
        var head: AttributeHead
        var start: Int
    }

    /// Kept from one set to the next, for its memory.
    private var items: [Item] = []
    private var asn = ASN(0)
    private var hops: [Address]?
    /// Nobody's ASN is in the path: the route is of our own AS, and so is its MED.
    private var isOwn = true

    static func apply(_ edit: Edit, asn: ASN, to bytes: Span<UInt8>, into output: inout [UInt8]) {
        var writer = Self()
        writer.run(edit, [], asn: asn, on: bytes, into: &output)
    }

    /// `ownNextHop` is used where the edit says so.
    mutating func run(
        _ edit: Edit, _ ownNextHop: [Address], asn: ASN, on bytes: Span<UInt8>, into output: inout [UInt8]
    ) {
        self.asn = asn
        hops = edit.ownNextHop && !ownNextHop.isEmpty ? ownNextHop : edit.nextHops
        if edit.globalNextHop, hops == nil { hops = bytes.globalNextHop.map { [$0] } }
        collect(edit, bytes)
        for index in items.indices {
            let item = items[index]
            let value = bytes.extracting(item.start..<item.start + item.head.length)
            write(edit, item.head, value, into: &output)
        }
    }

    /// What is there, and what the edit will add, in order.
    private mutating func collect(_ edit: Edit, _ bytes: Span<UInt8>) {
        items.removeAll(keepingCapacity: true)
        isOwn = true
        var seen: UInt64 = 0
        var rest = bytes
        while let head = rest.takeHead() {
            if head.code == .asPath, head.length > 0 { isOwn = false }
            if head.code.rawValue < 64 { seen |= 1 << UInt64(head.code.rawValue) }
            insert(Item(head: head, start: bytes.count - rest.count))
            rest = rest.extracting(droppingFirst: head.length)
        }
        add(.localPref, seen, edit.hasLocalPref)
        if case .set = edit.med { add(.med, seen, true) }
        add(.asPath, seen, edit.prepend > 0)
        add(.communities, seen, !edit.communities.adds.isEmpty)
        add(.largeCommunities, seen, !edit.largeCommunities.adds.isEmpty)
        add(.onlyToCustomer, seen, edit.onlyToCustomer != nil)
        if let hops { add(hops.isLegacy ? .nextHop : .mpReach, seen, true) }
    }

    /// An attribute that the edit gives to whoever doesn't have it.
    private mutating func add(_ code: AttributeCode, _ seen: UInt64, _ isWanted: Bool) {
        guard isWanted, seen & 1 << UInt64(code.rawValue) == 0 else { return }
        insert(Item(head: AttributeHead(flags: [], code: code, length: 0), start: 0))
    }

    /// At its place by code: most come in order already.
    private mutating func insert(_ item: Item) {
        var place = items.count
        items.append(item)
        while place > 0, items[place - 1].head.code.order > item.head.code.order {
            items[place] = items[place - 1]
            place -= 1
        }
        items[place] = item
    }

    private func write(_ edit: Edit, _ head: AttributeHead, _ value: Span<UInt8>, into output: inout [UInt8]) {
        switch head.code {
        case .mpReach: writeReach(value, into: &output)
        case .nextHop: writeNextHop(value, into: &output)
        case .asPath: output.put(.asPath, [.transitive]) { writePath(edit.prepend, value, into: &$0) }
        case .med: writeNumber(edit.med, .med, [.optional], value, removed: edit.leavesAS && !isOwn, into: &output)
        case .localPref: writeLocalPref(edit, value, into: &output)
        case .communities: writeCommunities(edit.communities, value, into: &output)
        case .largeCommunities: writeLargeCommunities(edit.largeCommunities, value, into: &output)
        case .extendedCommunities: writeExtendedCommunities(edit.leavesAS, value, into: &output)
        case .onlyToCustomer: writeOnlyToCustomer(edit.onlyToCustomer, value, into: &output)
        case .as4Path, .as4Aggregator: break  // RFC 6793 §6: not between speakers that have four-byte ASNs
        case .originatorID, .clusterList: if !edit.leavesAS { output.put(head, value) }
        default: writeOther(edit.passesOn, head, value, into: &output)
        }
    }

    // MARK: One by one

    private func writeReach(_ value: Span<UInt8>, into output: inout [UInt8]) {
        guard let hops else { return output.putReach(value) }
        guard !hops.isLegacy, let family = hops.first?.family else { return }
        var reach: [UInt8] = []
        // The family of the prefixes stays: IPv4 prefixes can have IPv6 next hops (RFC 8950).
        reach.put(value.count >= 2 ? UInt16(value[0]) << 8 | UInt16(value[1]) : family.rawValue)
        reach.put(UInt8(1))
        reach.put(UInt8(truncatingIfNeeded: hops.count * 16))
        for hop in hops { reach += hop.bytes }
        reach.put(UInt8(0))
        output.putReach(reach.span)
    }

    private func writeNextHop(_ value: Span<UInt8>, into output: inout [UInt8]) {
        guard let hops else { return output.put(.nextHop, [.transitive]) { $0.put(value) } }
        guard hops.isLegacy, let hop = hops.first else { return }
        output.put(.nextHop, [.transitive]) { $0.put(hop.narrow) }
    }

    /// Into the first sequence where it has room, else as a segment of its own (RFC 4271 §5.1.2).
    private func writePath(_ prepend: Int, _ value: Span<UInt8>, into output: inout [UInt8]) {
        guard prepend > 0 else { return output.put(value) }
        let joins = value.count >= 2 && value[0] == ASPath.Kind.sequence.rawValue && Int(value[1]) + prepend <= 255
        output.put(ASPath.Kind.sequence.rawValue)
        output.put(UInt8(clamping: prepend + (joins ? Int(value[1]) : 0)))
        for _ in 0..<min(prepend, 255) { output.put(asn.rawValue) }
        output.put(joins ? value.extracting(droppingFirst: 2) : value)
    }

    private func writeNumber(
        _ number: Edit.Number, _ code: AttributeCode, _ flags: AttributeFlags, _ value: Span<UInt8>, removed: Bool,
        into output: inout [UInt8]
    ) {
        switch number {
        case .set(let new): output.put(code, flags) { $0.put(new) }
        case .keep where !removed: output.put(code, flags) { $0.put(value) }
        case .keep, .remove: break
        }
    }

    private func writeLocalPref(_ edit: Edit, _ value: Span<UInt8>, into output: inout [UInt8]) {
        guard !edit.leavesAS else { return }
        switch edit.localPref {
        case .set(let new): output.put(.localPref, [.transitive]) { $0.put(new) }
        case .keep where !value.isEmpty: output.put(.localPref, [.transitive]) { $0.put(value) }
        case .keep, .remove:
            if edit.needsLocalPref { output.put(.localPref, [.transitive]) { $0.put(Facts.usualLocalPref) } }
        }
    }

    private func writeCommunities(
        _ tags: Edit.Tags<Community, CommunityPattern>, _ value: Span<UInt8>, into output: inout [UInt8]
    ) {
        if tags.isEmpty {
            if !value.isEmpty { output.put(.communities, [.optional, .transitive]) { $0.put(value) } }
            return
        }
        var kept: [UInt8] = []
        _ = value.anyGroup(of: 4) { offset in
            let word = value.word(at: offset)
            let goes = tags.removesAll || tags.removes.contains { $0.matches(word) }
            if !goes, !tags.adds.contains(Community(rawValue: word)) { kept.put(word) }
            return false
        }
        for tag in tags.adds { kept.put(tag.rawValue) }
        if !kept.isEmpty { output.put(.communities, [.optional, .transitive]) { $0 += kept } }
    }

    private func writeLargeCommunities(
        _ tags: Edit.Tags<LargeCommunity, LargeCommunityPattern>, _ value: Span<UInt8>, into output: inout [UInt8]
    ) {
        if tags.isEmpty {
            if !value.isEmpty { output.put(.largeCommunities, [.optional, .transitive]) { $0.put(value) } }
            return
        }
        var kept: [LargeCommunity] = []
        _ = value.anyGroup(of: 12) { offset in
            let tag = value.largeCommunity(at: offset)
            let goes = tags.removesAll || tags.removes.contains { $0.matches(tag) }
            if !goes, !tags.adds.contains(tag) { kept.append(tag) }
            return false
        }
        kept += tags.adds
        guard !kept.isEmpty else { return }
        output.put(.largeCommunities, [.optional, .transitive]) { bytes in
            for tag in kept { for word in [tag.global, tag.local1, tag.local2] { bytes.put(word) } }
        }
    }

    private func writeExtendedCommunities(_ leavesAS: Bool, _ value: Span<UInt8>, into output: inout [UInt8]) {
        var kept: [UInt8] = []
        _ = value.anyGroup(of: 8) { offset in
            let isTransitive = value[offset] & 0x40 == 0
            if isTransitive || !leavesAS { kept.put(value.extracting(offset..<offset + 8)) }
            return false
        }
        if !kept.isEmpty { output.put(.extendedCommunities, [.optional, .transitive]) { $0 += kept } }
    }

    private func writeOnlyToCustomer(_ ours: ASN?, _ value: Span<UInt8>, into output: inout [UInt8]) {
        let asn = value.count == 4 ? value.word(at: 0) : ours?.rawValue
        if let asn { output.put(.onlyToCustomer, [.optional, .transitive]) { $0.put(asn) } }
    }

    private func writeOther(
        _ passesOn: Bool, _ head: AttributeHead, _ value: Span<UInt8>, into output: inout [UInt8]
    ) {
        guard passesOn, !head.code.isKnown else { return output.put(head, value) }
        guard head.flags.contains(.transitive) else { return }
        var head = head
        if head.flags.contains(.optional) { head.flags.insert(.partial) }
        output.put(head, value)
    }
}

extension Edit {
    fileprivate var hasLocalPref: Bool { if case .set = localPref { true } else { needsLocalPref } }
}

extension AttributeCode {
    /// MP_REACH_NLRI first (RFC 7606 §5.1), then as RFC 4271 §5 recommends.
    fileprivate var order: Int { self == .mpReach ? -1 : Int(rawValue) }

    /// Those whose meaning for others doesn't change by passing through us.
    fileprivate var isKnown: Bool {
        [1...10, 14...18, 25...25, 32...32, 35...35].contains { $0.contains(rawValue) }
    }
}

extension [Address] {
    /// One IPv4 address, which has an attribute of its own.
    fileprivate var isLegacy: Bool { first?.family == .ipv4 }
}

extension Span where Element == UInt8 {
    /// Of two next hops in MP_REACH_NLRI, the one that means something on other links too.
    fileprivate var globalNextHop: Address? {
        guard count > 1, self[1] == AttributeCode.mpReach.rawValue,
            withAttribute(.mpReach, { $0.count > 3 && $0[3] > 16 }) ?? false
        else { return nil }
        return nextHops.first { !$0.isLinkLocal }
    }

    @inline(__always)
    func largeCommunity(at offset: Int) -> LargeCommunity {
        LargeCommunity(word(at: offset), word(at: offset + 4), word(at: offset + 8))
    }
}

extension [UInt8] {
    fileprivate mutating func put(_ head: AttributeHead, _ value: Span<UInt8>) {
        put(head.code, head.flags.subtracting(.extendedLength)) { $0.put(value) }
    }

    /// With two bytes of length, as `BGP` writes it.
    fileprivate mutating func putReach(_ value: Span<UInt8>) {
        put((AttributeFlags.optional.union(.extendedLength)).rawValue)
        put(AttributeCode.mpReach.rawValue)
        put(UInt16(clamping: value.count))
        put(value)
    }

    /// With one byte of length, or two when the value is longer than 255.
    fileprivate mutating func put(_ code: AttributeCode, _ flags: AttributeFlags, _ write: (inout Self) -> Void) {
        let start = count
        put(flags.rawValue)
        put(code.rawValue)
        put(UInt8(0))
        write(&self)
        let length = count - start - 3
        guard length > 255 else {
            self[start + 2] = UInt8(length)
            return
        }
        insert(0, at: start + 2)
        patch(UInt16(clamping: length), at: start + 2)
        self[start] |= AttributeFlags.extendedLength.rawValue
    }
}
