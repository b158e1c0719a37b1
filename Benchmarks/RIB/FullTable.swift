import Net

/// Prefixes as the Internet has them, by length and by how they lie together, from a seed: the same in every run.
struct FullTable {
    private(set) var prefixes: [Prefix] = []
    private var random: SeededRandom
    private var seen: Set<Prefix> = []

    /// Shares of the lengths in the tables of 2025, in thousandths; what is left goes to the last.
    private static let lengths4 = [
        (16, 15), (17, 8), (18, 14), (19, 25), (20, 45), (21, 50), (22, 112), (23, 100), (24, 1000),
    ]
    private static let lengths6 = [
        (29, 30), (32, 110), (36, 50), (40, 90), (42, 25), (44, 100), (46, 40), (47, 30), (48, 1000),
    ]

    init(ipv4: Int, ipv6: Int, seed: UInt64) {
        random = SeededRandom(seed: seed)
        prefixes.reserveCapacity(ipv4 + ipv6)
        let blocks4 = (0..<40_000).map { _ in Self.block4(using: &random) }
        add(ipv4, .ipv4, Self.lengths4, blocks4)
        let tops: [UInt128] = [0x2001, 0x2400, 0x2600, 0x2800, 0x2a00, 0x2c00]
        let blocks6 = (0..<20_000).map { _ in
            (tops.randomElement(using: &random) ?? 0x2a00) << 112 | UInt128(random.next() & 0xfff_ffff) << 96
        }
        add(ipv6, .ipv6, Self.lengths6, blocks6)
        seen = []
    }

    /// A /16 that routers take from others: some refuse loopback's, and 10/8 is where benchmarks have their own links.
    private static func block4(using random: inout SeededRandom) -> UInt128 {
        let block = UInt32.random(in: 0x0100..<0xe000, using: &random)
        return [10, 127].contains(block >> 8) ? block4(using: &random) : UInt128(block) << 112
    }

    private mutating func add(_ count: Int, _ family: Family, _ lengths: [(Int, Int)], _ blocks: [UInt128]) {
        let goal = prefixes.count + count
        while prefixes.count < goal {
            var draw = Int.random(in: 0..<1000, using: &random)
            let length =
                lengths.first { share in
                    draw -= share.1
                    return draw < 0
                }?.0 ?? 24
            let low = UInt128(random.next()) << (family == .ipv4 ? 48 : 32)
            let bits = (blocks.randomElement(using: &random) ?? 0) | low & (.max >> (family == .ipv4 ? 16 : 32))
            guard let prefix = Prefix(Address(family: family, bits: bits), length: length) else { continue }
            if seen.insert(prefix).inserted { prefixes.append(prefix) }
        }
    }

    /// What `peers/lpm.c` reads.
    var text: String {
        prefixes.map { prefix in
            let bits = prefix.family == .ipv4 ? prefix.address.bits >> 96 : prefix.address.bits
            let (high, low) = (UInt64(truncatingIfNeeded: bits >> 64), UInt64(truncatingIfNeeded: bits))
            return
                "\(prefix.family == .ipv4 ? 4 : 6) \(String(high, radix: 16)) \(String(low, radix: 16)) \(prefix.length)\n"
        }.joined()
    }
}
