internal import DNS
internal import Kernel
public import Net
internal import Synchronization

/// What each thread of a server counts, in memory that its agent can read: exact to the last query, also after the process
/// was killed.
public final class CountingMemory: Sendable {
    public let threads: Int
    /// Zones that are counted by their own: the first so many of `Zones.all`.
    public let zones: Int
    let memory: SharedMemory

    private static let (mostThreads, mostZones) = (1024, 65535)

    /// Of this process alone.
    public convenience init(threads: Int, zones: Int) throws(SystemError) { try self.init(threads, zones, false) }

    /// To be handed to a process.
    public convenience init(sharedBy threads: Int, zones: Int) throws(SystemError) {
        try self.init(threads, zones, true)
    }

    private init(_ threads: Int, _ zones: Int, _ isShared: Bool) throws(SystemError) {
        (self.threads, self.zones) = (Self.bounded(threads), min(max(0, zones), Self.mostZones))
        memory = try SharedMemory(
            words: Self.words(self.threads, self.zones), named: "landfall-counts", isShared: isShared)
    }

    /// Takes over what was handed to this process, which was told how many threads and zones it is for.
    public init(owning descriptor: Int32, threads: Int, zones: Int) throws(SystemError) {
        (self.threads, self.zones) = (Self.bounded(threads), min(max(0, zones), Self.mostZones))
        let words = Self.words(self.threads, self.zones)
        memory = try SharedMemory(owning: descriptor) { $0 == words }
    }

    private static func bounded(_ threads: Int) -> Int { min(max(1, threads), mostThreads) }

    private static func words(_ threads: Int, _ zones: Int) -> Int { threads * CountingPlan.laneWords(zones: zones) }

    public var descriptor: Int32 { memory.descriptor }

    /// For one thread at a time.
    func lane(_ thread: Int) -> Lane {
        let length = CountingPlan.laneWords(zones: zones)
        precondition((0..<threads).contains(thread))
        return Lane(memory.part(thread * length..<(thread + 1) * length), zones: zones)
    }
}

/// One thread's counters: a load and a store each, no locked instruction and no shared cache line. Nothing but pointers and
/// numbers, so that handing it on counts no references.
struct Lane {
    // SAFETY: `words` are as many as `CountingPlan.laneWords` says for `zones`, which every place below keeps within; whoever
    // has a lane keeps the memory (`Notes`). The table of types has 512 places and is never given back.
    private let words: UnsafeMutablePointer<Atomic<UInt64>>
    private let zones: Int
    private let placeOfType = CountingPlan.placeOfType

    init(_ words: UnsafeMutablePointer<Atomic<UInt64>>, zones: Int) { (self.words, self.zones) = (words, zones) }

    @inline(__always)
    private func raise(_ place: Int, by amount: UInt64 = 1) {
        words[place].store(words[place].load(ordering: .relaxed) &+ amount, ordering: .relaxed)
    }

    /// Messages that came over a channel, and what went back.
    func add(_ traffic: Counters.Traffic, to channel: QueryChannel) {
        let place = channel.place
        raise(place + CountingPlan.queries, by: traffic.queries)
        raise(place + CountingPlan.answers, by: traffic.answers)
        raise(place + CountingPlan.bytesIn, by: traffic.bytesIn)
        raise(place + CountingPlan.bytesOut, by: traffic.bytesOut)
        if traffic.dropped > 0 { raise(place + CountingPlan.dropped, by: traffic.dropped) }
        if traffic.ignored > 0 { raise(place + CountingPlan.ignored, by: traffic.ignored) }
    }

    /// A query of so many bytes was answered with so many.
    @inline(__always)
    func note(_ reply: Responder.Reply, _ question: Int, _ answer: Int, isTCP: Bool) {
        let sizes = CountingPlan.sizes + (isTCP ? 2 * CountingPlan.sizeRanges : 0)
        raise(sizes + min(question >> 4, CountingPlan.sizeRanges - 1))
        raise(sizes + CountingPlan.sizeRanges + min(answer >> 4, CountingPlan.sizeRanges - 1))
        let slot = reply.zone.map { Int($0) + 1 } ?? 0
        let zone = CountingPlan.zones + (slot <= zones ? slot : 0) * CountingPlan.zoneWords
        raise(zone + min(Int(reply.rcode.rawValue), CountingPlan.rcodes - 1))
        let type = Int(reply.type.rawValue)
        raise(zone + CountingPlan.firstType + (type < 512 ? Int(placeOfType[type]) : CountingPlan.types - 1))
        if isTCP { raise(zone + CountingPlan.tcp) }
        if reply.isTruncated { raise(zone + CountingPlan.truncated) }
        if reply.hasEDNS { raise(zone + CountingPlan.edns) }
        if reply.dnssecOK { raise(zone + CountingPlan.dnssecOK) }
    }

    func setOpen(_ connections: Int) { words[CountingPlan.open].store(UInt64(connections), ordering: .relaxed) }
    func setPlaces(_ connections: Int) { words[CountingPlan.places].store(UInt64(connections), ordering: .relaxed) }
    func noteAccepted() { raise(CountingPlan.accepted) }
    func noteRejected() { raise(CountingPlan.rejected) }
    func noteAbandoned() { raise(CountingPlan.abandoned) }
}
