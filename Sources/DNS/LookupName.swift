/// A name on its way through a lookup: folded to lower case, with the start and the hash of each of its tails, in memory
/// that every query uses again.
///
/// The hash of a name is that of its first label mixed into the hash of the rest, so one pass from the right gives the
/// hashes of the name and of all names above it.
struct LookupName: Sendable {
    /// As on the wire, lower case; bytes behind the end mean nothing, but eight can always be read.
    private(set) var bytes = [UInt8](repeating: 0, count: Name.maxLength + 9)
    /// Where each label's length byte is, leftmost first; the root's empty label is left out.
    private(set) var starts = [UInt8](repeating: 0, count: Self.maxLabels)
    /// Of the name that begins at each label, and last of the root.
    private(set) var hashes = [UInt64](repeating: rootHash, count: Self.maxLabels + 1)
    /// Bytes on the wire, the root's label included.
    private(set) var length = 1
    private(set) var labelCount = 0

    private static let maxLabels = Name.maxLength / 2
    static let rootHash: UInt64 = 0x9e37_79b9_7f4a_7c15

    /// Where the name that begins at a label starts; for `labelCount`, the root.
    func start(_ label: Int) -> Int { label == labelCount ? length - 1 : Int(starts[label]) }

    /// Of the tail that is `count` bytes long; nil: no label begins there.
    func hash(ofLast count: Int) -> UInt64? {
        var label = 0
        while length - start(label) > count { label += 1 }
        return length - start(label) == count ? hashes[label] : nil
    }

    /// Takes the name that begins at `start` and isn't compressed. Returns the position behind it; nil for what is no
    /// such name.
    mutating func read(_ message: Span<UInt8>, at start: Int) -> Int? {
        guard start < message.count else { return nil }
        let available = min(message.count - start, Name.maxLength)
        copyFolded(message.extracting(start..<start + available))
        guard findLabels(within: available) else { return nil }
        hashTails()
        return start + length
    }

    /// Eight bytes at a time, so up to seven behind the end are folded with them.
    private mutating func copyFolded(_ source: Span<UInt8>) {
        // SAFETY: `bytes` is nine longer than the longest name; the source has `count` bytes.
        unsafe bytes.withUnsafeMutableBytes { bytes in
            unsafe source.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<source.count]).copyMemory(from: source)
                for at in stride(from: 0, to: source.count, by: 8) {
                    let word = unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
                    unsafe bytes.storeBytes(of: fold(word), toByteOffset: at, as: UInt64.self)
                }
            }
        }
    }

    /// Whether the tail from `label` on begins with the `count` bytes of `stored` from `offset` on, whose case doesn't
    /// count. Eight bytes can be read behind the end of `stored`.
    @inline(__always)
    func matches(_ stored: Fixed<UInt8>, at offset: Int, count: Int, from label: Int) -> Bool {
        let start = start(label)
        precondition(start + count <= length)
        // SAFETY: `stored` lends what is read of it; `bytes` has eight more than `length`, checked above.
        return unsafe bytes.withUnsafeBytes { bytes in
            unsafe stored.withBytes(offset..<offset + count + 8) { stored in
                var at = 0
                while at < count {
                    let theirs = unsafe fold(stored.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                    let ours = unsafe bytes.loadUnaligned(fromByteOffset: start + at, as: UInt64.self)
                    let rest = count - at
                    let mask = rest >= 8 ? UInt64.max : UInt64.max >> UInt64(64 - 8 * rest)
                    if (theirs ^ ours) & mask != 0 { return false }
                    at += 8
                }
                return true
            }
        }
    }

    private mutating func findLabels(within available: Int) -> Bool {
        var (at, count) = (0, 0)
        while at < available {
            let length = Int(bytes[at])
            guard length > 0 else {
                (self.length, labelCount) = (at + 1, count)
                return true
            }
            guard length <= Name.maxLabelLength, count < Self.maxLabels else { return false }
            starts[count] = UInt8(truncatingIfNeeded: at)
            count += 1
            at += 1 + length
        }
        return false
    }

    private mutating func hashTails() {
        var hash = Self.rootHash
        hashes[labelCount] = hash
        var label = labelCount
        while label > 0 {
            label -= 1
            hash = Self.hash(bytes, at: Int(starts[label]), onto: hash)
            hashes[label] = hash
        }
    }

    /// The label with its length byte, eight bytes at a time.
    @inline(__always)
    private static func hash(_ bytes: [UInt8], at start: Int, onto tail: UInt64) -> UInt64 {
        // SAFETY: a label ends before the name does, and eight bytes behind that belong to `bytes`.
        unsafe bytes.withUnsafeBytes { bytes in
            var hash = tail
            var rest = unsafe 1 + Int(bytes[start])
            var at = start
            while rest > 8 {
                hash = unsafe mix(hash ^ bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
                at += 8
                rest -= 8
            }
            let last = unsafe bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self)
            return mix(hash ^ (last & (UInt64.max >> UInt64(64 - 8 * rest))))
        }
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        let product = (value ^ 0xe703_7ed1_a0b4_28db).multipliedFullWidth(by: 0xa076_1d64_78bd_642f)
        return product.high ^ product.low
    }
}

/// ASCII upper case to lower case, eight bytes at once. Bytes of 128 and more stay as they are.
@inline(__always)
func fold(_ word: UInt64) -> UInt64 {
    let low = word & 0x7f7f_7f7f_7f7f_7f7f
    let fromA = low &+ 0x3f3f_3f3f_3f3f_3f3f  // upper bit: 'A' or above
    let aboveZ = low &+ 0x2525_2525_2525_2525  // upper bit: above 'Z'
    let letters = fromA & ~aboveZ & ~word & 0x8080_8080_8080_8080
    return word | letters >> 2
}
