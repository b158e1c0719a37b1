internal import Net

/// Writes one answer at the end of a buffer, RRset by RRset, within a limit: an RRset that doesn't fit is taken out
/// again whole (RFC 2181 §9).
struct AnswerWriter: Sendable {
    enum Section { case answer, authority, additional }

    private var compressor = Compressor()
    private var header = Header(id: 0, flags: [])
    /// Where the message ends at the latest, in the buffer; room for OPT is kept free beyond.
    private var limit = 0
    /// Where in the message the data of the last record begins: for a CNAME, the name that it points to.
    private(set) var lastName = 0

    /// Begins with the header and a copy of the question, letter case and all.
    mutating func begin(
        _ request: Request, _ query: Span<UInt8>, limit: Int, reserve: Int, into buffer: inout [UInt8]
    ) {
        compressor.begin(buffer)
        self.limit = buffer.count + limit - reserve
        header = Header(id: request.id, flags: request.flags.echoed)
        buffer.put(query.extracting(first: request.questionEnd))  // the header is written over at the end
        guard request.questionEnd > Header.length else { return }
        header.questions = 1
        compressor.learn(Header.length, in: buffer)
    }

    mutating func insert(_ flag: Flags) { header.flags.insert(flag) }

    /// Writes OPT and, last, the header, whose counts are known now.
    mutating func finish(_ rcode: ResponseCode, _ edns: EDNSRequest?, nsid: [UInt8]?, into buffer: inout [UInt8]) {
        if let edns {
            writeOPT(rcode, edns, nsid, &buffer)
            header.additional += 1
        }
        header.flags = header.flags.with(rcode)
        header.patch(&buffer, at: compressor.base)
    }

    private func writeOPT(_ rcode: ResponseCode, _ edns: EDNSRequest, _ nsid: [UInt8]?, _ buffer: inout [UInt8]) {
        buffer.append(0)
        buffer.put(RecordType.opt.rawValue)
        buffer.put(EDNS.payloadSize)
        buffer.append(UInt8(truncatingIfNeeded: rcode.rawValue >> 4))
        buffer.append(0)
        buffer.put(UInt16(edns.dnssecOK ? 0x8000 : 0))
        guard edns.wantsNSID, let nsid else { return buffer.put(UInt16(0)) }
        buffer.put(UInt16(truncatingIfNeeded: 4 + nsid.count))
        buffer.put(EDNS.nsidCode)
        buffer.put(UInt16(truncatingIfNeeded: nsid.count))
        buffer.append(contentsOf: nsid)
    }

    /// The bytes that `finish` needs for OPT.
    static func reserve(_ edns: EDNSRequest?, nsid: [UInt8]?) -> Int {
        guard let edns else { return 0 }
        return 11 + (edns.wantsNSID ? nsid.map { 4 + $0.count } ?? 0 : 0)
    }

    /// Whose name the records of an RRset bear.
    enum Owner {
        /// Where it stands in the message, uncompressed or not.
        case written(at: Int)
        /// That of a node of the zone.
        case node(UInt32)
    }

    /// Adds an RRset; false when it doesn't fit. `ttl` stands in for its own.
    mutating func add(
        _ set: Int, of zone: Zone, _ owner: Owner, to section: Section, ttl: UInt32? = nil,
        into buffer: inout [UInt8]
    ) -> Bool {
        let (start, mark) = (buffer.count, compressor.mark)
        let rrset = zone.sets[set]
        for index in Int(rrset.first)..<Int(rrset.first + rrset.count) {
            writeOwner(owner, zone, &buffer)
            buffer.put(rrset.type.rawValue)
            buffer.put(RecordClass.internet.rawValue)
            buffer.put(ttl ?? rrset.ttl)
            writeData(zone, zone.records[index], rrset.layout, &buffer)
            guard buffer.count <= limit else {
                buffer.removeLast(buffer.count - start)
                compressor.rewind(to: mark)
                return false
            }
        }
        count(rrset.count, section)
        return true
    }

    /// Adds a record of class CHAOS with one string, at most 255 bytes, about the name that was asked for.
    mutating func addText(_ text: [UInt8], into buffer: inout [UInt8]) -> Bool {
        guard buffer.count + 13 + text.count <= limit else { return false }
        writePointer(Header.length, &buffer)
        buffer.put(RecordType.txt.rawValue)
        buffer.put(RecordClass.chaos.rawValue)
        buffer.put(UInt32(0))
        buffer.put(UInt16(truncatingIfNeeded: text.count + 1))
        buffer.append(UInt8(truncatingIfNeeded: text.count))
        buffer.append(contentsOf: text)
        count(1, .answer)
        return true
    }

    private mutating func count(_ records: UInt32, _ section: Section) {
        let records = UInt16(truncatingIfNeeded: records)
        switch section {
        case .answer: header.answers += records
        case .authority: header.authority += records
        case .additional: header.additional += records
        }
    }

    private mutating func writeOwner(_ owner: Owner, _ zone: Zone, _ buffer: inout [UInt8]) {
        switch owner {
        case .written(let offset): writePointer(offset, &buffer)
        case .node(let node):
            let bytes = zone.bytes
            compressor.write(bytes.span, at: Int(zone.nodes[Int(node)].name), into: &buffer)
        }
    }

    private func writePointer(_ offset: Int, _ buffer: inout [UInt8]) {
        buffer.put(UInt16(truncatingIfNeeded: 0xc000 | offset))
    }

    private mutating func writeData(
        _ zone: Zone, _ slot: Zone.Slot, _ layout: DataLayout, _ buffer: inout [UInt8]
    ) {
        let length = buffer.count
        buffer.put(UInt16(0))
        lastName = buffer.count - compressor.base
        let bytes = zone.bytes
        var at = Int(slot.start)
        let end = at + Int(slot.length)
        if layout.names > 0 {
            buffer.append(contentsOf: bytes[at..<at + Int(layout.prefix)])
            at += Int(layout.prefix)
            for _ in 0..<layout.names { at = compressor.write(bytes.span, at: at, into: &buffer) }
        }
        buffer.append(contentsOf: bytes[at..<end])
        buffer.patch(UInt16(truncatingIfNeeded: buffer.count - length - 2), at: length)
    }
}
