public import DNS
internal import Kernel

/// What was counted, by one process or by several after each other.
public struct Counts: Hashable, Sendable {
    /// Of messages in each direction, in ranges of 16 bytes: how many there were.
    public struct Sizes: Hashable, Sendable {
        public var questions: [Int: UInt64] = [:]
        public var answers: [Int: UInt64] = [:]
    }

    /// Queries that one zone answered.
    public struct Zone: Hashable, Sendable {
        public var queries: UInt64 = 0
        public var tcp: UInt64 = 0
        public var truncated: UInt64 = 0
        public var edns: UInt64 = 0
        public var dnssecOK: UInt64 = 0
        /// By response code; those from 23 on together.
        public var rcodes: [ResponseCode: UInt64] = [:]
        /// By the type that was asked for; nil: one of those that aren't counted by their own.
        public var types: [RecordType?: UInt64] = [:]

        public init() {}
    }

    public var channels: [QueryChannel: Counters.Traffic] = [:]
    public var udp = Sizes()
    public var tcp = Sizes()
    /// What no zone answered: refused, malformed, about the server itself.
    public var nobody = Zone()
    /// In the order of the server's zones.
    public var zones: [Zone] = []
    public var connections: UInt64 = 0
    /// As many may be open.
    public var places: UInt64 = 0
    public var accepted: UInt64 = 0
    public var rejected: UInt64 = 0
    public var abandoned: UInt64 = 0

    public init() {}

    /// All zones and what none of them answered.
    public var all: Zone { zones.reduce(nobody) { $0 + $1 } }

    /// After another process, whose zones may have been others.
    public mutating func add(_ other: Counts) {
        channels.merge(other.channels, uniquingKeysWith: +)
        (udp, tcp, nobody) = (udp + other.udp, tcp + other.tcp, nobody + other.nobody)
        while zones.count < other.zones.count { zones.append(Zone()) }
        for (index, zone) in other.zones.enumerated() { zones[index] = zones[index] + zone }
        connections &+= other.connections
        places &+= other.places
        accepted &+= other.accepted
        rejected &+= other.rejected
        abandoned &+= other.abandoned
    }

    /// What came since an earlier count. Connections, and places for them, are those of now.
    public func since(_ earlier: Counts) -> Counts {
        var rest = self
        rest.channels = channels.merging(earlier.channels, uniquingKeysWith: -)
        (rest.udp, rest.tcp, rest.nobody) = (udp - earlier.udp, tcp - earlier.tcp, nobody - earlier.nobody)
        rest.accepted &-= earlier.accepted
        rest.rejected &-= earlier.rejected
        rest.abandoned &-= earlier.abandoned
        return rest
    }
}

extension Counts.Sizes {
    public static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.questions.merge(b.questions, uniquingKeysWith: &+)
        sum.answers.merge(b.answers, uniquingKeysWith: &+)
        return sum
    }

    /// What came since an earlier count.
    public static func - (a: Self, b: Self) -> Self {
        var rest = a
        rest.questions = a.questions.less(b.questions)
        rest.answers = a.answers.less(b.answers)
        return rest
    }
}

extension Counts.Zone {
    public static func + (a: Self, b: Self) -> Self {
        var sum = a
        sum.queries &+= b.queries
        sum.tcp &+= b.tcp
        sum.truncated &+= b.truncated
        sum.edns &+= b.edns
        sum.dnssecOK &+= b.dnssecOK
        sum.rcodes.merge(b.rcodes, uniquingKeysWith: &+)
        sum.types.merge(b.types, uniquingKeysWith: &+)
        return sum
    }

    public static func - (a: Self, b: Self) -> Self {
        var rest = a
        rest.queries &-= b.queries
        rest.tcp &-= b.tcp
        rest.truncated &-= b.truncated
        rest.edns &-= b.edns
        rest.dnssecOK &-= b.dnssecOK
        rest.rcodes = a.rcodes.less(b.rcodes)
        rest.types = a.types.less(b.types)
        return rest
    }
}

extension Dictionary where Value == UInt64 {
    /// Without those that didn't rise.
    func less(_ earlier: Self) -> Self {
        merging(earlier) { $0 &- $1 }.filter { $0.value > 0 && self[$0.key] != nil }
    }
}

// MARK: Reading

extension CountingMemory {
    /// All threads together, as it is now.
    public var counts: Counts {
        var counts = Counts()
        counts.zones = Array(repeating: Counts.Zone(), count: zones)
        forEachLane { lane, places in read(lane, places, into: &counts) }
        return counts
    }

    subscript(_ place: Int) -> UInt64 { memory[place] }

    /// Where each thread's words begin, and those of its zones, nobody's first.
    func forEachLane(_ body: (_ lane: Int, _ zones: StrideTo<Int>) -> Void) {
        let length = CountingPlan.laneWords(zones: zones)
        for lane in stride(from: 0, to: threads * length, by: length) {
            let first = lane + CountingPlan.zones
            let end = first + (zones + 1) * CountingPlan.zoneWords
            body(lane, stride(from: first, to: end, by: CountingPlan.zoneWords))
        }
    }

    private func read(_ lane: Int, _ places: StrideTo<Int>, into counts: inout Counts) {
        for channel in QueryChannel.all {
            counts.channels[channel, default: Counters.Traffic()] += traffic(lane + channel.place)
        }
        counts.connections &+= memory[lane + CountingPlan.open]
        counts.places &+= memory[lane + CountingPlan.places]
        counts.accepted &+= memory[lane + CountingPlan.accepted]
        counts.rejected &+= memory[lane + CountingPlan.rejected]
        counts.abandoned &+= memory[lane + CountingPlan.abandoned]
        counts.udp = counts.udp + sizes(lane + CountingPlan.sizes)
        counts.tcp = counts.tcp + sizes(lane + CountingPlan.sizes + 2 * CountingPlan.sizeRanges)
        for (index, place) in places.enumerated() {
            let found = zone(place)
            guard found.queries > 0 else { continue }
            if index == 0 {
                counts.nobody = counts.nobody + found
            } else {
                counts.zones[index - 1] = counts.zones[index - 1] + found
            }
        }
    }

    /// Numbers of one channel, without what only its zones know.
    func traffic(_ place: Int) -> Counters.Traffic {
        var traffic = Counters.Traffic()
        traffic.queries = memory[place + CountingPlan.queries]
        traffic.answers = memory[place + CountingPlan.answers]
        traffic.bytesIn = memory[place + CountingPlan.bytesIn]
        traffic.bytesOut = memory[place + CountingPlan.bytesOut]
        traffic.dropped = memory[place + CountingPlan.dropped]
        traffic.ignored = memory[place + CountingPlan.ignored]
        return traffic
    }

    private func sizes(_ place: Int) -> Counts.Sizes {
        var sizes = Counts.Sizes()
        for range in 0..<CountingPlan.sizeRanges {
            let (question, answer) = (memory[place + range], memory[place + CountingPlan.sizeRanges + range])
            if question > 0 { sizes.questions[range] = question }
            if answer > 0 { sizes.answers[range] = answer }
        }
        return sizes
    }

    private func zone(_ place: Int) -> Counts.Zone {
        var zone = Counts.Zone()
        for code in 0..<CountingPlan.rcodes {
            let count = memory[place + code]
            guard count > 0 else { continue }
            zone.rcodes[ResponseCode(rawValue: UInt16(code))] = count
            zone.queries &+= count
        }
        for type in 0..<CountingPlan.types {
            let count = memory[place + CountingPlan.firstType + type]
            guard count > 0 else { continue }
            let known = type < CountingPlan.countedTypes.count ? CountingPlan.countedTypes[type] : nil
            zone.types[known, default: 0] &+= count
        }
        zone.tcp = memory[place + CountingPlan.tcp]
        zone.truncated = memory[place + CountingPlan.truncated]
        zone.edns = memory[place + CountingPlan.edns]
        zone.dnssecOK = memory[place + CountingPlan.dnssecOK]
        return zone
    }
}
