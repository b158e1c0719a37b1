internal import Net

/// A hand-off as a part of Junos' configuration, for `load merge`.
struct JunosHandoff {
    private let handoff: Handoff
    private let name: String

    init(_ handoff: Handoff) { (self.handoff, name) = (handoff, identifier(handoff.name)) }

    var text: String {
        let comments = Comments(mark: "#").lines(handoff.head + handoff.notes + advice)
        return (comments + statements.flatMap { $0.lines() }).joined(separator: "\n") + "\n"
    }

    private var spreads: Bool { handoff.hostCount > 1 }
    private var drained: String { "\(name)-drained" }
    private var nothing: String { "\(name)-nothing" }
    private var spread: String { "\(name)-spread" }
    private func policy(_ family: Family) -> String { "\(name)-\(family)" }

    private var advice: [String] {
        let lowest = handoff.sessions.map(\.holdSeconds).min() ?? 3
        let hold = """
            A minimum-hold-time that is configured for all of BGP has to be \(lowest) s or less for these groups.
            """
        let deletions = handoff.families.flatMap {
            [
                "     delete policy-options policy-statement \(policy($0))",
                "     delete protocols bgp group \(policy($0))",
            ]
        }
        let replacing = "After an earlier hand-off, first:\n" + deletions.joined(separator: "\n")
        guard spreads else { return [hold, replacing] }
        return [
            hold, replacing,
            """
            Flows are spread over \(handoff.hostCount) hosts (ECMP): per-packet is what Junos calls it, and means flows. \
            MPCs hash ports unless enhanced-hash-key has no-source-port or no-destination-port, and don't look at \
            hash-key, which is for other hardware.
            """,
        ]
    }

    private var statements: [JunosStatement] {
        let spreading: [JunosStatement] = [
            .init("routing-options", [.init("forwarding-table", [.init("export \(spread)")])]),
            .init("forwarding-options", [.init("hash-key", hashKeys)]),
        ]
        return [.init("policy-options", policies), .init("protocols", [.init("bgp", handoff.families.map(group))])]
            + (spreads ? spreading : [])
    }

    private var policies: [JunosStatement] {
        let origin = handoff.origin.rawValue
        let path = handoff.isInternal ? "()" : "\(origin){1,\(handoff.longestPath)}"
        let spreading = JunosStatement(
            "policy-statement \(spread)", [.init("then", [.init("load-balance per-packet")])])
        return handoff.families.map(learning)
            + [.init("policy-statement \(nothing)", [.init("then reject")])]
            + (spreads ? [spreading] : [])
            + [.init("as-path \(name) \"\(path)\""), .init("community \(drained) members 65535:0")]
    }

    private func learning(_ family: Family) -> JunosStatement {
        let prefixes = handoff.prefixes(of: family).map { JunosStatement("route-filter \($0) exact") }
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

    private func group(_ family: Family) -> JunosStatement {
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
            ] + (spreads ? [.init("multipath")] : []) + handoff.sessions(of: family).map(neighbor))
    }

    private func neighbor(_ session: Handoff.Session) -> JunosStatement {
        .init(
            "neighbor \(session.hostText)",
            [
                .init("description \"\(session.title)\""), .init("local-address \(session.routerAddress)"),
                .init("hold-time \(session.holdSeconds)"),
            ])
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
