internal import Config
internal import Dialect
internal import Files
internal import Geo
internal import Net

/// Draws a blueprint, one cable after the other.
struct Drawing {
    let network: Network
    let internet: Internet
    let plan: AddressPlan
    var blueprint = Blueprint()
    private var linkCount = 0

    init(network: Network, internet: Internet, plan: AddressPlan) {
        (self.network, self.internet, self.plan) = (network, internet, plan)
    }

    mutating func draw() throws(Blueprint.Failure) {
        blueprint.nodes =
            internet.ases.enumerated().map { .init(kind: .router($0.offset), name: $0.element.name) }
            + network.hosts.indices.map { .init(kind: .host($0), name: network.label(ofHost: $0)) }
        // RouterIDs in the order of ASNs, so that ties fall as for whoever compares those.
        blueprint.routers = internet.ases.map {
            Router(asn: $0.asn, routerID: RouterID(rawValue: $0.asn.rawValue), origins: [], neighbors: [])
        }
        let clients = internet.ases.count { $0.client != nil }
        guard internet.links.count <= AddressPlan.capacity.links, clients <= AddressPlan.capacity.clients else {
            throw .tooLarge
        }
        for link in internet.links { join(link) }
        for host in network.hosts.indices { try connect(host) }
        for router in blueprint.routers.indices { spreadFlows(at: router) }
        for access in internet.ases.indices {
            if let name = internet.ases[access].client { addClient(name, at: access) }
        }
    }

    // MARK: Between two ASes

    private mutating func join(_ link: Internet.Link) {
        let (a, b) = (internet.ases[link.a], internet.ases[link.b])
        var left = Blueprint.End(node: link.a, interface: blueprint.interface(b.name, at: link.a))
        var right = Blueprint.End(node: link.b, interface: blueprint.interface(a.name, at: link.b))
        let (toA, toB): (Router.Relation, Router.Relation) =
            link.relation == .transit ? (.provider, .customer) : (.peer, .peer)
        for family in Family.allCases {
            let (first, second) = plan.link(linkCount, family)
            left.addresses.append(.init(own: first, peer: second))
            right.addresses.append(.init(own: second, peer: first))
            peer(link.a, with: b.name, b.asn, toB, left.interface, first, second)
            peer(link.b, with: a.name, a.asn, toA, right.interface, second, first)
        }
        linkCount += 1
        blueprint.cables.append(.init(ends: [left, right], delay: a.place.fibreDelay(to: b.place)))
    }

    private mutating func peer(
        _ router: Int, with name: String, _ asn: ASN, _ relation: Router.Relation, _ interface: String, _ own: Address,
        _ other: Address
    ) {
        let session = addSession(router, with: name, other.family, host: nil)
        blueprint.routers[router].neighbors.append(
            .init(
                name: session, asn: asn, relation: relation, interface: interface, localAddress: own, address: other,
                holdTime: network.holdTime, honoursGracefulShutdown: internet.gracefulShutdown == .everyone))
    }

    /// Session names are symbols of the router's language: letters, digits, underscores, no word of its own, and no longer than
    /// 32 bytes.
    private mutating func addSession(_ router: Int, with name: String, _ family: Family, host: Int?) -> String {
        let clean = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }.prefix(22))
        let taken = blueprint.routers[router].neighbors.map(\.name)
        let wanted = "to_\(clean)_v\(family == .ipv4 ? 4 : 6)"
        let session = taken.contains(wanted) ? "\(wanted)_\(taken.count)" : wanted
        blueprint.sessions.append(.init(router: router, name: session, host: host))
        return session
    }

    // MARK: Between a host and its site's neighbors

    /// Neighbors of one AS are one router, reached over one cable; those of the site's own AS are left out. The hosts of a site have a cable each, and the router
    /// its one address at the end of every one.
    private mutating func connect(_ index: Int) throws(Blueprint.Failure) {
        let site = network.sites[network.hosts[index].site]
        var seen: [ASN] = []
        var routed: [Family] = []
        for neighbor in site.neighbors where neighbor.role != .internal && !seen.contains(neighbor.asn) {
            seen.append(neighbor.asn)
            guard let router = internet.ases.firstIndex(where: { $0.asn == neighbor.asn }) else {
                throw .strangeNeighbor(site: site.name, neighbor: neighbor.name, asn: neighbor.asn)
            }
            try connect(index, to: router, site.neighbors.filter { $0.asn == neighbor.asn }, &routed)
        }
    }

    private mutating func connect(
        _ index: Int, to router: Int, _ neighbors: [Neighbor], _ routed: inout [Family]
    ) throws(Blueprint.Failure) {
        let (site, host) = (network.sites[network.hosts[index].site], network.hosts[index].host)
        let node = network.node(ofHost: index)
        var near = Blueprint.End(node: node, interface: blueprint.interface(internet.ases[router].name, at: node))
        var far = Blueprint.End(node: router, interface: blueprint.interface(network.label(ofHost: index), at: router))
        for neighbor in neighbors {
            guard let own = host.address(neighbor.address.family) else { continue }
            near.addresses.append(.init(own: own, peer: neighbor.address))
            far.addresses.append(.init(own: neighbor.address, peer: own))
            if !routed.contains(own.family), let world = Prefix(own.family == .ipv4 ? "0.0.0.0/0" : "::/0") {
                routed.append(own.family)
                near.routes.append(.init(prefix: world, gateway: neighbor.address))
            }
            // The host's own address is reached from everywhere, as on the Internet.
            let origin = Router.Origin(prefix: Prefix(host: own), interface: far.interface)
            if !blueprint.routers[router].origins.contains(origin) { blueprint.routers[router].origins.append(origin) }
            try serve(neighbor, of: index, at: router, far.interface, own)
        }
        linkCount += 1
        blueprint.cables.append(
            .init(ends: [near, far], delay: site.place.fibreDelay(to: internet.ases[router].place)))
    }

    /// The router's side of a host's session. It connects only where the host waits.
    private mutating func serve(
        _ neighbor: Neighbor, of host: Int, at router: Int, _ interface: String, _ address: Address
    ) throws(Blueprint.Failure) {
        guard let relation = neighbor.role.seenFromThere else { return }
        let session = addSession(router, with: network.label(ofHost: host), address.family, host: host)
        var configured = Router.Neighbor(
            name: session, asn: network.sites[network.hosts[host].site].asn, relation: relation, interface: interface,
            localAddress: neighbor.address, address: address, holdTime: neighbor.holdTime,
            honoursGracefulShutdown: internet.gracefulShutdown != .nobody)
        configured.port = neighbor.passive ? 179 : neighbor.port
        configured.passive = !neighbor.passive
        configured.isLogged = true
        (configured.ttlSecurity, configured.saysRole) = (neighbor.link.ttlSecurity, neighbor.isStrict)
        configured.servesRoutes = neighbor.role == .routeServer
        configured.password = try password(of: neighbor)
        blueprint.routers[router].neighbors.append(configured)
    }

    /// What the agent will sign with.
    private func password(of neighbor: Neighbor) throws(Blueprint.Failure) -> Secret? {
        let secret: Secret?
        switch neighbor.link.password {
        case nil: secret = nil
        case .text(let text): secret = text
        case .file(let path):
            do { secret = Secret(try File.firstLine(of: path)) } catch {
                throw .password(neighbor: neighbor.name, "\(error)")
            }
        }
        guard secret?.bytes.contains(UInt8(ascii: "\"")) != true else {
            throw .password(neighbor: neighbor.name, "BIRD takes none with a quotation mark, so it can't be rehearsed")
        }
        return secret
    }

    /// A router that has several hosts of a site as neighbors spreads flows over them, and over nothing else: all other
    /// routes have an order, which is that of the router IDs that would decide without it.
    private mutating func spreadFlows(at router: Int) {
        let sessions = blueprint.sessions.filter { $0.router == router }
        let sites = Dictionary(grouping: Set(sessions.compactMap(\.host))) { network.hosts[$0].site }
        guard sites.values.contains(where: { $0.count > 1 }) else { return }
        blueprint.routers[router].spreadsFlows = true
        let neighbors = blueprint.routers[router].neighbors
        let ids = zip(sessions, neighbors).map { session, neighbor in
            let hosts = session.host.map { network.sites[network.hosts[$0].site].hosts } ?? []
            return hosts.map(\.routerID.rawValue).min() ?? neighbor.asn.rawValue
        }
        let ranks = Set(ids).sorted()
        for (index, id) in ids.enumerated() {
            let rank = ranks.firstIndex(of: id) ?? 0
            blueprint.routers[router].neighbors[index].order = .init(rank: rank, count: ranks.count)
        }
    }

    // MARK: Clients

    private mutating func addClient(_ name: String, at access: Int) {
        let index = blueprint.clients.count
        let node = blueprint.nodes.count
        blueprint.nodes.append(.init(kind: .client(index), name: name))
        blueprint.clients.append(.init(name: name, access: access, node: node))
        var near = Blueprint.End(node: node, interface: "eth0")
        var far = Blueprint.End(node: access, interface: blueprint.interface(name, at: access))
        for family in Family.allCases {
            guard let prefix = plan.client(index, family), let world = Prefix(family == .ipv4 ? "0.0.0.0/0" : "::/0")
            else { continue }
            let (gateway, own) = (prefix.address.advanced(by: 1), prefix.address.advanced(by: 2))
            near.addresses.append(.init(own: own, peer: gateway))
            near.routes.append(.init(prefix: world, gateway: gateway))
            far.addresses.append(.init(own: gateway, peer: own))
            blueprint.routers[access].origins.append(.init(prefix: prefix, interface: far.interface))
        }
        blueprint.cables.append(.init(ends: [near, far], delay: nil))
    }
}

extension Neighbor.Role {
    /// What the site is to such a neighbor; nil inside one AS.
    fileprivate var seenFromThere: Router.Relation? {
        switch self {
        case .provider: .customer
        case .peer, .routeServer: .peer
        case .customer: .provider
        case .internal: nil
        }
    }
}
