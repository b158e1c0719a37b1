public import Net
public import Peers

public struct OpenBGPDCounterpart: Counterpart {
    private let openbgpd: OpenBGPD

    public static func version(in sandbox: Sandbox) async throws(PeerError) -> String {
        try await sandbox.run("openbgpd", ["-V"]).output
    }

    public static func objection(to plan: Plan, in sandbox: Sandbox) async throws(PeerError) -> String? {
        try await OpenBGPD.objection(to: text(plan), in: sandbox)
    }

    public static func line(for offer: Offer, _ link: Link) -> String? {
        switch offer {
        case .extendedMessages: "announce extended message yes"  // since 8.9
        case .extendedNextHops: "announce extended nexthop yes"  // since 8.8
        case .enhancedRefresh: "announce enhanced refresh yes"
        case .roles: "announce policy \(link.theirRole)"
        case .md5: link.isSecured ? "tcp md5sig password \(Plan.password)" : nil
        case .gtsm: link.isSecured ? "ttl-security yes" : nil
        }
    }

    private static func text(_ plan: Plan) -> String {
        """
        AS \(plan.asn)
        router-id \(plan.address4)
        listen on \(plan.address4)
        listen on \(plan.address6)
        holdtime 30
        connect-retry 1
        fib-update no
        \(plan.links.map { session(plan, $0) }.joined())
        allow from any
        allow to any

        """
    }

    private static func session(_ plan: Plan, _ link: Link) -> String {
        """
        neighbor \(link.ours) {
          remote-as \(plan.ourASN)
          local-address \(link.theirs)
          \(link.weConnect ? "passive" : "")
          announce IPv4 unicast
          announce IPv6 unicast
        \(lines(plan, link))
        }

        """
    }

    public init(_ plan: Plan, in sandbox: Sandbox) async throws(PeerError) {
        openbgpd = try await OpenBGPD(in: sandbox, configuration: Self.text(plan))
    }

    public func announce() async throws(PeerError) {
        for prefix in Theirs.prefixes {
            try await openbgpd.control(
                "network add \(prefix) community 64500:7 community 65535:0 large-community 64500:1:2"
                    + " ext-community rt 64500:9")
        }
    }

    public func withdraw() async throws(PeerError) {
        for prefix in Theirs.prefixes { try await openbgpd.control("network delete \(prefix)") }
    }

    public func refresh(_ link: Link) async throws(PeerError) {
        try await openbgpd.control("neighbor \(link.ours) refresh")
    }

    public func route(to prefix: Prefix) async throws(PeerError) -> String? {
        let text = try await openbgpd.control("show rib detail \(prefix)")
        return text.contains("\(prefix)") ? text.replacing("rt ", with: "rt:") : nil
    }

    public func shutDown(_ link: Link, _ text: String) async throws(PeerError) {
        try await openbgpd.control(["neighbor", "\(link.ours)", "down", text])
    }

    public func ending(_ link: Link) async throws(PeerError) -> String {
        openbgpd.child.output.split(separator: "\n").filter { $0.contains("\(link.ours)") }.joined(separator: "\n")
    }

    public var isRunning: Bool { openbgpd.child.isRunning }

    public var output: String { openbgpd.child.output }

    public func stop() async { await openbgpd.stop() }
}
