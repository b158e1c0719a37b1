public import Net
public import Peers

public struct GoBGPCounterpart: Counterpart {
    private let gobgp: GoBGP

    public static func version(in sandbox: Sandbox) async throws(PeerError) -> String {
        try await sandbox.run("gobgpd", ["--version"]).output
    }

    public static func objection(to plan: Plan, in sandbox: Sandbox) async throws(PeerError) -> String? {
        try await GoBGP.objection(to: text(plan), in: sandbox)
    }

    public static func line(for offer: Offer, _ link: Link) -> String? {
        switch offer {
        case .md5: link.isSecured ? "config.auth-password = \"\(Plan.password)\"" : nil
        case .gtsm: link.isSecured ? "ttl-security.config = {enabled = true, ttl-min = 255}" : nil
        case .extendedMessages, .extendedNextHops, .enhancedRefresh, .roles: nil  // there are none
        }
    }

    private static func text(_ plan: Plan) -> String {
        """
        [global.config]
          as = \(plan.asn)
          router-id = "\(plan.address4)"
          port = 179
          local-address-list = ["\(plan.address4)", "\(plan.address6)"]

        """ + plan.links.map { session(plan, $0) }.joined()
    }

    private static func session(_ plan: Plan, _ link: Link) -> String {
        let families = ["ipv4-unicast", "ipv6-unicast"].map { "{config = {afi-safi-name = \"\($0)\"}}" }
        return """
            [[neighbors]]
              config.neighbor-address = "\(link.ours)"
              config.peer-as = \(plan.ourASN)
              transport.config = {local-address = "\(link.theirs)", passive-mode = \(link.weConnect)}
              timers.config = {connect-retry = 1, hold-time = 30, idle-hold-time-after-reset = 1}
              afi-safis = [\(families.joined(separator: ", "))]
            \(lines(plan, link))

            """
    }

    public init(_ plan: Plan, in sandbox: Sandbox) async throws(PeerError) {
        gobgp = try await GoBGP(in: sandbox, configuration: Self.text(plan))
    }

    public func announce() async throws(PeerError) {
        let what = "community 64500:7,65535:0 large-community 64500:1:2 rt 64500:9"
        for (family, prefix) in zip(["ipv4", "ipv6"], Theirs.prefixes) {
            try await gobgp.control("global rib add -a \(family) \(prefix) \(what)")
        }
    }

    public func withdraw() async throws(PeerError) {
        for (family, prefix) in zip(["ipv4", "ipv6"], Theirs.prefixes) {
            try await gobgp.control("global rib del -a \(family) \(prefix)")
        }
    }

    public func refresh(_ link: Link) async throws(PeerError) {
        try await gobgp.control("neighbor \(link.ours) softresetin -a \(link.family)")
    }

    public func route(to prefix: Prefix) async throws(PeerError) -> String? {
        let text = try await gobgp.ask("global rib -a \(prefix.family) \(prefix)")
        return text.contains("*>") ? text : nil
    }

    public func shutDown(_ link: Link, _ text: String) async throws(PeerError) {
        try await gobgp.control(["neighbor", "\(link.ours)", "shutdown", "--reason", text])
    }

    public func ending(_ link: Link) async throws(PeerError) -> String {
        gobgp.child.output.split(separator: "\n").filter { $0.contains("\"\(link.ours)\"") }.joined(separator: "\n")
    }

    public var isRunning: Bool { gobgp.child.isRunning }

    public var output: String { gobgp.child.output }

    public func stop() async { await gobgp.stop() }
}
