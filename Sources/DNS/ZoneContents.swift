/// All of a zone, for whoever sums, compares or checks it.
extension Zone {
    /// An RRset of the zone, as it was in the file.
    struct RRsetView {
        fileprivate let zone: Zone
        fileprivate let index: Int
        /// On the wire, uncompressed, in the letter case of the file.
        let owner: ArraySlice<UInt8>
        /// Glue, or data that can't be reached: below a cut.
        let isBelowCut: Bool
        /// Somebody else is authoritative from here on down.
        let isAtCut: Bool

        var type: RecordType { zone.sets[index].type }
        var ttl: UInt32 { zone.sets[index].ttl }
        var count: Int { Int(zone.sets[index].count) }

        /// One record's data, names in it uncompressed.
        func data(_ record: Int) -> ArraySlice<UInt8> {
            zone.bytes[zone.dataRange(zone.records[Int(zone.sets[index].first) + record])]
        }
    }

    /// Every RRset, glue included: owners in canonical order (RFC 4034 §6.1), types ascending, records in the order of the
    /// file.
    func forEachRRset(_ body: (RRsetView) -> Void) {
        let names = nodes.map { node in
            var end = Int(node.name)
            while bytes[end] != 0 { end += 1 + Int(bytes[end]) }
            return Name(checked: [UInt8](bytes[Int(node.name)...end]))
        }
        for node in nodes.indices.sorted(by: { names[$0] < names[$1] }) {
            let first = Int(nodes[node].firstSet)
            for set in first..<first + Int(nodes[node].setCount) {
                body(
                    RRsetView(
                        zone: self, index: set, owner: names[node].wire[...], isBelowCut: nodes[node].isOccluded,
                        isAtCut: nodes[node].isCut))
            }
        }
    }
}
