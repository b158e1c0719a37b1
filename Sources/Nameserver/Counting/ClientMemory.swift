internal import Kernel
internal import Loop
public import Net
internal import Synchronization

/// Who asks, in memory of a bounded size that outlives the processes of a service: how many addresses there are, and which
/// networks ask most. Each thread has a part of it:
///
///     0            2048         4096          6144
///     IPv4         IPv6         IPv6 /64      clients: 4096 buckets of 8 networks, /24 and /48
///     ╰── registers of HyperLogLog, a byte each ──╯
///
/// Two processes write to the same part while one takes over from the other. They can lose a query of each other's then;
/// nothing here is exact to the last one anyway.
public final class ClientMemory: Sendable {
    public let threads: Int
    let memory: SharedMemory

    static let registers = 16_384
    static let buckets = 4096
    static let ways = 8
    /// Of each way a network, how often it asked, and how much of that may have been others.
    static let bucketWords = 24
    static let clients = 6144
    static var partWords: Int { clients + buckets * bucketWords }
    /// The first page holds what hashes begin with.
    static let header = 512

    private static let mostThreads = 1024

    /// Of this process alone.
    public convenience init(threads: Int, seed: UInt64) throws(SystemError) { try self.init(threads, seed, false) }

    /// To be handed to processes, after each other.
    ///
    /// - Parameter seed: what nobody outside knows, so that nobody can find clients that count as one.
    public convenience init(sharedBy threads: Int, seed: UInt64) throws(SystemError) {
        try self.init(threads, seed, true)
    }

    private init(_ threads: Int, _ seed: UInt64, _ isShared: Bool) throws(SystemError) {
        self.threads = min(max(1, threads), Self.mostThreads)
        memory = try SharedMemory(
            words: Self.header + self.threads * Self.partWords, named: "landfall-clients", isShared: isShared)
        memory[0] = seed
    }

    /// Takes over what was handed to this process.
    public init(owning descriptor: Int32) throws(SystemError) {
        memory = try SharedMemory(owning: descriptor) { words in
            (1...Self.mostThreads).contains((words - Self.header) / Self.partWords)
        }
        threads = (memory.count - Self.header) / Self.partWords
    }

    public var descriptor: Int32 { memory.descriptor }

    /// For one thread at a time.
    func part(_ thread: Int) -> Sightings {
        precondition((0..<threads).contains(thread))
        let start = Self.header + thread * Self.partWords
        return Sightings(memory.part(start..<start + Self.partWords), seed: memory[0])
    }
}

/// Where a thread notes who asked. A hash or three and as many places of memory a query.
struct Sightings {
    // SAFETY: `words` are `ClientMemory.partWords`, and every place below is less: a register's index has 14 bits, a
    // bucket's 12. Whoever has them keeps the memory (`Notes`).
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let seed: UInt64

    init(_ words: UnsafeMutablePointer<Atomic<UInt64>>, seed: UInt64) { (self.words, self.seed) = (words, seed) }

    /// A client asked, once or more.
    @inline(__always)
    func note(_ client: DatagramBatch.Client, isIPv6: Bool, queries: UInt64 = 1) {
        let first = Self.mixed(client.high ^ seed)
        if isIPv6 {
            note(Self.mixed(first ^ client.low), in: 2048)
            note(first, in: 4096)
            count(ClientNetwork.key(v6: client.high), queries)
        } else {
            note(first, in: 0)
            count(ClientNetwork.key(v4: client.high), queries)
        }
    }

    /// HyperLogLog: the register that the first bits name keeps the longest run of zeros that was seen behind them.
    @inline(__always)
    private func note(_ hash: UInt64, in registers: Int) {
        let index = Int(hash >> 50)
        let rank = UInt64((hash << 14 | 1 << 13).leadingZeroBitCount + 1)
        let (place, shift) = (registers + index >> 3, UInt64(index & 7) * 8)
        let word = words[place].load(ordering: .relaxed)
        if word >> shift & 0xff < rank {
            words[place].store(word & ~(0xff << shift) | rank << shift, ordering: .relaxed)
        }
    }

    @inline(__always)
    private func count(_ key: UInt64, _ queries: UInt64) {
        let bucket = ClientMemory.clients + Int(Self.mixed(key ^ seed) >> 52) * ClientMemory.bucketWords
        for way in bucket..<bucket + ClientMemory.ways where words[way].load(ordering: .relaxed) == key {
            let place = way + ClientMemory.ways
            return words[place].store(words[place].load(ordering: .relaxed) &+ queries, ordering: .relaxed)
        }
        admit(key, queries, bucket)
    }

    /// Takes the place of whoever asked least, and inherits its count as a doubt of its own: space-saving (Metwally and
    /// others 2005), within a bucket. So who asked more often than anybody's doubt is always there.
    @inline(never)
    private func admit(_ key: UInt64, _ queries: UInt64, _ bucket: Int) {
        var (least, place) = (UInt64.max, bucket)
        for way in bucket..<bucket + ClientMemory.ways {
            let count = words[way + ClientMemory.ways].load(ordering: .relaxed)
            if count < least { (least, place) = (count, way) }
        }
        words[place].store(key, ordering: .relaxed)
        words[place + 2 * ClientMemory.ways].store(least, ordering: .relaxed)
        words[place + ClientMemory.ways].store(least &+ queries, ordering: .relaxed)
    }

    @inline(__always)
    static func mixed(_ value: UInt64) -> UInt64 {
        var hash = (value ^ value >> 32) &* 0xd6e8_feb8_6659_fd93
        hash = (hash ^ hash >> 32) &* 0xd6e8_feb8_6659_fd93
        return hash ^ hash >> 32
    }
}

/// A network that clients are in: what the table of clients knows it by. 0 is nobody.
enum ClientNetwork {
    @inline(__always)
    static func key(v4 high: UInt64) -> UInt64 { 4 << 48 | high >> 40 }

    @inline(__always)
    static func key(v6 high: UInt64) -> UInt64 { 6 << 48 | high >> 16 }

    static func prefix(_ key: UInt64) -> Prefix? {
        switch key >> 48 {
        case 4: Prefix(Address(family: .ipv4, bits: UInt128(key << 40) << 64), length: 24)
        case 6: Prefix(Address(family: .ipv6, bits: UInt128(key << 16) << 64), length: 48)
        default: nil
        }
    }
}
