internal import DNS
internal import Kernel

/// What a server has done since it started, all threads together.
public struct Counters: Hashable, Sendable {
    /// Over one transport.
    public struct Traffic: Hashable, Sendable {
        /// Messages that arrived, whatever they were.
        public var queries: UInt64 = 0
        public var answers: UInt64 = 0
        public var bytesIn: UInt64 = 0
        public var bytesOut: UInt64 = 0
        /// Messages that get no answer: less than a header, or a response.
        public var ignored: UInt64 = 0
        /// Answers that the kernel did not take.
        public var dropped: UInt64 = 0

        public init() {}

        public static func + (a: Self, b: Self) -> Self {
            var sum = a
            sum += b
            return sum
        }

        public static func - (a: Self, b: Self) -> Self {
            var rest = a
            rest.queries &-= b.queries
            rest.answers &-= b.answers
            rest.bytesIn &-= b.bytesIn
            rest.bytesOut &-= b.bytesOut
            rest.ignored &-= b.ignored
            rest.dropped &-= b.dropped
            return rest
        }

        public static func += (a: inout Self, b: Self) {
            a.queries &+= b.queries
            a.answers &+= b.answers
            a.bytesIn &+= b.bytesIn
            a.bytesOut &+= b.bytesOut
            a.ignored &+= b.ignored
            a.dropped &+= b.dropped
        }
    }

    public var udp = Traffic()
    public var tcp = Traffic()
    /// FORMERR, and messages that get no answer.
    public var malformed: UInt64 = 0
    public var refused: UInt64 = 0
    public var nameErrors: UInt64 = 0
    public var truncated: UInt64 = 0
    /// TCP connections that are open now.
    public var connections: UInt64 = 0
    public var accepted: UInt64 = 0
    /// Connections closed at once because there were too many.
    public var rejected: UInt64 = 0
    /// Connections closed because their client was idle, didn't read, sent no DNS, or wanted too much memory.
    public var abandoned: UInt64 = 0

    /// Of a memory, as it is now: without looking at all that is there, as it is asked for several times a second.
    init(_ memory: CountingMemory) {
        memory.forEachLane { lane, zones in
            for channel in QueryChannel.all {
                let traffic = memory.traffic(lane + channel.place)
                if channel.isTCP { tcp += traffic } else { udp += traffic }
            }
            for zone in zones {
                malformed &+= memory[zone + Int(ResponseCode.formatError.rawValue)]
                refused &+= memory[zone + Int(ResponseCode.refused.rawValue)]
                nameErrors &+= memory[zone + Int(ResponseCode.nameError.rawValue)]
                truncated &+= memory[zone + CountingPlan.truncated]
            }
            connections &+= memory[lane + CountingPlan.open]
            accepted &+= memory[lane + CountingPlan.accepted]
            rejected &+= memory[lane + CountingPlan.rejected]
            abandoned &+= memory[lane + CountingPlan.abandoned]
        }
        malformed &+= udp.ignored &+ tcp.ignored
    }
}
