/// A small Internet as a test thinks of it, with what BGP makes of it by trying every path: nothing here comes from the
/// product.
struct Topology: Sendable {
    struct AS: Sendable {
        var name: String
        var asn: UInt32
        var providers: [String] = []
        var peers: [String] = []
        var client: String?
    }

    struct Site: Sendable {
        var name: String
        var router: String
        var prepend = 0
    }

    var name: String
    var ases: [AS]
    var sites: [Site]
}

extension Topology {
    /// How a route came to an AS: what its next hop is to it. Higher is preferred.
    private enum Source: Int { case provider, peer, customer }

    /// A way from an AS down to a site: names, the AS first, the site last.
    private struct Path: Hashable {
        var hops: [String]
        var start: String { hops[0] }
        var rest: Path { Path(hops: Array(hops.dropFirst())) }
    }

    private func relation(of neighbor: String, to name: String) -> Source? {
        guard let own = ases.first(where: { $0.name == name }) else { return nil }
        if sites.contains(where: { $0.name == neighbor && $0.router == name }) { return .customer }
        guard let other = ases.first(where: { $0.name == neighbor }) else { return nil }
        if own.providers.contains(neighbor) { return .provider }
        if other.providers.contains(name) { return .customer }
        return own.peers.contains(neighbor) || other.peers.contains(name) ? .peer : nil
    }

    /// Every path without a loop from every AS to every site, whatever policy says of it.
    private var allPaths: [Path] {
        var found: [Path] = []
        func extend(_ hops: [String]) {
            for system in ases where !hops.contains(system.name) && relation(of: hops[0], to: system.name) != nil {
                found.append(Path(hops: [system.name] + hops))
                extend([system.name] + hops)
            }
        }
        for site in sites { extend([site.name]) }
        return found
    }

    /// Whether each AS on the way may tell the next one: customers' routes go to everybody, others to customers only.
    private func isTold(_ path: Path) -> Bool {
        path.hops.indices.dropLast(2).allSatisfy { index in
            let (listener, teller, source) = (path.hops[index], path.hops[index + 1], path.hops[index + 2])
            return relation(of: source, to: teller) == .customer || relation(of: listener, to: teller) == .customer
        }
    }

    /// Best first: source, then length with prepends, then the neighbor's number.
    private func rank(_ path: Path) -> (Int, Int, UInt32) {
        let source = relation(of: path.hops[1], to: path.start)?.rawValue ?? 0
        let prepend = sites.first { $0.name == path.hops.last }?.prepend ?? 0
        return (-source, path.hops.count + prepend, ases.first { $0.name == path.hops[1] }?.asn ?? 0)
    }

    /// Client to site. Each AS holds the best of the paths whose rest its neighbor holds; repeated until nothing changes,
    /// which under these rules it does (Gao and Rexford 2001).
    var landings: [String: String] {
        let candidates = allPaths.filter(isTold).sorted { rank($0) < rank($1) }
        var held: [String: Path] = [:]
        for _ in 0...ases.count {
            held = Dictionary(
                uniqueKeysWithValues: ases.compactMap { system in
                    candidates.first { path in
                        path.start == system.name && (path.hops.count == 2 || held[path.hops[1]] == path.rest)
                    }.map { (system.name, $0) }
                })
        }
        return Dictionary(
            uniqueKeysWithValues: ases.compactMap { system in
                guard let client = system.client, let site = held[system.name]?.hops.last else { return nil }
                return (client, site)
            })
    }

    /// Three in a row have to fail, each of which takes half a second: a busy machine is no reason to withdraw. Rehearsals
    /// that are about the time of a withdrawal have another one.
    static let check = "every: 500ms, timeout: 500ms, rise: 1, fall: 3"

    /// As a file. All of it is in one city, so that light needs no time.
    var yaml: String {
        let routers = ases.map { system in
            var keys = ["asn: \(system.asn)", "place: FRA"]
            if !system.providers.isEmpty { keys.append("providers: [\(system.providers.joined(separator: ", "))]") }
            if !system.peers.isEmpty { keys.append("peers: [\(system.peers.joined(separator: ", "))]") }
            if let client = system.client { keys.append("client: \(client)") }
            return "    \(system.name): {\(keys.joined(separator: ", "))}"
        }
        return """
            network: {name: \(name), asn: 65000, prefixes: [203.0.113.0/24, 2001:db8:113::/48], hold-time: 3s}
            sites:
            \(sites.enumerated().map(site).joined(separator: "\n"))
            services:
              dns:
                addresses: [203.0.113.53, 2001:db8:113::53]
                serve: {dns: {zones: [example.org.zone], identity: "{site}"}}
                checks: [{dns: {name: www.example.org, type: A}, \(Self.check)}]
            announce: {hold-down: 1s}
            internet:
              ases:
            \(routers.joined(separator: "\n"))
            rehearsal: {steps: [{measure: {}}]}
            """
    }

    private func site(_ index: Int, _ site: Site) -> String {
        let asn = ases.first { $0.name == site.router }?.asn ?? 0
        let prepend = site.prepend > 0 ? ", prepend: \(site.prepend)" : ""
        let (v4, v6) = ("192.0.2.\(4 * index + 1)", "2001:db8:0:\(index + 1)::1")
        return """
              \(site.name):
                place: FRA
                hosts: {\(site.name)1: {unicast: [192.0.2.\(4 * index + 2), "2001:db8:0:\(index + 1)::2"]}}
                neighbors:
                  - {name: \(site.router)-v4, address: \(v4), asn: \(asn), role: provider\(prepend)}
                  - {name: \(site.router)-v6, address: "\(v6)", asn: \(asn), role: provider\(prepend)}
            """
    }
}
