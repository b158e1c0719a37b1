internal import Net

/// All of a zone, for whoever sums, compares or checks it.
extension Zone {
    /// Records of one name and type, as they were in the file; of the signatures of a name, those that cover one type.
    struct RRsetView {
        /// On the wire, uncompressed, in the letter case of the file.
        let owner: ArraySlice<UInt8>
        let type: RecordType
        let ttl: UInt32
        /// Glue, or data that can't be reached.
        let isBelowCut: Bool
        /// Somebody else is authoritative from here on down.
        let isAtCut: Bool
        fileprivate let records: [ArraySlice<UInt8>]

        var count: Int { records.count }

        /// One record's data, names in it uncompressed.
        func data(_ record: Int) -> ArraySlice<UInt8> { records[record] }
    }

    /// Every RRset, glue included: owners in canonical order (RFC 4034 §6.1), types ascending, records in the order of the
    /// file. Of each name the signatures come as several sets, by what they cover.
    func forEachRRset(_ body: (RRsetView) -> Void) {
        for node in nodes.indices { forEachRRset(of: node, body) }
    }

    /// Those of one name.
    func forEachRRset(of node: Int, _ body: (RRsetView) -> Void) {
        let owner = name(of: UInt32(node))[...]
        let sets = Int(nodes[node].firstSet)..<Int(nodes[node].firstSet) + Int(nodes[node].setCount)
        for set in sets where self.sets[set].type < .rrsig { body(view(set, owner, node)) }
        for set in sets where self.sets[set].signatureCount > 0 { body(view(set, owner, node, signatures: true)) }
        for set in sets where self.sets[set].type > .rrsig { body(view(set, owner, node)) }
    }

    private func view(
        _ index: Int, _ owner: ArraySlice<UInt8>, _ node: Int, signatures: Bool = false
    ) -> RRsetView {
        let set = sets[index]
        let start = Int(signatures ? set.start + set.length : set.start)
        let end = start + Int(signatures ? set.signatureLength : set.length)
        var records: [ArraySlice<UInt8>] = []
        var at = start
        while at < end {
            let next = at + 12 + rdlength(at: at)
            records.append(
                set.patchCount == 0 || signatures ? bytes[at + 12..<next][...] : expand(at + 12..<next, set, owner))
            at = next
        }
        return RRsetView(
            owner: owner, type: signatures ? .rrsig : set.type,
            ttl: UInt32(u16(at: start + 6)) << 16 | UInt32(u16(at: start + 8)),
            isBelowCut: nodes[node].above != Self.none, isAtCut: nodes[node].traits.contains(.cut), records: records)
    }

    /// Data with their pointers followed.
    private func expand(_ range: Range<Int>, _ set: RRset, _ owner: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var data: [UInt8] = []
        var at = range.lowerBound
        for patch in 0..<Int(set.patchCount) {
            let entry = Int(set.start + set.length + set.signatureLength) + 4 * patch
            let position = Int(set.start) + Int(u16(at: entry))
            guard range.contains(position) else { continue }
            data += bytes[at..<position]
            data += tail(u16(at: entry + 2), set, owner)
            at = position + 2
        }
        return (data + bytes[at..<range.upperBound])[...]
    }

    private func tail(_ target: UInt16, _ set: RRset, _ owner: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard target & Patch.within != 0 else { return owner.suffix(Int(target)) }
        let start = Int(set.start) + Int(target & ~Patch.within)
        var end = start
        while bytes[end] != 0, bytes[end] < 0xc0 { end += 1 + Int(bytes[end]) }
        guard bytes[end] != 0 else { return bytes[start..<end + 1][...] }
        return expand(start..<end + 2, set, owner)
    }

    func u16(at position: Int) -> UInt16 { bytes.u16(at: position) }
}
