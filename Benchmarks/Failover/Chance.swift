/// Randomness that a seed repeats (SplitMix64).
struct Chance: RandomNumberGenerator, Sendable {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var word = state
        word = (word ^ (word >> 30)) &* 0xbf58_476d_1ce4_e5b9
        word = (word ^ (word >> 27)) &* 0x94d0_49bb_1331_11eb
        return word ^ (word >> 31)
    }

    /// Random phases of a cycle, one in each of `count` equal parts of it, in random order. Each is uniform over the cycle
    /// alone; together they cover it, so that the median of few runs is nobody's luck.
    mutating func phases(_ count: Int) -> [Double] {
        (0..<count).map { (Double($0) + Double.random(in: 0..<1, using: &self)) / Double(count) }.shuffled(using: &self)
    }
}
