internal import Net

/// A second try for answers that don't fit by a little.
///
/// What RRsets know of compression beforehand ends at their owner's name; a question below a delegation can have more
/// labels in common with the servers there (`zz.d.nic.ch` with `a.nic.ch`). So names are compressed again, this time by
/// search. That takes a few microseconds, and only for answers near the limit.
struct Packing: Sendable {
    private var compressor = Compressor()
    private var packed: [UInt8] = []

    /// How much an answer may be too long to be tried again.
    static let most = 64

    /// Compresses the names of a message of that many records anew.
    mutating func pack(_ page: inout Page, questionEnd: Int, records: Int) {
        packed.removeAll(keepingCapacity: true)
        compressor.begin(packed)
        for at in 0..<questionEnd { packed.append(page[at]) }
        compressor.learn(Header.length, in: packed)
        var at = questionEnd
        for _ in 0..<records { at = copyRecord(page, at) }
        let result = packed
        page.clear()
        page.put(result.span)
    }

    /// Returns where the next record begins.
    private mutating func copyRecord(_ page: Page, _ start: Int) -> Int {
        var at = copyName(page, start)
        let type = RecordType(rawValue: page.u16(at: at))
        let end = at + 10 + Int(page.u16(at: at + 8))
        copy(page, at..<at + 10)
        let length = packed.count
        let layout = DataLayout(type)
        at += 10
        if layout.names > 0 {
            copy(page, at..<at + Int(layout.prefix))
            at += Int(layout.prefix)
            for _ in 0..<layout.names { at = copyName(page, at) }
        }
        copy(page, at..<end)
        packed.patch(UInt16(truncatingIfNeeded: packed.count - length), at: length - 2)
        return end
    }

    private mutating func copyName(_ page: Page, _ start: Int) -> Int {
        let name = page.name(at: start)
        compressor.write(name.span, at: 0, into: &packed)
        return page.nameEnd(at: start)
    }

    private mutating func copy(_ page: Page, _ range: Range<Int>) {
        for at in range { packed.append(page[at]) }
    }
}

extension Page {
    /// Behind the name that begins at `start`, compressed or not.
    func nameEnd(at start: Int) -> Int {
        var at = start
        while self[at] != 0, self[at] < 0xc0 { at += 1 + Int(self[at]) }
        return self[at] == 0 ? at + 1 : at + 2
    }
}
