internal import Net

/// A hand-off as a part of Junos' configuration, for `load merge`.
struct JunosHandoff {
    private let handoff: Handoff
    private let name: String
    private let comments = Comments(mark: "#")

    init(_ handoff: Handoff) { (self.handoff, name) = (handoff, identifier(handoff.name)) }

    var text: String {
        let head = comments.lines(handoff.head + handoff.notes + advice)
        let common = comments.heading(handoff.commonHeading) + statements.flatMap { $0.lines() }
        let routers = handoff.routerParts.flatMap { comments.heading($0.heading) + protocols($0).lines() }
        return (head + common + routers).joined(separator: "\n") + "\n"
    }

    private var spreads: Bool { handoff.hostCount > 1 && !handoff.prefixes.isEmpty }
    private var drained: String { "\(name)-drained" }
    private var nothing: String { "\(name)-nothing" }
    private var spread: String { "\(name)-spread" }
    private func policy(_ family: Family) -> String { "\(name)-\(family)" }

    private var advice: [String] {
        let lowest = handoff.sessions.map(\.holdSeconds).min() ?? 3
        let hold = """
            A minimum-hold-time that is configured for all of BGP has to be \(lowest) s or less for these groups. The \
            shorter hold time of both sides counts: where a release refuses a hold-time as short as this one, leave the \
            line out.
            """
        let precision = """
            Below 20 s Juniper recommends that keepalives are sent by the kernel, for all of BGP (not in Junos OS Evolved):
                 set protocols bgp precision-timers
            """
        let kept = """
            Another policy counts from its commit on, without a new session, since Junos keeps what the one before \
            refused. With "keep none" it doesn't, and asks the hosts for their routes again (ROUTE-REFRESH).
            """
        let replacing = "After an earlier hand-off, first:\n" + deletions.joined(separator: "\n")
        let times = lowest < 20 ? [hold, precision] : [hold]
        return times + [kept, replacing] + checking + (spreads ? [spreading] : [])
    }

    /// Of what an earlier hand-off with the same name has put there.
    private var deletions: [String] {
        let ofFamilies = handoff.families.flatMap {
            [
                "     delete policy-options policy-statement \(policy($0))",
                "     delete protocols bgp group \(policy($0))",
            ]
        }
        return ofFamilies + (spreads ? ["     delete policy-options policy-statement \(spread)"] : [])
    }

    private var spreading: String {
        """
        Flows are spread over \(handoff.hostCount) hosts (ECMP): per-packet is what Junos calls it, and means flows. Where \
        the forwarding table has an export policy already, this one comes after it: that one must not accept these prefixes \
        first. hash-key counts for the whole router. MPCs hash ports unless enhanced-hash-key has no-source-port or \
        no-destination-port, and don't look at hash-key, which is for other hardware.
        """
    }

    private var statements: [JunosStatement] {
        let tables: [JunosStatement] = [
            .init("routing-options", [.init("forwarding-table", [.init("export \(spread)")])]),
            .init("forwarding-options", [.init("hash-key", hashKeys)]),
        ]
        return [.init("policy-options", policies)] + (spreads ? tables : [])
    }

    private func protocols(_ part: Handoff.RouterPart) -> JunosStatement {
        .init("protocols", [.init("bgp", part.families.map { group($0, part.sessions(of: $0)) })])
    }

    private var policies: [JunosStatement] {
        let origin = handoff.origin.rawValue
        let path = handoff.isInternal ? "()" : "\(origin){1,\(handoff.longestPath)}"
        let spreadingPolicy = JunosStatement("policy-statement \(spread)", handoff.families.flatMap(spreadingTerm))
        return handoff.families.map(learning)
            + [.init("policy-statement \(nothing)", [.init("then reject")])]
            + (spreads ? [spreadingPolicy] : [])
            + [.init("as-path \(name) \"\(path)\""), .init("community \(drained) members 65535:0")]
    }

    private func filters(_ family: Family) -> [JunosStatement] {
        handoff.prefixes(of: family).map { .init("route-filter \($0) exact") }
    }

    /// These prefixes alone: how a router spreads everybody else's flows is not ours to say.
    private func spreadingTerm(_ family: Family) -> [JunosStatement] {
        let prefixes = filters(family)
        guard !prefixes.isEmpty else { return [] }
        return [
            .init("term \(family)", [.init("from", prefixes), .init("then", [.init("load-balance per-packet")])])
        ]
    }

    private func learning(_ family: Family) -> JunosStatement {
        let prefixes = filters(family)
        let from = [JunosStatement("as-path \(name)")] + prefixes
        let usual = handoff.relation.map { [JunosStatement("local-preference \($0.localPreference)")] } ?? []
        let terms: [JunosStatement] = [
            .init(
                "term drained",
                [
                    .init("from", [.init("community \(drained)")] + from),
                    .init("then", [.init("local-preference 0"), .init("accept")]),
                ]),
            .init("term announced", [.init("from", from), .init("then", usual + [.init("accept")])]),
        ]
        let rest = JunosStatement("term rest", [.init("then reject")])
        return .init("policy-statement \(policy(family))", (prefixes.isEmpty ? [] : terms) + [rest])
    }

    private func group(_ family: Family, _ sessions: [Handoff.Session]) -> JunosStatement {
        let peer = handoff.isInternal ? [] : [JunosStatement("peer-as \(handoff.origin.rawValue)")]
        let limit = [
            JunosStatement("maximum \(handoff.mostPrefixes(of: family))"), JunosStatement("teardown 80 idle-timeout 1"),
        ]
        let unicast = JunosStatement("unicast", [.init("prefix-limit", limit)])
        let type = JunosStatement("type \(handoff.isInternal ? "internal" : "external")")
        return .init(
            "group \(policy(family))",
            [type] + peer + [
                .init("import \(policy(family))"), .init("export \(nothing)"),
                .init("family \(family == .ipv4 ? "inet" : "inet6")", [unicast]),
                .init("graceful-restart", [.init("disable")]),
            ] + (spreads ? [.init("multipath")] : []) + sessions.map(neighbor))
    }

    private func neighbor(_ session: Handoff.Session) -> JunosStatement {
        .init(
            "neighbor \(session.hostText)",
            [
                .init("description \"\(session.title)\""), .init("local-address \(session.routerAddress)"),
                .init("hold-time \(session.holdSeconds)"),
            ] + link(session))
    }

    private func link(_ session: Handoff.Session) -> [JunosStatement] {
        let key = session.hasPassword ? [JunosStatement("authentication-key \"\(session.passwordPlaceholder)\"")] : []
        let ttl = session.hasTTLSecurity ? 255 : session.hops.map(Int.init)
        guard let ttl else { return key }
        // Inside an AS, and on a link, there is no multihop to say it of.
        guard !handoff.isInternal, session.hops != nil else {
            return (session.hasTTLSecurity ? [.init("ttl 255")] : []) + key
        }
        return [.init("multihop", [.init("ttl \(ttl)")])] + key
    }

    /// Junos checks what comes in a filter of the loopback interface, which is the operators' own.
    private var checking: [String] {
        let secured = handoff.sessions.filter(\.hasTTLSecurity)
        guard !secured.isEmpty else { return [] }
        let text = """
            With ttl 255 hosts take your packets. That theirs are checked, too (GTSM), takes a term in the filter that protects \
            your routing engine, before the one that lets BGP in:
            """
        let lines = secured.flatMap { session in
            let (family, match) = session.family == .ipv4 ? ("inet", "ttl-except") : ("inet6", "hop-limit-except")
            let filter =
                "     set firewall family \(family) filter <YOUR-\(session.family.description.uppercased())-FILTER> "
                + "term \(name)-gtsm-\(identifier(session.neighbor))"
            let least = session.leastTTL == 255 ? "255" : "\(session.leastTTL)-255"
            return [
                "from source-address \(session.hostText)\(session.family == .ipv4 ? "/32" : "/128")",
                "from \(session.family == .ipv4 ? "protocol" : "next-header") tcp", "from \(match) \(least)",
                "then discard",
            ].map { "\(filter) \($0)" }
        }
        return [([text] + lines.unique).joined(separator: "\n")]
    }

    /// By default ports are left out of it.
    private var hashKeys: [JunosStatement] {
        [
            .init("family inet", [.init("layer-3"), .init("layer-4")]),
            .init(
                "family inet6",
                [
                    .init("layer-3", ["destination-address", "next-header", "source-address"].map { .init($0) }),
                    .init("layer-4", ["destination-port", "source-port"].map { .init($0) }),
                ]),
        ]
    }
}

/// `name;`, or `name { … }`: braces are balanced by how it is built.
private struct JunosStatement {
    var name: String
    var children: [JunosStatement]?

    init(_ name: String, _ children: [JunosStatement]? = nil) { (self.name, self.children) = (name, children) }

    func lines(indentation: String = "") -> [String] {
        guard let children else { return ["\(indentation)\(name);"] }
        let inside = children.flatMap { $0.lines(indentation: indentation + "    ") }
        return ["\(indentation)\(name) {"] + inside + ["\(indentation)}"]
    }
}
