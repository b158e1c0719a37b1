internal import Glibc
internal import Kernel
public import Net

/// Who asked, as far as bounded memory can tell.
public struct Clients: Sendable {
    public struct Network: Hashable, Sendable {
        public var prefix: Prefix
        public var queries: UInt64
        /// So many of them may have been others'.
        public var doubt: UInt64
    }

    /// /24 and /48, those that asked most first.
    public var networks: [Network] = []
    /// Of the queries of all networks that were ever counted: those of networks that had to make room count for those that
    /// took their places.
    public var queries: UInt64 = 0
    /// How many addresses asked, give or take a percent.
    public var sources = Sources()

    public init() {}
}

/// Numbers of addresses, by HyperLogLog.
public struct Sources: Hashable, Sendable {
    public var ipv4: UInt64 = 0
    public var ipv6: UInt64 = 0
    /// Of /64s.
    public var ipv6Networks: UInt64 = 0

    public init() {}
}

extension ClientMemory {
    /// All threads together. Takes milliseconds a thread.
    ///
    /// - Parameter most: so many networks are named at most.
    public func clients(most: Int = .max) -> Clients {
        var clients = Clients()
        clients.sources = sources
        var found: [UInt64: (queries: UInt64, doubt: UInt64)] = [:]
        for start in parts { collect(start + Self.clients, into: &found) }
        clients.queries = found.values.reduce(0) { $0 &+ $1.queries }
        let all = found.compactMap { key, count in
            ClientNetwork.prefix(key).map {
                Clients.Network(prefix: $0, queries: count.queries, doubt: min(count.doubt, count.queries))
            }
        }
        clients.networks = Array(all.sorted { ($1.queries, $0.prefix) < ($0.queries, $1.prefix) }.prefix(most))
        return clients
    }

    public var sources: Sources {
        var sources = Sources()
        (sources.ipv4, sources.ipv6, sources.ipv6Networks) = (estimate(0), estimate(2048), estimate(4096))
        return sources
    }

    /// As it is now, in memory of this process alone.
    public func copy() throws(SystemError) -> ClientMemory {
        let copy = try ClientMemory(threads: threads, seed: memory[0])
        for index in Self.header..<memory.count where memory[index] != 0 { copy.memory[index] = memory[index] }
        return copy
    }

    /// Begins anew, for another day. What threads note meanwhile may be lost.
    public func clear() { for index in Self.header..<memory.count where memory[index] != 0 { memory[index] = 0 } }

    private var parts: [Int] { (0..<threads).map { Self.header + $0 * Self.partWords } }

    private func collect(_ start: Int, into found: inout [UInt64: (queries: UInt64, doubt: UInt64)]) {
        for bucket in stride(from: start, to: start + Self.buckets * Self.bucketWords, by: Self.bucketWords) {
            for way in bucket..<bucket + Self.ways where memory[way] != 0 {
                let before = found[memory[way]] ?? (0, 0)
                let (queries, doubt) = (memory[way + Self.ways], memory[way + 2 * Self.ways])
                found[memory[way]] = (before.queries &+ queries, before.doubt &+ doubt)
            }
        }
    }

    /// The threads' registers, joined: of each the largest.
    private func estimate(_ registers: Int) -> UInt64 {
        var counts = [Int](repeating: 0, count: 65)
        for place in 0..<Self.registers / 8 {
            let words = parts.map { memory[$0 + registers + place] }
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                let rank = words.map { $0 >> shift & 0xff }.max() ?? 0
                counts[Int(min(rank, 51))] += 1
            }
        }
        return HyperLogLog.estimate(counts, bits: 14)
    }
}

/// How many there were, by how many registers have each value: the "improved raw estimate" of O. Ertl, "New cardinality
/// estimation algorithms for HyperLogLog sketches" (2017), algorithm 6, which needs no tables of corrections.
enum HyperLogLog {
    static func estimate(_ counts: [Int], bits: Int) -> UInt64 {
        let (registers, last) = (Double(1 << bits), 64 - bits)
        var sum = registers * tau(1 - Double(counts[last + 1]) / registers)
        for value in stride(from: last, to: 0, by: -1) { sum = 0.5 * (sum + Double(counts[value])) }
        sum += registers * sigma(Double(counts[0]) / registers)
        guard sum.isFinite, sum > 0 else { return 0 }
        return UInt64(registers * registers / (2 * log(2) * sum) + 0.5)
    }

    private static func sigma(_ value: Double) -> Double {
        guard value < 1 else { return .infinity }
        var (power, weight, sum, before) = (value, 1.0, value, -1.0)
        while sum != before {
            power *= power
            before = sum
            sum += power * weight
            weight += weight
        }
        return sum
    }

    private static func tau(_ value: Double) -> Double {
        guard value > 0, value < 1 else { return 0 }
        var (root, weight, sum, before) = (value, 1.0, 1 - value, -1.0)
        while sum != before {
            root = root.squareRoot()
            before = sum
            weight *= 0.5
            sum -= (1 - root) * (1 - root) * weight
        }
        return sum / 3
    }
}
