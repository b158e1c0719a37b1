package import Net

/// What /proc/net/nf_conntrack says of the flows to some ports.
package struct TrackedFlows: Hashable, Sendable {
    /// By transport and the port that was asked, `udp 53`.
    package var count: [String: Int] = [:]
    /// All lines that were read.
    package var lines = 0
    /// Lines that are none.
    package var garbled = 0

    init() {}

    /// `ipv4 2 udp 17 29 src=192.0.2.9 dst=203.0.113.53 sport=40000 dport=53 …`: of two directions, the first counts.
    package init(_ text: some StringProtocol, to addresses: Set<Address>) {
        for line in text.split(separator: "\n") {
            lines += 1
            let words = line.split(separator: " ")
            guard words.count > 4, let to = Self.value("dst", words).flatMap({ Address($0) }) else {
                garbled += 1
                continue
            }
            // ICMP has no ports.
            guard let port = Self.value("dport", words), addresses.contains(to) else { continue }
            count["\(words[2]) \(port)", default: 0] += 1
        }
    }

    private static func value(_ name: String, _ words: [some StringProtocol]) -> String? {
        words.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.utf8.count + 1)) }
    }
}
