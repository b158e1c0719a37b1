package import Net

/// The addresses that the file doesn't give: of links inside the Internet, and of clients.
///
/// The same file gives the same addresses every time, out of ranges that nothing in it touches: those for benchmarks
/// (RFC 2544, RFC 5180) if it can be, else shared and private ones.
package struct AddressPlan: Sendable {
    private let v4: Prefix
    private let v6: Prefix

    static let ranges: [Family: [String]] = [
        .ipv4: ["198.18.0.0/15", "100.64.0.0/15", "10.64.0.0/15", "172.20.0.0/15"],
        .ipv6: ["2001:2::/48", "fd6c:616e:6466::/48", "fd6c:616e:6467::/48"],
    ]

    /// nil when the file uses some of every range.
    package init?(avoiding used: [Prefix]) {
        func free(_ family: Family) -> Prefix? {
            (Self.ranges[family] ?? []).compactMap { Prefix($0) }.first { range in !used.contains(where: range.overlaps)
            }
        }
        guard let v4 = free(.ipv4), let v6 = free(.ipv6) else { return nil }
        (self.v4, self.v6) = (v4, v6)
    }

    /// How many links and how many clients there is room for.
    package static let capacity = (links: 32_768, clients: 4_096)

    /// The two ends of the link with this index.
    package func link(_ index: Int, _ family: Family) -> (Address, Address) {
        let first = (family == .ipv4 ? v4 : v6).address.advanced(by: 2 * index)
        return (first, first.advanced(by: 1))
    }

    /// The network of the client with this index; its first address is the access router's, its second the client's.
    package func client(_ index: Int, _ family: Family) -> Prefix? {
        switch family {
        case .ipv4: Prefix(v4.address.advanced(by: 1 << 16 + 16 * index), length: 28)
        case .ipv6: Prefix(Address(v6: v6.address.bits + UInt128(index + 1) << 64), length: 64)
        }
    }
}
