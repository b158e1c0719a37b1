internal import Net

/// A hand-off as a part of bird.conf, to be included.
struct BIRDHandoff {
    private let handoff: Handoff
    private let comments = Comments(mark: "#")

    init(_ handoff: Handoff) { self.handoff = handoff }

    var text: String {
        let head = comments.lines(handoff.head + handoff.notes + spreading).joined(separator: "\n")
        let common = comments.heading(handoff.commonHeading) + handoff.families.map(filter)
        return ([head] + common + parts).joined(separator: "\n\n") + "\n"
    }

    /// Names differ over all parts, so that one router can take several.
    private var parts: [String] {
        let parts = handoff.routerParts
        var names = identifiers(parts.flatMap(\.sessions).map { "landfall_\($0.host)_\($0.neighbor)" })[...]
        return parts.flatMap { part in
            defer { names = names.dropFirst(part.sessions.count) }
            return comments.heading(part.heading) + zip(part.sessions, names).map(session)
        }
    }

    /// BIRD has one kernel protocol for each family, so it can't be ours to add.
    private var spreading: [String] {
        guard handoff.hostCount > 1 else { return [] }
        let kernels = handoff.families.map { "     protocol kernel { \($0) { export all; }; merge paths on; }" }
        return [
            "Flows are spread over \(handoff.hostCount) hosts (ECMP). Your kernel protocols need \"merge paths on\":\n"
                + kernels.joined(separator: "\n"),
            "By ports as well as addresses, in both families (sysctl):\n\(Handoff.sysctls)",
        ]
    }

    private func name(_ family: Family) -> String { identifiers([handoff.name])[0] + "_\(family)" }

    private func filter(_ family: Family) -> String {
        let prefixes = handoff.prefixes(of: family).map(\.description).joined(separator: ", ")
        guard !prefixes.isEmpty else { return "filter \(name(family)) { reject; }" }
        return """
            filter \(name(family)) {
                if net !~ [ \(prefixes) ] then reject;
                \(path)
                \(preference)
                accept;
            }
            """
    }

    private var path: String {
        if handoff.isInternal { return "if bgp_path.len > 0 then reject;  # from inside the AS" }
        let origin = handoff.origin.rawValue
        return "if bgp_path !~ [= \(origin)+ =] || bgp_path.len > \(handoff.longestPath) then reject;"
    }

    private var preference: String {
        let usual = handoff.relation.map { "bgp_local_pref = \($0.localPreference);  # \($0)\n    " } ?? ""
        return usual + BIRD.gracefulShutdown + "  # GRACEFUL_SHUTDOWN, RFC 8326"
    }

    private func session(_ session: Handoff.Session, _ name: String) -> String {
        let port = session.port == 179 ? "" : " port \(session.port)"
        return """
            protocol bgp \(name) {
                description "\(session.title)";
                local \(session.routerAddress)\(port) as \(handoff.asn.rawValue);
                neighbor \(session.hostText) as \(handoff.origin.rawValue);
                \(link(session).joined(separator: "\n    "))
                \(BIRD.times(hold: session.holdSeconds))
                \(channel(session.family))
            }
            """
    }

    private func link(_ session: Handoff.Session) -> [String] {
        let distance = session.hops.map { "multihop \($0);" } ?? "direct;"
        let checks = session.hasTTLSecurity ? ["ttl security on;"] : []
        return [distance] + checks + (session.hasPassword ? ["password \"\(session.passwordPlaceholder)\";"] : [])
    }

    /// With a table of what was received, another filter counts at once, and without asking the hosts again.
    private func channel(_ family: Family) -> String {
        let limit = "receive limit \(handoff.mostPrefixes(of: family)) action restart"
        return "\(family) { import table on; import filter \(name(family)); \(limit); export none; };"
    }

    /// BIRD's names are letters, digits and underscores, 64 at most; no two of these are alike.
    private func identifiers(_ names: [String]) -> [String] {
        names.reduce(into: [String]()) { taken, name in
            let letters = name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
            let name = String(letters.prefix(54))
            let number = (2...).lazy.map { "\(name)_\($0)" }
            taken.append(taken.contains(name) ? number.first { !taken.contains($0) } ?? name : name)
        }
    }
}
