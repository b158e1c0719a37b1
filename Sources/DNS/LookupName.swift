/// A name on its way through a lookup: folded to lower case, with the start of each label, in memory that every query
/// uses again.
struct LookupName: Sendable {
    /// As on the wire, lower case.
    private(set) var bytes: [UInt8] = []
    /// Where each label's length byte is, leftmost first; the root's empty label is left out.
    private(set) var starts: [UInt8] = []

    init() {
        bytes.reserveCapacity(Name.maxLength)
        starts.reserveCapacity(Name.maxLength / 2)
    }

    var labelCount: Int { starts.count }

    /// Takes the name that begins at `start` and isn't compressed. Returns the position behind it; nil for what is no
    /// such name.
    mutating func read(_ message: Span<UInt8>, at start: Int) -> Int? {
        bytes.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        var at = start
        while at < message.count {
            let length = Int(message[at])
            guard length <= Name.maxLabelLength, at + length < message.count else { return nil }
            guard bytes.count + 1 + length <= Name.maxLength else { return nil }
            guard length > 0 else {
                bytes.append(0)
                return at + 1
            }
            starts.append(UInt8(truncatingIfNeeded: bytes.count))
            for index in at...at + length { bytes.append(fold(message[index])) }
            at += 1 + length
        }
        return nil
    }
}
