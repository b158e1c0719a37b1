internal import Net

/// A router as a `landfall.yaml` with nothing else in it (docs/configuration.md, `routers`).
public enum Landfall {
    /// - Parameters:
    ///   - others: all routers there are, since a neighbor listens where its own neighbors of other programs expect it.
    ///   - mrai: for sessions between routers.
    /// - Returns: nil where its neighbors expect it at several ports.
    public static func configuration(
        of router: Router, named name: String, among others: [Router], mrai: Duration
    ) -> String? {
        guard let port = router.listenPort else { return nil }
        let head = """
            routers:
              \(name):
                asn: \(router.asn.rawValue)
                router-id: \(router.routerID)
                port: \(port)
                multipath: \(router.spreadsFlows ? 64 : 1)
                always-compare-med: \(router.spreadsFlows)
                kernel: {}

            """
        let origins = router.origins.map { "\"\($0.prefix)\"" }.joined(separator: ", ")
        let networks = origins.isEmpty ? "" : "    networks: [\(origins)]\n"
        let policies = Router.Relation.allCases.filter { relation in
            router.neighbors.contains { $0.relation == relation }
        }.map { "      from-\($0): [{set: {local-pref: \($0.localPreference)}, then: accept}]\n" }
        let told = "      to-other: [{when: {from: [local, customer]}, then: accept}]\n"
        let neighbors = router.neighbors.map { neighbor in
            let other = others.first { $0.neighbors.contains { $0.localAddress == neighbor.address } }
            return line(neighbor, port: other?.listenPort ?? 179, mrai: other == nil ? .zero : mrai)
        }
        return head + networks + "    policies:\n" + policies.joined() + told + "    neighbors:\n"
            + (neighbors.isEmpty ? "      []\n" : neighbors.joined())
    }

    private static func line(_ neighbor: Router.Neighbor, port: UInt16, mrai: Duration) -> String {
        let seconds = max(3, neighbor.holdTime.components.seconds)
        let keys = [
            "name: \(neighbor.name)", "address: \"\(neighbor.address)\"",
            "local-address: \"\(neighbor.localAddress)\"", "asn: \(neighbor.asn.rawValue)", "role: \(role(neighbor))",
            "port: \(port)", "passive: \(neighbor.passive)", "hold-time: \(seconds)s", "connect-retry: 1s",
            "import: from-\(neighbor.relation)", "export: \(neighbor.relation == .customer ? "all" : "to-other")",
            "graceful-shutdown: \(neighbor.honoursGracefulShutdown)", "strict-role: \(neighbor.saysRole)",
            neighbor.ttlSecurity ? "ttl-security: true" : nil, neighbor.password.map { "password: \(quoted($0))" },
            neighbor.order.map { "cost: \($0.rank)" }, neighbor.isLogged ? "log-routes: true" : nil,
            mrai == .zero ? nil : "mrai: \(milliseconds(mrai))ms",
        ]
        return "      - {\(keys.compactMap(\.self).joined(separator: ", "))}\n"
    }

    private static func milliseconds(_ span: Duration) -> Int64 {
        span.components.seconds * 1000 + span.components.attoseconds / 1_000_000_000_000_000
    }

    /// What the neighbor is to us.
    private static func role(_ neighbor: Router.Neighbor) -> String {
        neighbor.servesRoutes ? "route-server-client" : neighbor.relation.rawValue
    }

    /// As YAML takes anything that has no control characters.
    private static func quoted(_ secret: Secret) -> String {
        let text = String(decoding: secret.bytes, as: UTF8.self)
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

extension Router {
    /// Where all those expect it that connect; nil where they disagree.
    fileprivate var listenPort: UInt16? {
        let ports = Set(neighbors.filter { $0.passive || !$0.isLogged }.map(\.port))
        let special = ports.subtracting([179])
        return special.count > 1 ? nil : special.first ?? 179
    }
}
