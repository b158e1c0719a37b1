internal import Net

/// What is set aside, and what that is for (IANA "Special-Purpose Address Registries" and "Special-Purpose AS Numbers").
extension Prefix {
    /// Nobody routes it: RFC 6890 and what it lists.
    var isSpecial: Bool { Self.special.contains { $0.contains(self) } }
    /// RFC 5737, RFC 3849, RFC 9637.
    var isForDocumentation: Bool { Self.documentation.contains { $0.contains(self) } }

    private static let special = [
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "240.0.0.0/4", "64:ff9b:1::/48", "100::/64", "fc00::/7", "fec0::/10",
    ].compactMap { Prefix($0) }

    private static let documentation = [
        "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20",
    ].compactMap { Prefix($0) }
}

extension Address {
    /// Means another host at every site: RFC 1918, RFC 6598, RFC 4193.
    var isPrivate: Bool {
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"].compactMap { Prefix($0) }
            .contains { $0.contains(self) }
    }

    /// How many bits two addresses have in common from the left.
    func commonBits(_ other: Self) -> Int { (bits ^ other.bits).leadingZeroBitCount }
}

extension ASN {
    /// RFC 6996.
    var isPrivate: Bool { (64512...65534).contains(rawValue) || (4_200_000_000...4_294_967_294).contains(rawValue) }
    /// RFC 5398.
    var isForDocumentation: Bool { (64496...64511).contains(rawValue) || (65536...65551).contains(rawValue) }
    var isPublic: Bool { !isPrivate && !isForDocumentation }
}
