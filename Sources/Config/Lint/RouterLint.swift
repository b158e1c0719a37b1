internal import Net
internal import RIB

/// Looks at the routers of a file: neighbors that exchange nothing, or everything without a bound, and policies that do
/// not what their author thinks.
struct RouterLint {
    let routers: [BorderRouter]
    private(set) var found: FindingSet

    init(_ routers: [BorderRouter], _ found: FindingSet) { (self.routers, self.found) = (routers, found) }

    mutating func lint() {
        for router in routers {
            for (index, neighbor) in router.neighbors.enumerated() where !neighbor.isInternal(to: router) {
                let way: [KeyStep] = ["routers", .key(router.name), "neighbors", .index(index)]
                lintPolicy(neighbor, router, way)
                lintLimit(neighbor, router, way)
                lintRole(neighbor, router, way)
                lintBlackhole(neighbor, router, way)
            }
            lintPolicies(of: router)
        }
    }

    /// RFC 8212.
    private mutating func lintPolicy(_ neighbor: BorderRouter.Neighbor, _ router: BorderRouter, _ way: [KeyStep]) {
        guard router.habit == .plain else { return }
        let text = "\(neighbor.name) (\(neighbor.asn))"
        let losses = [
            neighbor.importing == nil ? "nothing that \(text) announces is used" : nil,
            neighbor.exporting == nil ? "nothing is told to \(neighbor.importing == nil ? "it" : text)" : nil,
        ].compactMap(\.self)
        guard !losses.isEmpty else { return }
        let keys = [neighbor.importing == nil ? "import" : nil, neighbor.exporting == nil ? "export" : nil]
        found.report(
            .noPolicy, at: way,
            losses.joined(separator: ", and ")
                + ": a neighbor of another AS without a policy exchanges no routes (RFC 8212)",
            instead: keys.compactMap(\.self).map { "\($0): POLICY" }.joined(separator: ", ")
                + " (all and none are there already), or policy: gao-rexford and the role of each neighbor")
    }

    private mutating func lintLimit(_ neighbor: BorderRouter.Neighbor, _ router: BorderRouter, _ way: [KeyStep]) {
        let isUpstream = [.provider, .routeServer].contains(neighbor.role)
        guard neighbor.limits.prefixes == nil, !isUpstream, takesAnything(neighbor, router) else { return }
        found.report(
            .noPrefixLimit, at: way,
            "\(neighbor.name) (\(neighbor.asn)) may announce the whole Internet: a leak there becomes one here",
            instead: "max-prefixes: about twice what it announces, {ipv4: 100, ipv6: 50}")
    }

    private func takesAnything(_ neighbor: BorderRouter.Neighbor, _ router: BorderRouter) -> Bool {
        neighbor.importing.map { $0 != [.none] } ?? (router.habit == .gaoRexford)
    }

    private mutating func lintRole(_ neighbor: BorderRouter.Neighbor, _ router: BorderRouter, _ way: [KeyStep]) {
        guard neighbor.role == nil, takesAnything(neighbor, router) else { return }
        found.report(
            .noRole, at: way,
            "nobody says what \(neighbor.name) (\(neighbor.asn)) is, so a route that it leaks isn't recognized as one",
            instead: "role: provider, peer, route-server, route-server-client or customer")
    }

    /// RFC 7999 §3.3.
    private mutating func lintBlackhole(_ neighbor: BorderRouter.Neighbor, _ router: BorderRouter, _ way: [KeyStep]) {
        guard neighbor.honorsBlackhole == true, takesAnything(neighbor, router) else { return }
        let names = neighbor.importing ?? [.gaoRexford]
        let asks = router.policies.contains { names.contains(.own($0.name)) && $0.asksForPrefixes }
        guard !asks else { return }
        found.report(
            .anyBlackhole, at: way + ["blackhole"],
            "\(neighbor.name) (\(neighbor.asn)) can have packets to anybody discarded, since no policy looks at its prefixes",
            instead: "import: POLICY, with rules for the prefixes that are its own")
    }

    private mutating func lintPolicies(of router: BorderRouter) {
        let used = Set(router.neighbors.flatMap { ($0.importing ?? []) + ($0.exporting ?? []) })
        for policy in router.policies {
            let way: [KeyStep] = ["routers", .key(router.name), "policies"]
            if !used.contains(.own(policy.name)) {
                found.report(
                    .unusedPolicy, at: way + [.name(policy.name)],
                    "no neighbor of \(router.name) has the policy \(policy.name)",
                    instead: "import: \(policy.name), or export, at a neighbor; or leave it out")
            }
            let ends = policy.rules.firstIndex { $0.when.isEmpty && $0.verdict != .next }
            if let ends, ends + 1 < policy.rules.count {
                found.report(
                    .deadRule, at: way + [.key(policy.name), .index(ends + 1)],
                    "nothing gets here: \(policy.rules[ends].name) decides about every route",
                    instead: "the rule for all that is left as the last one")
            }
        }
    }
}

extension BorderRouter.RoutePolicy {
    fileprivate var asksForPrefixes: Bool { rules.contains { $0.when.contains(where: \.isAboutPrefixes) } }
}

extension BorderRouter.RoutePolicy.Condition {
    fileprivate var isAboutPrefixes: Bool {
        switch self {
        case .prefixes: true
        case .not(let condition): condition.isAboutPrefixes
        case .any(let conditions): conditions.contains(where: \.isAboutPrefixes)
        default: false
        }
    }
}
