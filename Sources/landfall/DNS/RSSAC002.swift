import Control
import Net

/// A day's metrics as RSSAC002 (version 5) wants them published: a YAML document each. Not among them are `load-time`, which
/// begins with a NOTIFY of the root zone's maintainer, and `zone-size`, which that maintainer alone publishes.
struct RSSAC002 {
    private let service: String
    private let day: DNSStats.Day

    /// Ranges of sizes are 16 bytes wide, and the last one is open: queries from here on count together, and answers.
    private static let longQuery = 288
    private static let longAnswer = 4096

    init(_ service: String, _ day: DNSStats.Day) { (self.service, self.day) = (service, day) }

    var documents: [String] {
        [
            document("traffic-volume", volume), document("traffic-sizes", sizes), document("rcode-volume", rcodes),
            document("unique-sources", sources),
        ]
    }

    /// Quoted, a service called `no` or `1e3` stays a word.
    private func document(_ metric: String, _ lines: [String]) -> String {
        let began = String(day.began.prefix(19)) + "Z"
        let head = [
            "---", "version: rssac002v5", "service: '\(service.printable())'", "start-period: '\(began)'",
            "metric: \(metric)",
        ]
        return (head + lines).joined(separator: "\n")
    }

    private var volume: [String] {
        day.channels.map { "dns-\($0.transport)-queries-received-\($0.family): \($0.queries)" }
            + day.channels.map { "dns-\($0.transport)-responses-sent-\($0.family): \($0.answers)" }
    }

    private var sizes: [String] {
        [
            ("udp-request-sizes", day.udpRequests, Self.longQuery),
            ("udp-response-sizes", day.udpResponses, Self.longAnswer),
            ("tcp-request-sizes", day.tcpRequests, Self.longQuery),
            ("tcp-response-sizes", day.tcpResponses, Self.longAnswer),
        ].flatMap { name, counts, long in
            let ranges = Dictionary(counts.map { (min($0.key, long), $0.value) }, uniquingKeysWith: &+)
            guard !ranges.isEmpty else { return ["\(name): {}"] }
            return ["\(name):"]
                + ranges.sorted { $0.key < $1.key }.map { first, count in
                    "  \(first)-\(first == long ? "" : "\(first &+ 15)"): \(count)"
                }
        }
    }

    private var rcodes: [String] { day.rcodes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" } }

    private var sources: [String] {
        [
            "num-sources-ipv4: \(day.sourcesIPv4)", "num-sources-ipv6: \(day.sourcesIPv6)",
            "num-sources-ipv6-aggregate: \(day.networksIPv6)",
        ]
    }
}
