public import Net
public import Peers

public struct ExaBGPCounterpart: Counterpart {
    private let exabgp: ExaBGPSpeaker
    private let plan: Plan

    public static func version(in sandbox: Sandbox) async throws(PeerError) -> String {
        try await sandbox.run("exabgp", ["--version"]).output.split(separator: "\n").first.map(String.init) ?? ""
    }

    public static func objection(to plan: Plan, in sandbox: Sandbox) async throws(PeerError) -> String? {
        try await ExaBGPSpeaker.objection(to: text(plan), in: sandbox)
    }

    public static func line(for offer: Offer, _ link: Link) -> String? {
        switch offer {
        case .extendedMessages: "capability { extended-message enable; }"
        case .extendedNextHops: link.family == .ipv6 ? "nexthop { ipv4 unicast ipv6; }" : nil
        case .md5: link.isSecured ? "md5-password \"\(Plan.password)\";" : nil
        case .gtsm: link.isSecured ? "outgoing-ttl 255; incoming-ttl 255;" : nil
        case .enhancedRefresh, .roles: nil  // there are none
        }
    }

    private static func text(_ plan: Plan) -> String { plan.links.map { session(plan, $0) }.joined() }

    private static func session(_ plan: Plan, _ link: Link) -> String {
        let nextHops = plan.offers.contains(.extendedNextHops) && link.family == .ipv6 ? "nexthop enable;" : ""
        return """
            neighbor \(link.ours) {
              router-id \(plan.address4);
              local-address \(link.theirs);
              local-as \(plan.asn);
              peer-as \(plan.ourASN);
              hold-time 30;
              \(link.weConnect ? "passive true; listen 179;" : "")
              capability { asn4 enable; route-refresh enable; \(nextHops) }
              family { ipv4 unicast; ipv6 unicast; }
            \(lines(plan, link))
            \(ExaBGPSpeaker.conversation(link.name))
            }

            """
    }

    public init(_ plan: Plan, in sandbox: Sandbox) async throws(PeerError) {
        self.plan = plan
        exabgp = try await ExaBGPSpeaker(in: sandbox, neighbors: Self.text(plan))
    }

    /// A prefix goes out over all sessions alike. Its own address as next hop, it has to be told: what it would choose over
    /// a session of the other family has that family's length, and is malformed.
    private var routes: [String] {
        zip(Theirs.prefixes, [plan.address4, plan.address6]).map { "route \($0) next-hop \($1)" }
    }

    public func announce() async throws(PeerError) {
        for route in routes {
            try exabgp.say(
                "announce \(route) community [ 64500:7 65535:0 ] "
                    + "large-community [ 64500:1:2 ] extended-community [ target:64500:9 ]")
        }
    }

    public func withdraw() async throws(PeerError) {
        for route in routes { try exabgp.say("withdraw \(route)") }
    }

    public func refresh(_ link: Link) async throws(PeerError) {
        try exabgp.say("neighbor \(link.ours) announce route-refresh \(link.family) unicast")
    }

    /// It keeps no routes: what it has heard of the prefix last.
    public func route(to prefix: Prefix) async throws(PeerError) -> String? {
        guard let last = exabgp.heard.last(where: { $0.contains("\"\(prefix)\"") }) else { return nil }
        return last.contains("\"announce\"") ? last.tidied : nil
    }

    public func shutDown(_ link: Link, _ text: String) async throws(PeerError) {
        try exabgp.say("neighbor \(link.ours) teardown 2")
    }

    public func ending(_ link: Link) async throws(PeerError) -> String {
        exabgp.heard.filter { $0.contains("\"\(link.ours)\"") && $0.contains("notification") }.joined(separator: "\n")
    }

    public var isRunning: Bool { exabgp.child.isRunning }

    public var output: String { exabgp.child.output }

    public func stop() async { await exabgp.stop() }
}
