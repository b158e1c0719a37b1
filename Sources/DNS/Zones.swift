/// All the zones that a server has, found by the name that is asked for. Replaced whole.
public struct Zones: Sendable {
    public let all: [Zone]
    private var table: NameTable
    /// How many labels the longest apex has: tails of a name that are longer need no look.
    private var mostLabels = 0

    /// Of two zones with the same apex the later one counts.
    public init(_ zones: [Zone] = []) {
        all = zones
        table = NameTable(capacity: zones.count)
        var name = LookupName()
        for index in zones.indices.reversed() {
            let wire = zones[index].origin.wire
            _ = name.read(wire.span, at: 0)
            guard find(name, 0) == nil else { continue }
            table.insert(UInt32(index), name.hashes[0])
            mostLabels = max(mostLabels, name.labelCount)
        }
    }

    private func find(_ name: borrowing LookupName, _ label: Int) -> UInt32? {
        table.find(name.hashes[label]) { index in
            let zone = all[Int(index)]
            return zone.originLabelCount == name.labelCount - label && zone.encloses(name)
        }
    }

    /// The zone nearest above `name` (RFC 1034 §4.3.2, step 2). A question for DS at an apex belongs to the parent
    /// (RFC 4035 §3.1.4.1), when the parent is here too.
    func nearest(_ name: borrowing LookupName, _ type: RecordType) -> Int? {
        var own: UInt32?
        for label in max(0, name.labelCount - mostLabels)...name.labelCount {
            guard let index = find(name, label) else { continue }
            if label > 0 || type != .ds { return Int(index) }
            own = index
        }
        return own.map(Int.init)
    }
}
