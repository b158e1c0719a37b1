public import Net

/// How announcements are told to one neighbor: what the session knows and a table of intent doesn't.
public struct ExportContext: Hashable, Sendable {
    public var asn: ASN
    public var codec: Codec
    public var families: [Family]
    /// Of each family, the first that is not link-local counts, and for IPv6 the first that is.
    public var nextHops: [Address]
    /// Our routes may go on to the neighbor's customers only: it is our customer, our peer, or a route server's client
    /// (RFC 9234 §5, egress 1).
    public var marksOnlyToCustomer = false

    public init(asn: ASN, codec: Codec, families: [Family], nextHops: [Address]) {
        (self.asn, self.codec, self.families, self.nextHops) = (asn, codec, families, nextHops)
    }

    /// Empty when prefixes of this family can't be told. IPv6 addresses stand in for IPv4 prefixes where the neighbor
    /// understands that and there is no IPv4 address (RFC 8950). A link-local one is added for a neighbor that we speak
    /// with over one (RFC 2545 §3).
    func nextHops(for family: Family) -> [Address] {
        let own = nextHops(of: family)
        return own.isEmpty && family == .ipv4 && codec.ipv4OverIPv6 ? nextHops(of: .ipv6) : own
    }

    private func nextHops(of family: Family) -> [Address] {
        let all = nextHops.filter { $0.family == family }
        return [all.first { !$0.isLinkLocal }, all.first { $0.isLinkLocal }].compactMap(\.self)
    }
}

/// What one neighbor has been told (RFC 4271 §3.2). Given the whole table that it ought to know, it finds the UPDATEs
/// that take it there; given the same table twice, none.
///
/// A new session begins with an empty one, so everything is sent again. No End-of-RIB follows: that belongs to graceful
/// restart (RFC 4724 §2), which isn't offered, because a dead site must lose its routes at once.
public struct AdjRIBOut: Sendable {
    /// An announcement that can't be told, and why.
    public struct Refusal: Hashable, Sendable {
        public var announcement: Announcement
        public var reason: String
    }

    public struct Changes: Hashable, Sendable {
        public var updates: [Update] = []
        public var announced: [Announcement] = []
        public var withdrawn: [Prefix] = []
        /// New refusals only.
        public var refused: [Refusal] = []
    }

    public let context: ExportContext
    private var advertised: [Prefix: Announcement] = [:]
    private var refused: [Prefix: Refusal] = [:]

    public init(_ context: ExportContext) { self.context = context }

    /// In order of the prefixes.
    public var announcements: [Announcement] { advertised.values.sorted { $0.prefix < $1.prefix } }

    var count: Int { advertised.count }

    /// All that the neighbor has been told of a family, to be told again.
    public func updates(of family: Family) -> [Update] {
        announcements(announcements.filter { $0.prefix.family == family })
    }

    /// Where a prefix stands twice in `desired`, the last one counts.
    public mutating func change(to desired: [Announcement]) -> Changes {
        let (wanted, refusals) = sort(desired)
        var changes = Changes()
        changes.withdrawn = advertised.keys.filter { wanted[$0] == nil }.sorted()
        changes.announced = wanted.values.filter { advertised[$0.prefix] != $0 }.sorted { $0.prefix < $1.prefix }
        changes.refused = refusals.values.filter { refused[$0.announcement.prefix] != $0 }
            .sorted { $0.announcement.prefix < $1.announcement.prefix }
        changes.updates = withdrawals(changes.withdrawn) + announcements(changes.announced)
        (advertised, refused) = (wanted, refusals)
        return changes
    }

    private func sort(_ desired: [Announcement]) -> ([Prefix: Announcement], [Prefix: Refusal]) {
        var wanted: [Prefix: Announcement] = [:]
        var refusals: [Prefix: Refusal] = [:]
        for announcement in desired {
            let prefix = announcement.prefix
            (wanted[prefix], refusals[prefix]) = (nil, nil)
            if let reason = objection(announcement) {
                refusals[prefix] = Refusal(announcement: announcement, reason: reason)
            } else {
                wanted[prefix] = announcement
            }
        }
        return (wanted, refusals)
    }

    /// Why an announcement can't be told to this neighbor; nil when it can.
    private func objection(_ announcement: Announcement) -> String? {
        let family = announcement.prefix.family
        guard context.families.contains(family) else { return "\(family) is not exchanged with this neighbor" }
        guard !context.nextHops(for: family).isEmpty else { return "no \(family) address to give as next hop" }
        guard (0...Self.longestPrepend).contains(announcement.prepend) else {
            return "prepended \(announcement.prepend) times, at most \(Self.longestPrepend) are possible"
        }
        guard room(announcement) >= 0 else { return "its attributes don't fit one message" }
        return nil
    }

    /// What routers take a route for that says nothing else.
    public static let usualLocalPref: UInt32 = 100

    /// Longer paths are taken for a mistake and dropped by many networks long before.
    public static let longestPrepend = 200
}

// MARK: UPDATEs

extension AdjRIBOut {
    private func attributes(_ announcement: Announcement) -> PathAttributes {
        var attributes = PathAttributes()
        attributes.origin = .igp
        attributes.asPath = path(announcement)
        attributes.med = announcement.med
        attributes.communities = announcement.communities
        attributes.largeCommunities = announcement.largeCommunities
        if context.codec.isInternal { attributes.localPref = announcement.localPref ?? Self.usualLocalPref }
        if context.marksOnlyToCustomer { attributes.onlyToCustomer = context.asn }
        return attributes
    }

    /// Our ASN once and as often again as asked. Inside our own AS the path is empty (RFC 4271 §5.1.2): a path with the
    /// neighbor's own ASN would be a loop to it, so prepending has no effect there.
    private func path(_ announcement: Announcement) -> ASPath {
        context.codec.isInternal
            ? ASPath() : ASPath(sequence: [ASN](repeating: context.asn, count: 1 + announcement.prepend))
    }

    private func announcements(_ list: [Announcement]) -> [Update] {
        var order: [Update] = []
        var groups: [Update: [Prefix]] = [:]
        for announcement in list {
            let frame = carrier(announcement)
            if groups[frame] == nil { order.append(frame) }
            groups[frame, default: []].append(announcement.prefix)
        }
        return order.flatMap { frame in
            split(groups[frame] ?? [], room: room(frame)).map { frame.announcing($0) }
        }
    }

    /// The UPDATE that says all about an announcement but its prefix. Those that are equal share one.
    private func carrier(_ announcement: Announcement) -> Update {
        var update = Update()
        update.attributes = attributes(announcement)
        let family = announcement.prefix.family
        let hops = context.nextHops(for: family)
        if family == .ipv4, let first = hops.first, first.family == .ipv4 {
            update.attributes.nextHop = first
        } else {
            update.reach = Reach(family: family, nextHops: hops, prefixes: [])
        }
        return update
    }

    private func withdrawals(_ prefixes: [Prefix]) -> [Update] {
        Family.allCases.flatMap { family in
            var frame = Update()
            if family == .ipv6 { frame.unreach = Unreach(family: .ipv6, prefixes: []) }
            return split(prefixes.filter { $0.family == family }, room: room(frame)).map { frame.withdrawing($0) }
        }
    }

    /// Bytes left for prefixes. One is kept for an MP attribute whose length comes to need a second byte.
    private func room(_ frame: Update) -> Int {
        context.codec.maximumLength - Message.update(frame).encoded(context.codec).count - 1
    }

    private func room(_ announcement: Announcement) -> Int {
        room(carrier(announcement)) - announcement.prefix.encodedLength
    }

    private func split(_ prefixes: [Prefix], room: Int) -> [[Prefix]] {
        var parts: [[Prefix]] = []
        var left = 0
        for prefix in prefixes {
            if parts.isEmpty || left < prefix.encodedLength {
                parts.append([])
                left = room
            }
            parts[parts.count - 1].append(prefix)
            left -= prefix.encodedLength
        }
        return parts
    }
}

extension Update {
    fileprivate func announcing(_ prefixes: [Prefix]) -> Self {
        var copy = self
        if copy.reach != nil { copy.reach?.prefixes = prefixes } else { copy.announced = prefixes }
        return copy
    }

    fileprivate func withdrawing(_ prefixes: [Prefix]) -> Self {
        var copy = self
        if copy.unreach != nil { copy.unreach?.prefixes = prefixes } else { copy.withdrawn = prefixes }
        return copy
    }
}
