import Dialect
import Net

/// What neighbors are handed, as tests write it.
enum Handoffs {
    static let names = ["customer", "internal", "hostile", "routers", "secured"]

    static func handoff(_ name: String) -> Handoff {
        switch name {
        case "customer": customer
        case "internal": inside
        case "routers": routers
        case "secured": secured
        default: hostile
        }
    }

    /// Two hosts behind one router, with all that a file can say of them.
    static var customer: Handoff {
        var handoff = Handoff(
            head: ["Landfall hand-off: network example, site fra."], name: "landfall-fra", asn: ASN(64500),
            origin: ASN(65000), relation: .customer, prefixes: prefixes, longestPath: 17,
            sessions: sessions.flatMap { [session("fra1", $0, 2), session("fra2", $0, 3)] })
        handoff.communities = [
            .init(value: "64500:100", when: "always"), .init(value: "64500:1:2", when: "while degraded, in a drain"),
        ]
        handoff.hasMED = true
        handoff.sessions[0].port = 1179
        handoff.sessions[0].isPassive = true
        return handoff
    }

    /// Two routers of one AS, the first with both families, and two hosts that have sessions with each.
    static var routers: Handoff {
        var handoff = customer
        let all = sessions + ["192.0.2.9"].compactMap { Address($0) }.map { ("danube", $0) }
        handoff.sessions = all.flatMap { router in
            [2, 3].map { number in
                var session = session("fra\(number - 1)", router, number)
                session.hostAddress = (router.1.family == .ipv4 ? sessions[0] : router).1.advanced(by: number - 1)
                return session
            }
        }
        return handoff
    }

    /// Sessions over a link with TTL security, and over three hops with it and without; passwords for two of them.
    static var secured: Handoff {
        var handoff = routers
        for index in handoff.sessions.indices {
            let name = handoff.sessions[index].neighbor
            handoff.sessions[index].hasTTLSecurity = name != "rhine-v6"
            handoff.sessions[index].hasPassword = name != "danube"
            handoff.sessions[index].hops = name == "rhine-v4" ? nil : 3
        }
        return handoff
    }

    /// A router of the same AS, and a host whose address the file doesn't say.
    static var inside: Handoff {
        var handoff = customer
        (handoff.asn, handoff.relation, handoff.hasMED, handoff.communities) = (handoff.origin, nil, false, [])
        handoff.prefixes = handoff.prefixes.filter { $0.family == .ipv4 }
        handoff.sessions = [session("fra1", sessions[0], 2)]
        handoff.sessions[0].hostAddress = nil
        return handoff
    }

    /// Names that would end a quotation, a comment or a statement if they were let.
    static var hostile: Handoff {
        var handoff = inside
        let poison = "x\"; }\n}\nneighbor 1.2.3.4 \\ { */ end-policy\r!"
        (handoff.head, handoff.name) = ([poison], poison)
        handoff.communities = [.init(value: poison, when: poison)]
        handoff.sessions[0] = session(poison, (poison, sessions[0].1), 2)
        return handoff
    }

    private static let prefixes = ["203.0.113.0/24", "203.0.112.0/23", "2001:db8:113::/48"].compactMap(Prefix.init)

    private static var sessions: [(String, Address)] {
        [("rhine-v4", "192.0.2.1"), ("rhine-v6", "2001:db8:f::1")].compactMap { name, text in
            Address(text).map { (name, $0) }
        }
    }

    private static func session(_ host: String, _ router: (String, Address), _ number: Int) -> Handoff.Session {
        Handoff.Session(
            host: host, neighbor: router.0, routerAddress: router.1, hostAddress: router.1.advanced(by: number - 1),
            holdTime: .seconds(3))
    }
}
