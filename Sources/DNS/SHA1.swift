/// SHA-1 (FIPS 180-4), for the names of NSEC3 (RFC 5155 §5), which know no other. Written out here because a server hashes
/// one name for a denial: preparing someone else's digest would take longer than the digest.
struct SHA1 {
    typealias Digest = InlineArray<20, UInt8>

    private var state: InlineArray<5, UInt32> = [0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0]
    private var block = InlineArray<64, UInt8>(repeating: 0)
    private var used = 0
    private var length: UInt64 = 0

    mutating func update(_ bytes: Span<UInt8>) {
        for index in bytes.indices {
            block[used] = bytes[index]
            used += 1
            if used == 64 { compress() }
        }
        length += UInt64(bytes.count)
    }

    consuming func finish() -> Digest {
        block[used] = 0x80
        used += 1
        if used > 56 { pad(to: 64) }
        pad(to: 56)
        for byte in 0..<8 { block[56 + byte] = UInt8(truncatingIfNeeded: (8 * length) >> UInt64(56 - 8 * byte)) }
        compress()
        var digest = Digest(repeating: 0)
        for byte in 0..<20 { digest[byte] = UInt8(truncatingIfNeeded: state[byte / 4] >> UInt32(24 - 8 * (byte % 4))) }
        return digest
    }

    private mutating func pad(to end: Int) {
        while used < end {
            block[used] = 0
            used += 1
        }
        if used == 64 { compress() }
    }

    /// §6.1.2, with the sixteen words that are still needed of the schedule.
    private mutating func compress() {
        var words = InlineArray<16, UInt32>(repeating: 0)
        for index in 0..<16 {
            let at = 4 * index
            words[index] =
                UInt32(block[at]) << 24 | UInt32(block[at + 1]) << 16 | UInt32(block[at + 2]) << 8
                | UInt32(block[at + 3])
        }
        var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
        for step in 0..<80 {
            if step >= 16 {
                let word =
                    words[(step + 13) & 15] ^ words[(step + 8) & 15] ^ words[(step + 2) & 15] ^ words[step & 15]
                words[step & 15] = rotate(word, 1)
            }
            let (mixed, constant): (UInt32, UInt32) =
                switch step {
                case ..<20: (d ^ (b & (c ^ d)), 0x5a82_7999)
                case ..<40: (b ^ c ^ d, 0x6ed9_eba1)
                case ..<60: ((b & c) | (d & (b | c)), 0x8f1b_bcdc)
                default: (b ^ c ^ d, 0xca62_c1d6)
                }
            let next = rotate(a, 5) &+ mixed &+ e &+ constant &+ words[step & 15]
            (e, d, c, b, a) = (d, c, rotate(b, 30), a, next)
        }
        state[0] &+= a
        state[1] &+= b
        state[2] &+= c
        state[3] &+= d
        state[4] &+= e
        used = 0
    }

    @inline(__always)
    private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { word << count | word >> (32 - count) }
}
