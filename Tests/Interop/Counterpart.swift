public import Net
public import Peers

/// A router of another make, as the other end of our sessions: how it is told what to be, what to say, and asked what it
/// has heard.
public protocol Counterpart: Sendable {
    /// Of the program and its version, as it says itself.
    static func version(in sandbox: Sandbox) async throws(PeerError) -> String

    /// What the program's parser says against a configuration; nil when it takes it.
    static func objection(to plan: Plan, in sandbox: Sandbox) async throws(PeerError) -> String?

    /// Lines that ask for something, if the program's documents have one, of any of its versions.
    static func line(for offer: Offer, _ link: Link) -> String?

    init(_ plan: Plan, in sandbox: Sandbox) async throws(PeerError)

    /// Tells us ``Theirs/prefixes``, with communities of each kind, and GRACEFUL_SHUTDOWN.
    func announce() async throws(PeerError)
    func withdraw() async throws(PeerError)
    /// Asks us for our routes again.
    func refresh(_ link: Link) async throws(PeerError)
    /// All that it says of its best route to a prefix, communities as `65000:7`; nil when it has none.
    func route(to prefix: Prefix) async throws(PeerError) -> String?
    /// Ends a session with this text, if it can say one.
    func shutDown(_ link: Link, _ text: String) async throws(PeerError)
    /// What it says of a session that we have ended.
    func ending(_ link: Link) async throws(PeerError) -> String
    var isRunning: Bool { get }
    /// All that it wrote to its log.
    var output: String { get }
    func stop() async
}

/// The five of them.
public enum Make: String, CaseIterable, Sendable, CustomStringConvertible {
    case bird = "BIRD"
    case frr = "FRR"
    case gobgp = "GoBGP"
    case openbgpd = "OpenBGPD"
    case exabgp = "ExaBGP"

    public var description: String { rawValue }

    public var type: any Counterpart.Type {
        switch self {
        case .bird: BIRDCounterpart.self
        case .frr: FRRCounterpart.self
        case .gobgp: GoBGPCounterpart.self
        case .openbgpd: OpenBGPDCounterpart.self
        case .exabgp: ExaBGPCounterpart.self
        }
    }

    /// What this machine lacks to run it, as the reason of a skip.
    public var lack: String? {
        switch self {
        case .bird: Program.lack("bird", "birdc")
        case .frr: Program.lack("bgpd", "zebra", "vtysh")
        case .gobgp: Program.lack("gobgpd", "gobgp")
        case .openbgpd: OpenBGPD.lack
        case .exabgp: Program.lack("exabgp").map { $0 + " (which says why it couldn't)" }
        }
    }
}

extension Counterpart {
    /// The lines that a session gets of all that the plan offers.
    static func lines(_ plan: Plan, _ link: Link, indent: String = "  ") -> String {
        Offer.allCases.filter(plan.offers.contains).compactMap { line(for: $0, link) }
            .map { indent + $0 }.joined(separator: "\n")
    }
}

extension String {
    /// `(65000,7)` and `[65000, 7]` become `65000:7`: BIRD and ExaBGP write communities like that.
    var tidied: String {
        var text = ""
        var group: String?
        for character in self {
            switch (character, group) {
            case ("(", _), ("[", _):
                text += group ?? ""
                group = String(character)
            case (")", let inside?), ("]", let inside?):
                let parts = inside.dropFirst().split(separator: ",").map { $0.filter { $0 != " " } }
                let isCommunity = parts.count > 1 && parts.allSatisfy { $0.allSatisfy(\.isNumber) || $0 == "rt" }
                text += isCommunity ? parts.joined(separator: ":") : inside + String(character)
                group = nil
            case (_, .some): group?.append(character)
            case (_, nil): text.append(character)
            }
        }
        return text + (group ?? "")
    }
}
