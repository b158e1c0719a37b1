public import BGP
public import Net

/// What a router that we didn't write is to be: its sessions with us, and which of the lines that its configuration may
/// have for them it gets.
public struct Plan: Sendable {
    public var links: [Link]
    /// Lines that its parser has not refused.
    public var offers: Set<Offer>
    /// Both beyond 65,535, so that every path and every community of an AS shows whether four bytes are understood.
    public let ourASN: UInt32
    public let asn: UInt32
    /// The router's own ends of the cable.
    public let address4, address6: Address
    public static let password = "correct-horse"

    /// - Parameter number: of the cable, 1 to 99, so that several can be in one namespace.
    init(number: Int) {
        self.init(
            ourASN: 4_200_000_000, asn: 4_200_000_000 + UInt32(number),
            base4: Address(v4: 0xc612_0000 | UInt32(number) << 8),  // 198.18.0.0/15 (RFC 2544)
            base6: Address(v6: 0x2001_0db8_0180_0000_0000_0000_0000_0000 | UInt128(number) << 80), Link.kinds)
    }

    /// One session, which we speak without our speaker: in the AS and from the address that the vectors in
    /// `Tests/BGPTests/Vectors` have in their paths and as their next hop.
    static let vectors = Self(
        ourASN: 64500, asn: 4_200_000_001, base4: Address(v4: 0xc000_0200),
        base6: Address(v6: 0x2001_0db8_0000_0000_0000_0000_0000_0000), Link.kinds.filter(\.isProbe))

    private init(ourASN: UInt32, asn: UInt32, base4: Address, base6: Address, _ kinds: [Link]) {
        (self.ourASN, self.asn) = (ourASN, asn)
        let (address4, address6) = (base4.advanced(by: 254), base6.advanced(by: 254))
        (self.address4, self.address6) = (address4, address6)
        offers = Set(Offer.allCases)
        links = kinds.enumerated().map { index, kind in
            var link = kind
            link.index = index
            (link.ours4, link.ours6) = (base4.advanced(by: index + 1), base6.advanced(by: index + 1))
            link.theirs = kind.family == .ipv4 ? address4 : address6
            return link
        }
    }

    public subscript(name: String) -> Link { links.first { $0.name == name } ?? links[0] }
}

/// What a line of a configuration asks for. Everything else is a speaker's own choice, and seen in its OPEN.
public enum Offer: String, Sendable, CaseIterable {
    case extendedMessages = "extended messages"
    case extendedNextHops = "IPv4 over IPv6 next hops"
    case enhancedRefresh = "enhanced refresh"
    case roles
    case md5 = "TCP-MD5"
    case gtsm = "GTSM"
}

/// One session of several that we have with the same router, from an address of our own each.
public struct Link: Sendable {
    public var name: String
    public var family: Family
    /// The router waits for us; otherwise we wait for it.
    public var weConnect: Bool
    /// What we are to it.
    public var role: Role
    /// What it is to us.
    var theirRole: Role { role.opposite ?? .peer }
    /// With TCP-MD5 and GTSM.
    public var isSecured = false
    /// No session of our speaker's: for messages that it doesn't send.
    public var isProbe = false
    public internal(set) var theirs = Address(v4: 0)
    var ours4 = Address(v4: 0)
    var ours6 = Address(v4: 0)
    var index = 0

    public var ours: Address { family == .ipv4 ? ours4 : ours6 }

    /// All pairs of roles but the route servers', whichever side marks routes with ONLY_TO_CUSTOMER.
    static let kinds = [
        Link(name: "active4", family: .ipv4, weConnect: true, role: .peer),
        Link(name: "passive4", family: .ipv4, weConnect: false, role: .customer),
        Link(name: "active6", family: .ipv6, weConnect: true, role: .provider),
        Link(name: "passive6", family: .ipv6, weConnect: false, role: .peer),
        Link(name: "secured4", family: .ipv4, weConnect: true, role: .peer, isSecured: true),
        Link(name: "secured6", family: .ipv6, weConnect: false, role: .customer, isSecured: true),
        Link(name: "probe4", family: .ipv4, weConnect: true, role: .peer, isProbe: true),
    ]

    /// What we announce over this session, and over no other.
    public var prefixes: [Prefix] {
        ["203.0.113.\(index * 16)/28", "2001:db8:113:\(index)::/64"].compactMap { Prefix($0) }
    }
}

/// What the router announces to us when it is told to.
public enum Theirs {
    public static let prefixes = ["198.51.100.0/24", "2001:db8:5100::/48"]
    public static let community = "64500:7"
    public static let largeCommunity = "64500:1:2"
    public static let extendedCommunity = "rt:64500:9"
}
