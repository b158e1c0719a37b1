internal import BGP

/// What stands before the value of a path attribute (RFC 4271 §4.3).
struct AttributeHead {
    var flags: AttributeFlags
    var code: AttributeCode
    var length: Int
}

/// Reading attributes that were judged before, by `BGP` or by us: what doesn't fit ends the list.
extension Span where Element == UInt8 {
    /// Takes flags, code and length; the value comes next, as long as that.
    @inline(__always)
    mutating func takeHead() -> AttributeHead? {
        guard count >= 3 else { return nil }
        let flags = AttributeFlags(rawValue: self[0])
        let code = AttributeCode(rawValue: self[1])
        let isLong = flags.contains(.extendedLength)
        guard !isLong || count >= 4 else { return nil }
        let length = isLong ? Int(self[2]) << 8 | Int(self[3]) : Int(self[2])
        let start = isLong ? 4 : 3
        guard count >= start + length else { return nil }
        self = extracting(droppingFirst: start)
        return AttributeHead(flags: flags, code: code, length: length)
    }

    /// Calls `body` with each attribute: its head, and where its value lies.
    @inline(__always)
    func eachAttribute(_ body: (AttributeHead, Span<UInt8>) -> Void) {
        var rest = self
        while let head = rest.takeHead() {
            body(head, rest.extracting(first: head.length))
            rest = rest.extracting(droppingFirst: head.length)
        }
    }

    /// Calls `body` with the value of one attribute, when it is there.
    @inline(__always)
    func withAttribute<Result>(_ code: AttributeCode, _ body: (Span<UInt8>) -> Result) -> Result? {
        var rest = self
        while let head = rest.takeHead() {
            if head.code == code { return body(rest.extracting(first: head.length)) }
            rest = rest.extracting(droppingFirst: head.length)
        }
        return nil
    }

    /// Four bytes in network order; zero where they aren't all there.
    @inline(__always)
    func word(at offset: Int) -> UInt32 {
        guard offset >= 0, offset + 4 <= count else { return 0 }
        // SAFETY: the four bytes lie within the span, and are read where they are.
        return unsafe withUnsafeBytes {
            UInt32(bigEndian: unsafe $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
    }

    /// Whether any group of `size` bytes, at least four, fulfils `test`, which gets its offset.
    @inline(__always)
    func anyGroup(of size: Int, _ test: (Int) -> Bool) -> Bool {
        var offset = 0
        while offset + size <= count {
            if test(offset) { return true }
            offset += size
        }
        return false
    }
}
