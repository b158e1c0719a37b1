/// `GET /dns/stats`: what our own DNS services were asked.
package struct DNSStats: DNSContent {
    package static let schema = "landfall.dns-stats/1"

    package var services: [Service] = []

    package init() {}

    package struct Service: Codable, Hashable, Sendable {
        package var name = ""
        /// Since when all of it counts: over restarts of the service, not of the agent.
        package var since = ""
        package var channels: [Channel] = []
        package var all = Answers()
        package var connections = Connections()
        /// What no zone answered.
        package var noZone = Answers()
        package var zones: [Zone] = []
        package var today = Day()
        /// From one midnight to the next.
        package var yesterday: Day?

        package init() {}
    }

    /// One transport over one family of addresses.
    package struct Channel: Codable, Hashable, Sendable {
        /// `udp` or `tcp`.
        package var transport = ""
        /// `ipv4` or `ipv6`.
        package var family = ""
        package var queries: UInt64 = 0
        package var answers: UInt64 = 0
        package var bytesIn: UInt64 = 0
        package var bytesOut: UInt64 = 0
        /// What came and was no query at all.
        package var ignored: UInt64 = 0
        /// Answers that the kernel didn't take.
        package var dropped: UInt64 = 0

        package init() {}
    }

    package struct Answers: Codable, Hashable, Sendable {
        package var queries: UInt64 = 0
        package var tcp: UInt64 = 0
        package var truncated: UInt64 = 0
        package var edns: UInt64 = 0
        package var dnssecOK: UInt64 = 0
        /// By the name of the response code.
        package var rcodes: [String: UInt64] = [:]
        /// By the name of the type that was asked for, `other` for those that aren't counted by their own.
        package var types: [String: UInt64] = [:]

        package init() {}
    }

    package struct Zone: Codable, Hashable, Sendable {
        package var name = ""
        package var answers = Answers()

        package init() {}
    }

    /// Of TCP.
    package struct Connections: Codable, Hashable, Sendable {
        package var open: UInt64 = 0
        package var accepted: UInt64 = 0
        package var rejected: UInt64 = 0
        package var abandoned: UInt64 = 0

        package init() {}
    }

    /// What RSSAC002 wants to know of a day.
    package struct Day: Codable, Hashable, Sendable {
        package var began = ""
        /// Left out: it isn't over.
        package var ended: String?
        package var channels: [Channel] = []
        /// By number.
        package var rcodes: [Int: UInt64] = [:]
        /// Sizes of messages by the first byte of a range of 16.
        package var udpRequests: [Int: UInt64] = [:]
        package var udpResponses: [Int: UInt64] = [:]
        package var tcpRequests: [Int: UInt64] = [:]
        package var tcpResponses: [Int: UInt64] = [:]
        /// Addresses that asked, estimated.
        package var sourcesIPv4: UInt64 = 0
        package var sourcesIPv6: UInt64 = 0
        /// Their /64s.
        package var networksIPv6: UInt64 = 0

        package init() {}
    }
}
