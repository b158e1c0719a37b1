internal import Net

/// A hand-off as a part of FRR's configuration (`vtysh -f`, or pasted into `configure terminal`).
struct FRRHandoff {
    private let handoff: Handoff
    private let name: String
    private let comments = Comments(mark: "!")

    init(_ handoff: Handoff) { (self.handoff, name) = (handoff, identifier(handoff.name)) }

    var text: String {
        let head = comments.lines(handoff.head + handoff.notes + replacing + spreading)
        let common =
            [comments.heading(handoff.commonHeading), lists, path]
            + [["bgp community-list standard \(drained) seq 5 permit 65535:0"]] + routeMaps
        let routers = handoff.routerParts.flatMap { [comments.heading($0.heading), router($0)] }
        let blocks = (common + routers).filter { !$0.isEmpty }
        return (head + blocks.flatMap { ["!"] + $0 } + ["!"]).joined(separator: "\n") + "\n"
    }

    private var drained: String { "\(name)-drained" }
    private var nothing: String { "\(name)-nothing" }
    private func routeMap(_ family: Family) -> String { "\(name)-\(family)" }
    private func word(_ family: Family) -> String { family == .ipv4 ? "ip" : "ipv6" }

    /// What is pasted is added to what is there.
    private var replacing: [String] {
        let lists = handoff.families.map { "     no \(word($0)) prefix-list \(name)" }
        let maps = handoff.families.map { "     no route-map \(routeMap($0))" }
        return [
            """
            The same text may be loaded again: it changes nothing, and where FRR says that a peer has to be reset for \
            graceful restart, it doesn't: hosts offer none. After an earlier one that says something else, load it \
            in one go (vtysh -f) with these lines before it. FRR waits for 5 s before it looks at routes again (bgp \
            route-map delay-timer), so nothing is lost in between, and what it keeps of each host \
            (soft-reconfiguration) makes a new session unnecessary. Only a session that doesn't have that yet is begun anew.
            """ + "\n" + (lists + maps).joined(separator: "\n")
        ]
    }

    private var spreading: [String] {
        guard handoff.hostCount > 1 else { return [] }
        return [
            """
            Flows are spread over \(handoff.hostCount) hosts (ECMP): maximum-paths, which counts for the whole address \
            family; leave it out where more are allowed already. By ports as well as addresses, in both families (sysctl):
            \(Handoff.sysctls)
            """
        ]
    }

    private var lists: [String] {
        handoff.families.flatMap { family in
            let prefixes = handoff.prefixes(of: family)
            let list = "\(word(family)) prefix-list \(name) seq"
            guard !prefixes.isEmpty else { return ["\(list) 5 deny any"] }
            return prefixes.enumerated().map { "\(list) \(5 * ($0.offset + 1)) permit \($0.element)" }
        }
    }

    private var path: [String] {
        let origin = handoff.origin.rawValue
        let pattern = handoff.isInternal ? "^$" : "^\(origin)(_\(origin)){0,\(handoff.longestPath - 1)}$"
        return ["bgp as-path access-list \(name) seq 5 permit \(pattern)"]
    }

    private var routeMaps: [[String]] {
        let usual = handoff.relation.map { [" set local-preference \($0.localPreference)"] } ?? []
        let learning = handoff.families.flatMap { family in
            let match = [" match \(word(family)) address prefix-list \(name)", " match as-path \(name)"]
            return [
                ["route-map \(routeMap(family)) permit 10"] + match
                    + [" match community \(drained)", " set local-preference 0", "exit"],
                ["route-map \(routeMap(family)) permit 20"] + match + usual + ["exit"],
                ["route-map \(routeMap(family)) deny 30", "exit"],
            ]
        }
        return learning + [["route-map \(nothing) deny 10", "exit"]]
    }

    private func router(_ part: Handoff.RouterPart) -> [String] {
        ["router bgp \(handoff.asn.rawValue)"] + part.sessions.flatMap(session)
            + Family.allCases.flatMap { addressFamily($0, part) } + ["exit"]
    }

    /// Where two connections meet (RFC 4271 §6.8), FRR 8.4 closes the one that it has just established, which hosts count as
    /// a flap: so only one side begins, the host unless it is the one that waits.
    ///
    /// It calls "graceful-restart-disable" an error where that is so already, and vtysh ends with 13; the helper's mode,
    /// which it has anyway, in between makes it no error.
    private func session(_ session: Handoff.Session) -> [String] {
        let neighbor = " neighbor \(session.hostText)"
        let waiting = session.isPassive ? "timers connect 2" : "passive"
        return [
            "\(neighbor) remote-as \(handoff.origin.rawValue)",
            "\(neighbor) description \(session.title)",
            "\(neighbor) update-source \(session.routerAddress)",
        ] + link(session).map { "\(neighbor) \($0)" } + [
            "\(neighbor) timers \(session.keepaliveSeconds) \(session.holdSeconds)",
            "\(neighbor) \(waiting)",
            "\(neighbor) graceful-restart-helper",
            "\(neighbor) graceful-restart-disable",
        ]
    }

    /// Inside an AS, FRR knows neither: its packets have a TTL of 255, and go anywhere.
    private func link(_ session: Handoff.Session) -> [String] {
        let password = session.hasPassword ? ["password \(session.passwordPlaceholder)"] : []
        if handoff.isInternal { return password }
        if session.hasTTLSecurity { return ["ttl-security hops \(max(1, session.hops ?? 1))"] + password }
        return (session.hops.map { ["ebgp-multihop \($0)"] } ?? []) + password
    }

    /// A neighbor is active for IPv4 unless somebody says otherwise.
    private func addressFamily(_ family: Family, _ part: Handoff.RouterPart) -> [String] {
        let paths = handoff.isInternal ? "maximum-paths ibgp" : "maximum-paths"
        let sessions = part.sessions(of: family)
        let strangers = family == .ipv4 ? part.sessions(of: .ipv6) : []
        let lines =
            (handoff.hostCount > 1 && !sessions.isEmpty ? ["  \(paths) \(handoff.hostCount)"] : [])
            + sessions.flatMap(activation) + strangers.map { "  no neighbor \($0.hostText) activate" }
        return lines.isEmpty ? [] : [" !", " address-family \(family) unicast"] + lines + [" exit-address-family"]
    }

    /// What was received is kept, so that another filter counts at once, and without asking the hosts again.
    private func activation(_ session: Handoff.Session) -> [String] {
        let neighbor = "  neighbor \(session.hostText)"
        return [
            "\(neighbor) activate",
            "\(neighbor) soft-reconfiguration inbound",
            "\(neighbor) route-map \(routeMap(session.family)) in",
            "\(neighbor) route-map \(nothing) out",
            "\(neighbor) maximum-prefix \(handoff.mostPrefixes(of: session.family)) restart 1",
        ]
    }
}
