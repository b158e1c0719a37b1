/// UPDATEs that came one behind the other, as they came. Their headers have been looked at, nothing else.
public struct UpdateBatch: Hashable, Sendable {
    let bytes: [UInt8]
    public let count: Int

    /// Lends each message, header included, until `body` returns false.
    public func forEach(_ body: (Span<UInt8>) -> Bool) {
        let all = bytes.span
        var start = 0
        while start < all.count {
            let length = Int(all[start + 16]) << 8 | Int(all[start + 17])
            guard body(all.extracting(start..<start + length)) else { return }
            start += length
        }
    }
}

extension Framer {
    /// All UPDATEs that are next, up to a message that is something else, isn't whole yet, or can't be read; nil: there are
    /// none.
    mutating func nextUpdates() -> UpdateBatch? {
        var (length, count) = (0, 0)
        while let next = updateLength(after: length) { (length, count) = (length + next, count + 1) }
        return count == 0 ? nil : UpdateBatch(bytes: take(length), count: count)
    }
}
