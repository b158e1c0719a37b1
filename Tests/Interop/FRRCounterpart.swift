public import Net
public import Peers

public struct FRRCounterpart: Counterpart {
    private let frr: FRR
    private let plan: Plan

    public static func version(in sandbox: Sandbox) async throws(PeerError) -> String {
        try await sandbox.run("bgpd", ["--version"]).output.split(separator: "\n").first.map(String.init) ?? ""
    }

    public static func objection(to plan: Plan, in sandbox: Sandbox) async throws(PeerError) -> String? {
        let file = sandbox.folder + "/tried.conf"
        try writeFile(file, text(plan))
        return try await FRR.objection(to: file, in: sandbox)
    }

    public static func line(for offer: Offer, _ link: Link) -> String? {
        switch offer {
        case .extendedNextHops: link.family == .ipv6 ? "neighbor \(link.ours) capability extended-nexthop" : nil
        case .roles: "neighbor \(link.ours) local-role \(link.theirRole)"
        case .md5: link.isSecured ? "neighbor \(link.ours) password \(Plan.password)" : nil
        case .gtsm: link.isSecured ? "neighbor \(link.ours) ttl-security hops 1" : nil
        case .extendedMessages, .enhancedRefresh: nil  // always on
        }
    }

    private static func text(_ plan: Plan) -> String {
        let activations = plan.links.map { link in
            """
              neighbor \(link.ours) activate
              neighbor \(link.ours) filter-list own out

            """
        }.joined()
        return """
            debug bgp neighbor-events
            bgp as-path access-list own permit ^$
            route-map tagged permit 10
             set community 64500:7 65535:0
             set large-community 64500:1:2
             set extcommunity rt 64500:9
            router bgp \(plan.asn)
             bgp router-id \(plan.address4)
             no bgp ebgp-requires-policy
             no bgp network import-check
             bgp log-neighbor-changes
            \(plan.links.map { session(plan, $0) }.joined())
             address-family ipv4 unicast
            \(activations)
             exit-address-family
             address-family ipv6 unicast
            \(activations)
             exit-address-family

            """
    }

    private static func session(_ plan: Plan, _ link: Link) -> String {
        """
         neighbor \(link.ours) remote-as \(plan.ourASN)
         neighbor \(link.ours) timers 10 30
         neighbor \(link.ours) timers connect 1
        \(link.weConnect ? " neighbor \(link.ours) passive\n" : "")\(lines(plan, link, indent: " "))

        """
    }

    public init(_ plan: Plan, in sandbox: Sandbox) async throws(PeerError) {
        self.plan = plan
        frr = try await FRR(in: sandbox, configuration: Self.text(plan))
    }

    public func announce() async throws(PeerError) { try await change("network") }
    public func withdraw() async throws(PeerError) { try await change("no network") }

    private func change(_ words: String) async throws(PeerError) {
        let lines = zip(["ipv4", "ipv6"], Theirs.prefixes).map { family, prefix in
            " address-family \(family) unicast\n  \(words) \(prefix) route-map tagged\n exit-address-family\n"
        }
        try await load(lines.joined())
    }

    private func load(_ lines: String) async throws(PeerError) {
        let (status, output) = try await frr.load("router bgp \(plan.asn)\n" + lines)
        guard status == 0 else { throw PeerError(output) }
    }

    public func refresh(_ link: Link) async throws(PeerError) {
        try await frr.clear("bgp \(link.family) unicast \(link.ours) soft in")
    }

    public func route(to prefix: Prefix) async throws(PeerError) -> String? {
        let text = try await frr.show("bgp \(prefix.family) unicast \(prefix)")
        return text.contains("best") ? text : nil
    }

    public func shutDown(_ link: Link, _ text: String) async throws(PeerError) {
        try await load(" neighbor \(link.ours) shutdown message \(text)\n")
    }

    public func ending(_ link: Link) async throws(PeerError) -> String {
        output.split(separator: "\n").filter { $0.contains("NOTIFICATION") || $0.contains("\(link.ours)") }
            .joined(separator: "\n")
    }

    public var isRunning: Bool { frr.isRunning }

    public var output: String { frr.output }

    public func stop() async { await frr.stop() }
}
