internal import Net

/// A router as the configuration of BIRD 2 (https://bird.network.cz, "BIRD 2.0 User's Guide").
public enum BIRD {
    public static func configuration(of router: Router) -> String {
        ([head(router)] + router.origins.enumerated().map(origin) + router.neighbors.map { session($0, of: router) })
            .joined(separator: "\n")
    }

    /// What came from whom is kept in an attribute of BIRD's own, which no message carries, and not in the local
    /// preference: a route that is being shut down has 0 there, and must still be told on.
    private static func head(_ router: Router) -> String {
        """
        log stderr { trace, remote, warning, error, fatal, bug };
        router id \(router.routerID);
        attribute int relation;  # 1 customer, 2 peer, 3 provider

        function learn_from(int who; int how_much; bool honours) {
            relation = who;
            bgp_local_pref = how_much;
            if honours then { \(gracefulShutdown) }
            accept;
        }
        \(importFilters(router).joined(separator: "\n"))
        filter to_customer { if source ~ [RTS_STATIC, RTS_BGP] then accept; reject; }
        filter to_other { if source = RTS_STATIC || relation = 1 then accept; reject; }

        protocol device {}
        protocol kernel { ipv4 { export all; };\(spreading(router)) }
        protocol kernel { ipv6 { export all; };\(spreading(router)) }

        """
    }

    private static func spreading(_ router: Router) -> String { router.spreadsFlows ? " merge paths on;" : "" }

    /// Those that some session uses.
    private static func importFilters(_ router: Router) -> [String] {
        Router.Relation.allCases.flatMap { relation in
            [true, false].filter { honours in
                router.neighbors.contains { $0.relation == relation && $0.honoursGracefulShutdown == honours }
            }.map { honours in
                "filter \(filter(relation, honours)) { \(learning(relation, honours)) }"
            }
        }
    }

    private static func learning(_ relation: Router.Relation, _ honoursGracefulShutdown: Bool) -> String {
        "learn_from(\(number(relation)), \(relation.localPreference), \(honoursGracefulShutdown));"
    }

    private static func filter(_ relation: Router.Relation, _ honoursGracefulShutdown: Bool) -> String {
        "from_\(relation)" + (honoursGracefulShutdown ? "" : "_bluntly")
    }

    private static func number(_ relation: Router.Relation) -> Int {
        switch relation {
        case .customer: 1
        case .peer: 2
        case .provider: 3
        }
    }

    private static func origin(_ index: Int, _ origin: Router.Origin) -> String {
        """
        protocol static own\(index + 1) { \(origin.prefix.family); route \(origin.prefix) via "\(origin.interface)"; }

        """
    }

    /// What a router makes of a route that is being shut down: the last one to be used (RFC 8326 §3.2).
    static let gracefulShutdown = "if (65535, 0) ~ bgp_community then bgp_local_pref = 0;"

    /// No graceful restart: a dead site must lose its routes at once. A restored link would otherwise stay unused for up
    /// to 60 s.
    static func times(hold seconds: Int64) -> String {
        """
        hold time \(seconds); graceful restart off;
            error wait time 1, 2; connect delay time 1; connect retry time 2;
        """
    }

    private static func session(_ neighbor: Router.Neighbor, of router: Router) -> String {
        let log = neighbor.isLogged ? "\n    debug { states, routes, events };" : ""
        let metric = neighbor.order == nil ? "" : " med metric on;"
        let export = neighbor.relation == .customer ? "to_customer" : "to_other"
        return """
            protocol bgp \(neighbor.name) {
                local \(neighbor.localAddress) port \(neighbor.port) as \(router.asn.rawValue);
                neighbor \(neighbor.address) as \(neighbor.asn.rawValue);
                interface "\(neighbor.interface)"; direct;\(neighbor.passive ? " passive;" : "")\(metric)\(security(neighbor))
                \(times(hold: max(3, neighbor.holdTime.components.seconds)))\(log)
                \(neighbor.address.family) { import \(importing(neighbor)); export filter \(export); };
            }

            """
    }

    private static func role(_ neighbor: Router.Neighbor) -> String {
        if neighbor.servesRoutes { return "rs_server" }
        return switch neighbor.relation {
        case .customer: "provider"
        case .peer: "peer"
        case .provider: "customer"
        }
    }

    private static func security(_ neighbor: Router.Neighbor) -> String {
        let password = neighbor.password.map { " password \"\(String(decoding: $0.bytes, as: UTF8.self))\";" }
        let role = neighbor.saysRole ? " local role \(self.role(neighbor));" : ""
        return (neighbor.ttlSecurity ? " ttl security on;" : "") + role + (password ?? "")
    }

    /// BIRD merges routes that are equal up to the MED, so the order is in the MED, which it passes on to no other AS.
    private static func importing(_ neighbor: Router.Neighbor) -> String {
        let honours = neighbor.honoursGracefulShutdown
        guard let order = neighbor.order else { return "filter \(filter(neighbor.relation, honours))" }
        return """
            filter {
                        if !defined(bgp_med) then bgp_med = 0;
                        bgp_med = bgp_med * \(order.count) + \(order.rank);
                        \(learning(neighbor.relation, honours))
                    }
            """
    }
}
