public import Net
public import Peers

public struct BIRDCounterpart: Counterpart {
    private let bird: BIRD

    public static func version(in sandbox: Sandbox) async throws(PeerError) -> String {
        try await sandbox.run("bird", ["--version"]).output
    }

    public static func objection(to plan: Plan, in sandbox: Sandbox) async throws(PeerError) -> String? {
        let file = sandbox.folder + "/tried.conf"
        try writeFile(file, text(plan))
        let (status, output) = try await sandbox.run("bird", ["-p", "-c", file])
        return status == 0 ? nil : output
    }

    public static func line(for offer: Offer, _ link: Link) -> String? {
        switch offer {
        case .extendedMessages: "enable extended messages on;"
        case .roles: "local role \(link.theirRole);"
        case .md5: link.isSecured ? "password \"\(Plan.password)\";" : nil
        case .gtsm: link.isSecured ? "ttl security on;" : nil
        case .extendedNextHops, .enhancedRefresh: nil  // the first is a channel's, the second is always on
        }
    }

    private static func text(_ plan: Plan) -> String {
        """
        router id \(plan.address4);
        log stderr all;
        protocol device { scan time 1; }
        filter ours { 
          if proto != "their4" && proto != "their6" then reject;
          bgp_community.add((64500, 7)); bgp_community.add((65535, 0));
          bgp_large_community.add((64500, 1, 2)); bgp_ext_community.add((rt, 64500, 9));
          accept;
        }
        protocol static their4 { disabled; ipv4; route \(Theirs.prefixes[0]) blackhole; }
        protocol static their6 { disabled; ipv6; route \(Theirs.prefixes[1]) blackhole; }

        """ + plan.links.map { session(plan, $0) }.joined()
    }

    private static func session(_ plan: Plan, _ link: Link) -> String {
        let hops = plan.offers.contains(.extendedNextHops) && link.family == .ipv6 ? "extended next hop on;" : ""
        return """
            protocol bgp \(link.name) {
              local \(link.theirs) as \(plan.asn); neighbor \(link.ours) as \(plan.ourASN);
              \(link.weConnect ? "passive;" : "") hold time 30;
              connect delay time 1; connect retry time 1; error wait time 1, 2;
            \(lines(plan, link))
              ipv4 { import all; export filter ours; \(hops) };
              ipv6 { import all; export filter ours; };
            }

            """
    }

    public init(_ plan: Plan, in sandbox: Sandbox) async throws(PeerError) {
        bird = try await BIRD(in: sandbox, configuration: Self.text(plan))
    }

    public func announce() async throws(PeerError) {
        for name in ["their4", "their6"] { try await bird.control("enable \(name)") }
    }

    public func withdraw() async throws(PeerError) {
        for name in ["their4", "their6"] { try await bird.control("disable \(name)") }
    }

    public func refresh(_ link: Link) async throws(PeerError) { try await bird.control("reload in \(link.name)") }

    public func route(to prefix: Prefix) async throws(PeerError) -> String? {
        let text = try await bird.show("route for \(prefix) all")
        return text.contains("\(prefix)") ? text.tidied : nil
    }

    public func shutDown(_ link: Link, _ text: String) async throws(PeerError) {
        try await bird.command(["disable", link.name, "\"\(text)\""])
    }

    public func ending(_ link: Link) async throws(PeerError) -> String {
        bird.child.output.split(separator: "\n").filter { $0.contains(link.name) }.joined(separator: "\n")
    }

    public var isRunning: Bool { bird.child.isRunning }

    public var output: String { bird.child.output }

    public func stop() async { await bird.stop() }
}
