/// RRsets that stand beyond what a pointer can reach, in long answers over TCP.
extension AnswerWriter {
    /// Whether an RRset that begins at `start` has pointers to itself that don't reach: then it stands there with names
    /// written out, and not byte by byte as in the zone.
    func isFar(_ set: Zone.RRset, at start: Int) -> Bool { set.patchCount > 0 && start + Int(set.length) > Self.reach }

    /// Like `add`, but what no pointer reaches is written out. `owner` is where the owner's name stands, or the name.
    mutating func addFar(
        _ set: Zone.RRset, of zone: Zone, owner: FarOwner, to section: Section, signed: Bool
    ) -> Bool {
        let first = page.count
        let end = Int(set.start + set.length) + (signed ? Int(set.signatureLength) : 0)
        let far = FarRecords(zone: zone, set: set)
        var at = Int(set.start)
        while at < end {
            let next = at + 12 + zone.rdlength(at: at)
            guard page.count + 3 * Name.maxLength + next - at <= Page.capacity, page.count <= limit else { break }
            switch owner {
            case .at(let offset): page.put(UInt16(truncatingIfNeeded: 0xc000 | offset))
            case .name(let name): page.put(name.span)
            }
            page.put(zone.bytes, at + 2, 10)
            let data = page.count
            copy(far, at + 12..<next, first)
            page.patch(UInt16(truncatingIfNeeded: page.count - data), at: data - 2)
            at = next
        }
        guard at >= end, page.count <= limit else {
            page.shorten(to: first)
            return false
        }
        count(signed ? set.count + UInt32(set.signatureCount) : set.count, section)
        return true
    }

    /// Adds an RRset whose owner is named at `position` of another, which is far and begins at `start`.
    mutating func addFar(
        _ index: UInt32, namedAt position: Int, of other: Zone.RRset, at start: Int, _ zone: Zone, signed: Bool
    ) -> Bool {
        let mark = page.count
        guard mark + Name.maxLength <= Page.capacity else { return false }
        writeName(FarRecords(zone: zone, set: other), position, start)
        let name = page.name(at: mark)
        page.shorten(to: mark)
        return addFar(zone.sets[Int(index)], of: zone, owner: .name(name), to: .additional, signed: signed)
    }

    /// Data whose pointers are resolved on the way. `range` is in the zone's bytes.
    private mutating func copy(_ far: FarRecords, _ range: Range<Int>, _ first: Int) {
        var at = range.lowerBound
        while at < range.upperBound {
            guard let target = far.target(at: at) else {
                page.put(far.zone.bytes[at])
                at += 1
                continue
            }
            write(far, target, first)
            at += 2
        }
    }

    /// A tail of the question's name is always within reach; what stands in the RRset is written again.
    private mutating func write(_ far: FarRecords, _ target: UInt16, _ first: Int) {
        guard target & Zone.Patch.within != 0 else {
            return page.put(UInt16(truncatingIfNeeded: 0xc000 | pointer(target, of: far.zone, first)))
        }
        writeName(far, Int(target & ~Zone.Patch.within), first)
    }

    /// The name at `position` of the RRset.
    private mutating func writeName(_ far: FarRecords, _ position: Int, _ first: Int) {
        var at = Int(far.set.start) + position
        while true {
            if let next = far.target(at: at) { return write(far, next, first) }
            let length = Int(far.zone.bytes[at])
            page.put(far.zone.bytes, at, 1 + length)
            if length == 0 { return }
            at += 1 + length
        }
    }
}

enum FarOwner {
    case at(Int)
    case name([UInt8])
}

private struct FarRecords {
    let zone: Zone
    let set: Zone.RRset

    /// Where the pointer at a position of the zone's bytes leads; nil: there is none. They stand in rising order.
    func target(at position: Int) -> UInt16? {
        let first = Int(set.start + set.length + set.signatureLength)
        let wanted = position - Int(set.start)
        var (low, high) = (0, Int(set.patchCount))
        while low < high {
            let middle = (low + high) / 2
            if Int(zone.u16(at: first + 4 * middle)) < wanted { low = middle + 1 } else { high = middle }
        }
        guard low < Int(set.patchCount), Int(zone.u16(at: first + 4 * low)) == wanted else { return nil }
        return zone.u16(at: first + 4 * low + 2)
    }
}

extension Page {
    /// The name at `offset`, without compression.
    func name(at offset: Int) -> [UInt8] {
        var (at, name): (Int, [UInt8]) = (offset, [])
        while name.count < Name.maxLength {
            let length = Int(self[at])
            if length >= 0xc0 {
                at = Int(u16(at: at) & 0x3fff)
                continue
            }
            for byte in at...at + length { name.append(self[byte]) }
            if length == 0 { return name }
            at += 1 + length
        }
        return name
    }
}
