/// RRsets that stand beyond what a pointer can reach, in long answers over TCP.
extension AnswerWriter {
    /// Like `add`, but what no pointer reaches is written out.
    mutating func addFar(_ set: Zone.RRset, of zone: Zone, owner: Int, to section: Section, signed: Bool) -> Bool {
        let first = page.count
        let end = Int(set.start + set.length) + (signed ? Int(set.signatureLength) : 0)
        let far = FarRecords(zone: zone, set: set)
        var at = Int(set.start)
        while at < end {
            let next = at + 12 + zone.rdlength(at: at)
            guard page.count + 2 * Name.maxLength + next - at <= min(limit + 2 * Name.maxLength, Page.capacity) else {
                page.shorten(to: first)
                return false
            }
            if owner < Self.reach {
                page.put(UInt16(truncatingIfNeeded: 0xc000 | owner))
            } else {
                page.put(page.name(at: owner).span)
            }
            page.put(zone.bytes, at + 2, 10)
            let data = page.count
            copy(far, at + 12..<next, first)
            page.patch(UInt16(truncatingIfNeeded: page.count - data), at: data - 2)
            at = next
        }
        guard page.count <= limit else {
            page.shorten(to: first)
            return false
        }
        count(signed ? set.count + UInt32(set.signatureCount) : set.count, section)
        return true
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
        var at = Int(far.set.start) + Int(target & ~Zone.Patch.within)
        while true {
            if let next = far.target(at: at) { return write(far, next, first) }
            let length = Int(far.zone.bytes[at])
            page.put(far.zone.bytes, at, 1 + length)
            if length == 0 { return }
            at += 1 + length
        }
    }
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
