public import Net

/// The other side of our sessions: what the operators of a neighbor's routers configure, so that a site is heard, held to
/// what it may say, and passed on.
///
/// One AS in one role; ``text(for:)`` is it in the words of a platform. It is a part to be added to a router that runs:
/// what a router has only once (a router ID, the way to its kernel) is said in comments.
public struct Handoff: Hashable, Sendable {
    /// Where it comes from, a line each, for the comments at its head.
    public var head: [String]
    /// What filters and groups are called after.
    public var name: String
    /// The AS of the routers that this is for.
    public var asn: ASN
    /// The site's, which every route comes from.
    public var origin: ASN
    /// What the site is to them; nil: they are routers of its own AS.
    public var relation: Router.Relation?
    /// What the site announces, and nothing else may pass.
    public var prefixes: [Prefix]
    /// How often the origin AS may stand in a path.
    public var longestPath: Int
    public var sessions: [Session]
    public var communities: [Tag] = []
    /// Whether routes carry a MULTI_EXIT_DISC.
    public var hasMED = false

    /// One of the site's hosts at one address of the routers.
    public struct Session: Hashable, Sendable {
        public var host: String
        /// What the file calls the router's address.
        public var neighbor: String
        /// The router's.
        public var routerAddress: Address
        /// The host's; nil: the file leaves it to the host's kernel.
        public var hostAddress: Address?
        /// Where the router listens.
        public var port: UInt16
        /// Whether the host waits for the router to connect.
        public var isPassive: Bool
        public var holdTime: Duration
        /// How far away the router may be, in hops; nil: on the same link, or anywhere inside an AS.
        public var hops: UInt8?
        /// Packets come with a TTL of 255, or not at all (RFC 5082).
        public var hasTTLSecurity = false
        /// What is sent is signed (RFC 2385).
        public var hasPassword = false

        public init(
            host: String, neighbor: String, routerAddress: Address, hostAddress: Address?, port: UInt16 = 179,
            isPassive: Bool = false, holdTime: Duration
        ) {
            (self.host, self.neighbor) = (host, neighbor)
            (self.routerAddress, self.hostAddress, self.port) = (routerAddress, hostAddress, port)
            (self.isPassive, self.holdTime) = (isPassive, holdTime)
        }

        public var family: Family { routerAddress.family }
    }

    /// A community that routes may carry.
    public struct Tag: Hashable, Sendable {
        /// `64500:100`, `64500:1:2`.
        public var value: String
        /// `always`, `in a drain`.
        public var when: String

        public init(value: String, when: String) { (self.value, self.when) = (value, when) }
    }

    /// What runs on the routers.
    public enum Platform: String, Hashable, Sendable, CaseIterable { case bird, frr, junos, iosxr }

    public init(
        head: [String] = [], name: String, asn: ASN, origin: ASN, relation: Router.Relation?, prefixes: [Prefix],
        longestPath: Int, sessions: [Session]
    ) {
        (self.head, self.name, self.asn, self.origin, self.relation) = (head, name, asn, origin, relation)
        (self.prefixes, self.longestPath, self.sessions) = (prefixes.sorted(), longestPath, sessions)
    }

    public func text(for platform: Platform) -> String {
        switch platform {
        case .bird: BIRDHandoff(self).text
        case .frr: FRRHandoff(self).text
        case .junos: JunosHandoff(self).text
        case .iosxr: IOSXRHandoff(self).text
        }
    }
}

extension Handoff.Platform {
    /// As its makers write it.
    public var title: String {
        switch self {
        case .bird: "BIRD 2"
        case .frr: "FRR"
        case .junos: "Junos"
        case .iosxr: "IOS XR"
        }
    }
}

/// What every platform's text asks of it.
extension Handoff {
    var isInternal: Bool { relation == nil }

    /// Those that have a session and something to be told over it.
    var families: [Family] { Family.allCases.filter { !sessions(of: $0).isEmpty } }

    func sessions(of family: Family) -> [Session] { sessions.filter { $0.family == family } }

    func prefixes(of family: Family) -> [Prefix] { prefixes.filter { $0.family == family } }

    /// Before the filter, so that a reload with another prefix ends no session: the filter leaves that one out.
    func mostPrefixes(of family: Family) -> Int { max(10, 2 * prefixes(of: family).count) }

    /// How many hosts share the flows of one router.
    var hostCount: Int { Set(sessions.map(\.host)).count }

    /// Whether one family ends at several addresses of theirs, which are several routers as a rule.
    var hasSeveralRouters: Bool {
        families.contains { Set(sessions(of: $0).map(\.routerAddress)).count > 1 }
    }
}

extension Handoff.Session {
    var holdSeconds: Int64 { max(3, holdTime.components.seconds) }
    var keepaliveSeconds: Int64 { holdSeconds / 3 }

    /// The host's address, or what stands for it until somebody knows it: no platform takes that for an address.
    public var hostText: String { hostAddress?.description ?? placeholder }
    public var placeholder: String { "ADDRESS-OF-\(identifier(host).uppercased())-\(family.description.uppercased())" }

    /// What stands for the password, which is in no text.
    public var passwordPlaceholder: String { "<PASSWORD-OF-\(identifier(neighbor).uppercased())>" }

    /// The least TTL that packets of the other side have left (RFC 5082 §3).
    var leastTTL: Int { 256 - max(1, Int(hops ?? 1)) }

    /// Whom the session is with, for descriptions: nothing in it ends a quotation or a line.
    var title: String { plain("landfall \(host) (\(neighbor))") }
}

/// A name that comes from a file, as it may stand in any platform's statements: the rest of it is underscores.
func identifier(_ text: String) -> String { masked(text, but: "-_") }

/// The same for a few words in a description.
func plain(_ text: String) -> String { masked(text, but: "-_.:() ") }

private func masked(_ text: String, but others: String) -> String {
    String(
        text.map { character in
            let isWord = character.isASCII && (character.isLetter || character.isNumber)
            return isWord || others.contains(character) ? character : "_"
        })
}
