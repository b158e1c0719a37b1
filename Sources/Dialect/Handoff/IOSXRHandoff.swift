internal import Net

/// A hand-off as a part of IOS XR's configuration, to be pasted and committed.
struct IOSXRHandoff {
    private let handoff: Handoff
    private let name: String
    private let comments = Comments(mark: "!")

    init(_ handoff: Handoff) { (self.handoff, name) = (handoff, identifier(handoff.name)) }

    var text: String {
        let head = comments.lines(handoff.head + handoff.notes + advice)
        let common =
            [comments.heading(handoff.commonHeading)]
            + handoff.families.flatMap { [prefixSet($0), routePolicy($0)] } + [refusal] + hashing
        let routers = handoff.routerParts.flatMap { [comments.heading($0.heading), router($0)] }
        let blocks = (common + routers).filter { !$0.isEmpty }
        return (head + blocks.flatMap { ["!"] + $0 } + ["!"]).joined(separator: "\n") + "\n"
    }

    private var spreads: Bool { handoff.hostCount > 1 }
    private var nothing: String { "\(name)-nothing" }
    private func policy(_ family: Family) -> String { "\(name)-\(family)" }

    private var routers: String { handoff.sessions.map { "\($0.routerAddress)" }.unique.joined(separator: " and ") }

    /// Elsewhere communities go out by themselves.
    private var advice: [String] {
        let upstream = """
            IOS XR sends no communities to other ASes and holds updates back for 30 s unless it is told otherwise. At each \
            upstream <UPSTREAM>:
                 neighbor <UPSTREAM>
                  advertisement-interval 0
                  address-family ipv4 unicast
                   send-community-ebgp
            and the same for ipv6 unicast. That is for large communities, too.
            """
        let source = """
            Sessions come from the first address of the interface that leads to the hosts: hosts expect \(routers).
            """
        let spreading = """
            Flows are spread over \(handoff.hostCount) hosts (ECMP): maximum-paths, which counts for the whole address \
            family (leave it out where more are allowed already), and a hash over ports as well as addresses, which counts \
            for the whole router. Where the platform hashes ports anyway and refuses "cef load-balancing fields L4", leave \
            that line out.
            """
        return (handoff.isInternal ? [] : [upstream]) + [source] + unchecked + (spreads ? [spreading] : [])
    }

    private var unchecked: [String] {
        let some = handoff.sessions.contains { $0.hasTTLSecurity && (handoff.isInternal || $0.hops ?? 1 > 1) }
        let text = """
            IOS XR checks the TTL of packets (ttl-security) only from neighbors of other ASes on the same link. Others are \
            sent packets with a TTL of 255, which hosts ask for, and theirs are not checked.
            """
        return some ? [text] : []
    }

    private func prefixSet(_ family: Family) -> [String] {
        let prefixes = handoff.prefixes(of: family).map { "  \($0)" }
        let separated = prefixes.dropLast().map { $0 + "," } + prefixes.suffix(1)
        return ["prefix-set \(policy(family))"] + separated + ["end-set"]
    }

    private var path: String {
        if handoff.isInternal { return "as-path is-local" }
        let origin = "'\(handoff.origin.rawValue)'"
        return
            "as-path neighbor-is \(origin) and as-path originates-from \(origin) and as-path unique-length eq 1 "
            + "and as-path length le \(handoff.longestPath)"
    }

    private func routePolicy(_ family: Family) -> [String] {
        let usual = handoff.relation.map { "set local-preference \($0.localPreference)" } ?? "pass"
        return [
            "route-policy \(policy(family))",
            "  if destination in \(policy(family)) and \(path) then",
            "    if community matches-any (65535:0) then",
            "      set local-preference 0",
            "    else",
            "      \(usual)",
            "    endif",
            "    done",
            "  endif",
            "  drop",
            "end-policy",
        ]
    }

    private var refusal: [String] { ["route-policy \(nothing)", "  drop", "end-policy"] }

    private func router(_ part: Handoff.RouterPart) -> [String] {
        ["router bgp \(handoff.asn.rawValue)"] + part.families.flatMap(addressFamily)
            + part.sessions.flatMap(session)
    }

    /// A neighbor can have only those that the router has.
    private func addressFamily(_ family: Family) -> [String] {
        let kind = handoff.isInternal ? "ibgp" : "ebgp"
        let paths = spreads ? ["  maximum-paths \(kind) \(handoff.hostCount)"] : []
        return [" address-family \(family) unicast"] + paths + [" !"]
    }

    private func session(_ session: Handoff.Session) -> [String] {
        [
            " neighbor \(session.hostText)",
            "  remote-as \(handoff.origin.rawValue)",
            "  description \(session.title)",
        ] + link(session) + [
            "  timers \(session.keepaliveSeconds) \(session.holdSeconds)",
            "  graceful-restart disable",
            "  address-family \(session.family) unicast",
            "   route-policy \(policy(session.family)) in",
            "   route-policy \(nothing) out",
            "   maximum-prefix \(handoff.mostPrefixes(of: session.family)) 80 restart 1",
            "   soft-reconfiguration inbound always",
            "  !",
            " !",
        ]
    }

    /// GTSM is there for neighbors of other ASes on the same link. Over several hops, packets that leave with a TTL of 255 pass the
    /// hosts' check, and theirs aren't checked; inside an AS, they leave so anyway.
    private func link(_ session: Handoff.Session) -> [String] {
        let password = session.hasPassword ? ["  password clear \(session.passwordPlaceholder)"] : []
        guard !handoff.isInternal else { return password }
        if session.hasTTLSecurity {
            return [session.hops ?? 1 > 1 ? "  ebgp-multihop 255" : "  ttl-security"] + password
        }
        return (session.hops.map { ["  ebgp-multihop \($0)"] } ?? []) + password
    }

    private var hashing: [[String]] { spreads ? [["cef load-balancing fields L4"]] : [] }
}
