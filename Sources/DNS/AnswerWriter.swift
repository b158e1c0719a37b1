internal import Net

/// Writes one answer, RRset by RRset, within a limit: of an RRset that doesn't fit nothing is written (RFC 2181 §9).
///
/// Names are compressed without a search: of the name that is looked up it is known where each of its tails stands, and
/// RRsets know which of those their own names end in (`Zone.Patch`).
struct AnswerWriter: Sendable {
    enum Section { case answer, authority, additional }

    var page = Page()
    private var header = Header(id: 0, flags: [])
    /// Where the message ends at the latest; room for OPT is kept free beyond.
    private(set) var limit = 0
    /// Bytes that didn't fit, as far as it was tried.
    private var missing = 0
    /// Behind the end of the name that is looked up, if all of it stood where its first label does, and of the question's:
    /// there the zone's apex stands.
    private var nameEnd = 0
    private var questionEnd = 0
    /// The last `targetLength` bytes of a name that a DNAME made end at `targetEnd`.
    private var targetEnd = 0
    private var targetLength = 0

    /// What a pointer can reach (RFC 1035 §4.1.4).
    static let reach = 0x4000

    /// Begins with the header and a copy of the question, letter case and all.
    mutating func begin(_ request: Request, _ query: Span<UInt8>, limit: Int, reserve: Int) {
        (self.limit, missing) = (limit - reserve, 0)
        header = Header(id: request.id, flags: request.flags.echoed)
        page.clear()
        page.put(query.extracting(first: request.questionEnd))  // the header is written over at the end
        if request.questionEnd > Header.length { header.questions = 1 }
        questionEnd = request.questionEnd - 4
        (nameEnd, targetLength) = (questionEnd, 0)
    }

    /// Whether an answer would fit in `surplus` more bytes.
    func isNear(_ surplus: Int) -> Bool { page.count + missing <= limit + surplus }

    /// Makes an answer shorter that may have been `surplus` bytes too long; false: it still is too long.
    mutating func pack(_ packing: inout Packing, surplus: Int) -> Bool {
        limit -= surplus
        let records = Int(header.answers) + Int(header.authority) + Int(header.additional)
        if page.count > limit { packing.pack(&page, questionEnd: questionEnd + 4, records: records) }
        return page.count <= limit
    }

    /// Whether what is reserved for OPT is all there, also for an extended error.
    func hasRoom(for options: ReplyOptions) -> Bool {
        page.count + (options.extendedError == nil ? 0 : ReplyOptions.errorLength) <= limit
    }

    mutating func insert(_ flag: Flags) { header.flags.insert(flag) }

    /// Writes OPT and, last, the header, whose counts are known now.
    mutating func finish(_ rcode: ResponseCode, _ options: ReplyOptions?, into buffer: inout [UInt8]) {
        if let options {
            options.write(rcode, into: &page)
            header.additional += 1
        }
        header.flags = header.flags.with(rcode)
        page.patchHeader([
            header.id, header.flags.rawValue, header.questions, header.answers, header.authority, header.additional,
        ])
        page.append(to: &buffer)
    }

    /// From now on the name that is looked up is the one at `offset`: of `length` bytes, the apex a pointer.
    mutating func rename(at offset: Int, length: Int) { (nameEnd, targetLength) = (offset + length, 0) }

    /// The same, but the last `targetLength` bytes stand at `target`.
    mutating func rename(at offset: Int, length: Int, after targetLength: Int, at target: Int) {
        (nameEnd, self.targetLength, targetEnd) = (offset + length, targetLength, target + targetLength)
    }

    /// Where a tail of the name that is looked up stands, told by its length.
    func tail(_ length: Int, of zone: Zone) -> Int {
        if length <= zone.originLength { return questionEnd - length }
        return length <= targetLength ? targetEnd - length : nameEnd - length
    }

    /// Adds an RRset whose owner's name stands at `owner`. False: it doesn't fit.
    mutating func add(_ index: Int, of zone: Zone, owner: Int, to section: Section, signed: Bool) -> Bool {
        let set = zone.sets[index]
        let length = Int(set.length) + (signed ? Int(set.signatureLength) : 0)
        let start = page.count
        if owner >= Self.reach {
            return addFar(set, of: zone, owner: .name(page.name(at: owner)), to: section, signed: signed)
        }
        if isFar(set, at: start) { return addFar(set, of: zone, owner: .at(owner), to: section, signed: signed) }
        guard start + length <= limit else {
            missing += length
            return false
        }
        page.put(records: zone.bytes, Int(set.start), length, owner: UInt16(truncatingIfNeeded: 0xc000 | owner))
        var patch = Int(set.start + set.length + set.signatureLength)
        for _ in 0..<set.patchCount {
            let target = pointer(zone.u16(at: patch + 2), of: zone, start)
            page.patch(UInt16(truncatingIfNeeded: 0xc000 | target), at: start + Int(zone.u16(at: patch)))
            patch += 4
        }
        count(signed ? set.count + UInt32(set.signatureCount) : set.count, section)
        return true
    }

    /// Where a pointer of an RRset that begins at `start` leads.
    func pointer(_ target: UInt16, of zone: Zone, _ start: Int) -> Int {
        target & Zone.Patch.within != 0 ? start + Int(target & ~Zone.Patch.within) : tail(Int(target), of: zone)
    }

    /// Adds the RRset of a node whose name doesn't stand in the message yet: it is written out up to the apex.
    mutating func add(
        _ index: Int, at node: UInt32, of zone: Zone, to section: Section, signed: Bool
    ) -> Bool {
        let (set, number, node) = (zone.sets[index], node, zone.nodes[Int(node)])
        let owner = page.count
        guard node.nameLength > 0 else {
            return add(index, of: zone, owner: tail(zone.originLength, of: zone), to: section, signed: signed)
        }
        guard owner < Self.reach else {
            return addFar(set, of: zone, owner: .name(zone.name(of: number)), to: section, signed: signed)
        }
        let length = Int(set.length) + (signed ? Int(set.signatureLength) : 0)
        guard owner + Int(node.nameLength) + length <= limit else { return false }
        page.put(zone.bytes, Int(node.name), Int(node.nameLength))
        if zone.originLength == 1 {
            page.put(UInt8(0))
        } else {
            page.put(UInt16(truncatingIfNeeded: 0xc000 | tail(zone.originLength, of: zone)))
        }
        let type = page.count
        page.put(zone.bytes, Int(set.start) + 2, length - 2)
        let second = type + 10 + Int(page.u16(at: type + 8))
        page.point(UInt16(truncatingIfNeeded: 0xc000 | owner), from: second)
        count(signed ? set.count + UInt32(set.signatureCount) : set.count, section)
        return true
    }

    /// Adds the signatures alone, for which there is room.
    mutating func addSignatures(_ index: Int, of zone: Zone, owner: Int) {
        let set = zone.sets[index]
        page.put(
            records: zone.bytes, Int(set.start + set.length), Int(set.signatureLength),
            owner: UInt16(truncatingIfNeeded: 0xc000 | owner))
        count(UInt32(set.signatureCount), .answer)
    }

    /// Begins a record that isn't in a zone; its data follow, then `endRecord`.
    mutating func beginRecord(
        owner: Int, _ type: RecordType, _ recordClass: RecordClass = .internet, ttl: UInt32, length: Int
    ) {
        page.put(UInt16(truncatingIfNeeded: 0xc000 | owner))
        page.put(type.rawValue)
        page.put(recordClass.rawValue)
        page.put(ttl)
        page.put(UInt16(truncatingIfNeeded: length))
        count(1, .answer)
    }

    /// Adds a record of class CHAOS with one string, at most 255 bytes, about the name that was asked for.
    mutating func addText(_ text: [UInt8]) -> Bool {
        guard page.count + 13 + text.count <= limit else { return false }
        beginRecord(owner: Header.length, .txt, .chaos, ttl: 0, length: text.count + 1)
        page.put(UInt8(truncatingIfNeeded: text.count))
        page.put(text.span)
        return true
    }

    mutating func count(_ records: UInt32, _ section: Section) {
        let records = UInt16(truncatingIfNeeded: records)
        switch section {
        case .answer: header.answers &+= records
        case .authority: header.authority &+= records
        case .additional: header.additional &+= records
        }
    }
}
