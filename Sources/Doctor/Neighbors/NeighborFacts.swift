internal import Codes
internal import Glibc
internal import Kernel
internal import Net

/// What stands between this host and one neighbor, from near to far: our own address, the route, the interface, the link,
/// and whether BGP answers.
struct NeighborFacts: Sendable {
    var name: String
    var address: Address
    var port: UInt16 = 179
    /// It connects to us, and we don't.
    var isPassive = false
    /// It may be beyond a router: `multihop` says so, or it is of our own AS.
    var mayBeFar = false
    /// Where the session comes from; nil: the kernel chooses.
    var source: Address?
    var isSourceHere = true
    /// That has this address.
    var sourceInterface: Interface?
    /// The entry that packets to it meet, or the error that they meet.
    var route: Result<Route, SystemError>
    /// Interfaces of the route's ways.
    var interfaces: [Interface] = []
    /// What the link says of the next hop, after we have tried.
    var entry: NeighborEntry.State?
    var connection: Connection
    /// As the agent sees it; nil where none runs.
    var session: RunningAgent.Neighbor?
    /// How long ago it had a session with the agent.
    var sessionSeen: Duration?

    enum Connection: Hashable, Sendable {
        /// It answers, and begins to speak BGP or waits for us to.
        case answered
        /// It accepts and closes at once.
        case closed
        case refused
        case timedOut(after: Duration)
        case failed(SystemError)
        /// Somebody else on this host has a connection to it: it isn't disturbed.
        case held(by: String)
        /// An agent of another site on this machine has.
        case heldByAgent(LiveAgent)
        /// The agent has or makes the session, or the neighbor connects: we don't.
        case notTried(String)
    }

    var look: Look {
        Look("neighbor \(name)", summary, findings: findings, hidden: hidden)
    }

    private var subject: String { "neighbor \(name)" }
    private var target: String { "\(Endpoint(address, port: port))" }

    private var summary: String {
        if let session { return "\(address) is \(session.state) at the agent" }
        let way = interfaces.map(\.name).joined(separator: ", ")
        switch connection {
        case .answered: return "\(target) answers, by \(way)"
        case .notTried(let reason): return "\(address) by \(way); \(reason)"
        default: return "\(address) by \(way)"
        }
    }

    private var hidden: String? {
        if case .failed(let error) = connection, error.code == EMFILE { return "\(error)" }
        return nil
    }

    /// The nearest first: what is behind a missing route isn't looked at.
    private var findings: [Finding] {
        if let session { return sessionFinding(session).map { [$0] } ?? [] }
        if let finding = sourceFinding ?? interfaceFinding ?? routeFinding ?? hopFinding { return [finding] }
        return [linkFinding ?? connectionFinding].compactMap(\.self)
    }

    private func sessionFinding(_ session: RunningAgent.Neighbor) -> Finding? {
        guard session.state != "Established" else { return nil }
        let error = session.lastError.map { ": \($0)" } ?? ""
        return Finding(
            .sessionDown, .error, subject, found: ["the agent says \(session.state)\(error)"],
            remedy: [
                "landfall status", "ip route get \(address)",
                "birdc show protocols all   # at the neighbor, where it is BIRD",
            ])
    }

    private var sourceFinding: Finding? {
        guard let source, !isSourceHere else { return nil }
        return Finding(
            .sourceMissing, .error, subject, found: ["\(source) is on no interface of this host"],
            remedy: [
                "ip address show", "ip address add \(source)/\(source.family == .ipv4 ? 24 : 64) dev INTERFACE",
                "or correct `hosts.NAME.unicast` in the file",
            ])
    }

    private var routeFinding: Finding? {
        let found: String
        switch route {
        case .failure(let error) where error.code == EINVAL: found = "the route to \(address) drops (a blackhole)"
        case .failure(let error): found = "\(error)"
        case .success(let route) where route.kind == .unicast: return nil
        case .success(let route) where route.kind == .local: found = "\(address) is this host's own address"
        case .success(let route): found = "the route to \(address) drops (\(route.kind))"
        }
        return Finding(
            .noRoute, .error, subject, found: [found],
            remedy: ["ip route get \(address)", "ip address show"])
    }

    /// A session with another AS has a TTL of 1: the packet dies at the first router.
    private var hopFinding: Finding? {
        guard !mayBeFar, case .success(let route) = route else { return nil }
        let gateways = route.ways.compactMap(\.gateway).filter { $0 != address }
        guard !gateways.isEmpty else { return nil }
        let list = Set(gateways).sorted().map(\.description).joined(separator: ", ")
        return Finding(
            .notOnLink, .error, subject, found: ["the route to \(address) goes through \(list)"],
            remedy: [
                "ip route get \(address)", "ip address show   # no interface has an address of the neighbor's network",
            ])
    }

    private var interfaceFinding: Finding? {
        // An interface that is down takes its routes with it, and keeps its IPv4 addresses.
        let all = interfaces + [sourceInterface].compactMap(\.self)
        guard let down = all.first(where: { !$0.isUp || !$0.hasCarrier }) else { return nil }
        let found = down.isUp ? "\(down.name) is up and has no carrier" : "\(down.name) is down"
        return Finding(
            .interfaceDown, .error, subject, found: [found],
            remedy: down.isUp
                ? ["ip link show \(down.name)", "look at the cable, and at the port at its other end"]
                : ["ip link set dev \(down.name) up"])
    }

    private var linkFinding: Finding? {
        guard let entry, entry == .failed || entry == .incomplete, connection != .answered else { return nil }
        switch connection {
        case .held, .heldByAgent: return nil
        default: break
        }
        let (kind, way) = (address.family == .ipv4 ? "ARP" : "neighbor discovery", interfaces.first?.name ?? "?")
        return Finding(
            .unresolved, .error, subject,
            found: ["\(kind) for it on \(way) is not answered: the entry is \(entry)"],
            remedy: ["ip neighbor show dev \(way)", "look at the neighbor: its address, its VLAN, its port"])
    }

    private var connectionFinding: Finding? {
        switch connection {
        case .answered, .notTried: return nil
        case .refused:
            return Finding(
                .refused, .error, subject, found: ["connect \(target): Connection refused"],
                remedy: [
                    "start BGP at the neighbor, and have it listen at \(address)",
                    "landfall check FILE   # whether address and port are the neighbor's",
                ])
        case .timedOut(let limit):
            return Finding(
                .silent, .error, subject, found: ["connect \(target): no answer within \(limit.shortText)"],
                remedy: [
                    "nft list ruleset   # what drops TCP port \(port) here", "look for a packet filter at the neighbor",
                ])
        case .closed: return closedFinding
        case .failed(let error):
            return Finding(
                .unreachable, .error, subject, found: ["\(error)"],
                remedy: ["ip route get \(address)", "nft list ruleset"])
        case .held(let by):
            return Finding(
                .otherSpeaker, .warning, subject, found: ["\(by) has a connection to \(target)"],
                remedy: ["ss -tnp 'dst \(address)'", "stop that speaker before the agent starts"])
        case .heldByAgent(let agent):
            return Finding(
                .otherSpeaker, .warning, subject, found: ["the agent of \(agent.name) has a connection to \(target)"],
                remedy: agent.remedy)
        }
    }

    /// Who has had a session lately knows this host.
    private static let recently = Duration.seconds(3600)

    /// From outside, a router that rests after an error and one that doesn't know us do the same.
    private var closedFinding: Finding {
        let found = "\(target) accepts the connection and closes it at once"
        let look = "birdc show protocols all   # at the neighbor, where it is BIRD: it may be in its error wait"
        let again = "ask again in five minutes: a router rests after a session that an error ended"
        if let sessionSeen, sessionSeen < Self.recently {
            let known = "it had a session with the agent \(sessionSeen.roundedText) ago, so it knows this host"
            return Finding(.closes, .note, subject, found: [found, known], remedy: [again, look])
        }
        let us = source.map(\.description) ?? "the address that `ip route get` shows as src"
        let configure = "if it still does: configure this host at the neighbor, as \(us)"
        return Finding(.closes, .warning, subject, found: [found], remedy: [again, configure, look])
    }
}

extension Explanation {
    static let sourceMissing = Self(
        "LF-D301", "source-missing", title: "The host's own address is not on this host.",
        meaning: """
            The file says from which address of the host sessions are opened (`unicast`), and no interface has it. The \
            agent starts, and no session comes up.
            """,
        remedy: "Put the address on the interface, or correct the file, `--site` or `--host`.")
    static let noRoute = Self(
        "LF-D302", "no-route", title: "There is no route to the neighbor.",
        meaning: "Packets to the neighbor are dropped on this host, so its session can't come up.",
        remedy: "`ip route get ADDRESS` says what happens to them: an interface's address or its network is wrong.")
    static let notOnLink = Self(
        "LF-D303", "neighbor-not-on-link", title: "The neighbor is behind a router, and not on a link of this host.",
        meaning: """
            A session with another AS is one with a directly connected router: the agent sends with a TTL of 1, and a \
            router on the way drops the packets. Mostly the interface to the neighbor is down, or has another network.
            """,
        remedy: "Give the interface to the neighbor an address of the neighbor's network.")
    static let interfaceDown = Self(
        "LF-D304", "interface-down", title: "The interface to the neighbor is down.",
        meaning: "Nothing can be sent to the neighbor, and its session can't come up.",
        remedy: "`ip link set dev INTERFACE up`; without a carrier it is the cable, or the port at its other end.")
    static let unresolved = Self(
        "LF-D305", "neighbor-unresolved", title: "The neighbor doesn't answer on its link.",
        meaning: """
            Before the first packet, the host asks on the link who has the neighbor's address (ARP, or neighbor discovery). \
            Nobody answers: the neighbor is off, on another VLAN, or has another address.
            """,
        remedy: "Look at the neighbor's address and VLAN; `ip neighbor show` has what this host knows.")
    static let refused = Self(
        "LF-D306", "neighbor-refuses", title: "The neighbor refuses BGP.",
        meaning: """
            The neighbor is there, and nothing listens at its port 179 for us: BGP isn't started, isn't configured for this \
            address, or the port is another. Where it connects to us instead, say `passive: true`.
            """,
        remedy: "Configure the session at the neighbor.")
    static let silent = Self(
        "LF-D307", "neighbor-silent", title: "The neighbor doesn't answer at the port of BGP.",
        meaning: """
            The neighbor answers on the link, and not at TCP port 179: a packet filter, here or there, drops what comes. \
            Routers often take BGP from configured neighbors only.
            """,
        remedy: "Configure the session at the neighbor; look for packet filters on both sides.")
    static let closes = Self(
        "LF-D308", "neighbor-closes", title: "The neighbor accepts connections and closes them at once.",
        meaning: """
            A BGP speaker does so while it rests after a session that an error ended (BIRD's error wait time: one to five \
            minutes), and with whom it has no session configured with. The first is over by itself: it is a note where the \
            agent's history has a session of the last hour. In the second case it knows this host by another address.
            """,
        remedy: """
            Ask again after five minutes; if it still does, configure the session at the neighbor with the address that this \
            host connects from.
            """)
    static let unreachable = Self(
        "LF-D309", "neighbor-unreachable", title: "Connecting to the neighbor fails.",
        meaning: "The kernel, or a router on the way, says why it doesn't carry the packets.",
        remedy: "`ip route get ADDRESS` and `nft list ruleset` show who rejects them.")
    static let sessionDown = Self(
        "LF-D310", "agent-session-down", title: "The agent's session with the neighbor is not up.",
        meaning: """
            An agent runs here, so it was asked and the neighbor left alone. While the session is down, the neighbor hears \
            of no prefix, and its clients go elsewhere.
            """,
        remedy: "`landfall status` says how the last attempts ended.")
    static let otherSpeaker = Self(
        "LF-D311", "other-speaker", title: "Another program on this host has a session with the neighbor.",
        meaning: """
            A router keeps one session with each address. When the agent connects from the same one, either the new session \
            is refused or the old one falls (RFC 4271 §6.8).
            """,
        remedy: "Stop the other BGP speaker, or give the host another `unicast` address.")
}
