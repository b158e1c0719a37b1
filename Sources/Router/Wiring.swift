internal import BGP
package import Config
package import Daemon
internal import Net
internal import RIB
internal import Speaker

/// The file's words in the words of the engines.
extension Router.Configuration {
    /// Throws when a password can't be read.
    package init(_ router: BorderRouter) throws(PasswordError) {
        let neighbors = try router.neighbors.map { neighbor throws(PasswordError) in
            Router.Neighbor(neighbor, of: router, key: try neighbor.link.key(of: neighbor.name))
        }
        self.init(asn: router.asn, routerID: router.routerID, neighbors: neighbors)
        (listenPort, decision) = (router.port, router.decision)
        networks = router.networks.map(Router.Originated.init)
        kernel = router.kernel.map(Router.KernelOptions.init)
    }
}

extension Router.Originated {
    fileprivate init(_ network: BorderRouter.Originated) {
        self.init(prefix: network.prefix)
        (med, communities, largeCommunities) = (network.med, network.communities, network.largeCommunities)
    }
}

extension Router.KernelOptions {
    fileprivate init(_ kernel: BorderRouter.KernelTable) {
        self.init()
        (table, metric, self.protocol) = (kernel.table, kernel.metric, kernel.protocol)
    }
}

extension Router.Neighbor {
    fileprivate init(_ neighbor: BorderRouter.Neighbor, of router: BorderRouter, key: Secret?) {
        var session = Speaker.Neighbor(neighbor, of: router)
        session.key = key
        self.init(session: session, routes: RIB.Neighbor(neighbor, of: router))
        (mrai, cost, logsRoutes) = (neighbor.mrai, neighbor.cost, neighbor.logsRoutes)
        checksNextHop = neighbor.checksNextHop ?? true
    }
}

extension Speaker.Neighbor {
    fileprivate init(_ neighbor: BorderRouter.Neighbor, of router: BorderRouter) {
        self.init(name: neighbor.name, address: neighbor.address, asn: neighbor.asn)
        (port, interface, localAddress) = (neighbor.port, neighbor.interface, neighbor.localAddress)
        (passive, holdTime, connectRetry) = (neighbor.passive, neighbor.holdTime, neighbor.connectRetry)
        (hops, ttlSecurity) = (neighbor.link.hops, neighbor.link.ttlSecurity)
        (families, nextHops) = (neighbor.families, neighbor.nextHops)
        role = neighbor.isInternal(to: router) ? nil : neighbor.role?.ours
        requiresRole = neighbor.isStrict
        // Counted by family where routes are kept; a session knows their sum.
        let used = neighbor.families.isEmpty ? [neighbor.address.family] : neighbor.families
        maxPrefixes = used.reduce(0) { $0 + neighbor.limits.prefixes($1) }
        (prefixWarning, prefixHold) = (neighbor.limits.warning, neighbor.limits.hold)
        acceptsASSets = neighbor.acceptsASSets
        enforcesFirstAS = neighbor.checksFirstAS(in: router)
    }
}

extension RIB.Neighbor {
    fileprivate init(_ neighbor: BorderRouter.Neighbor, of router: BorderRouter) {
        self.init(asn: neighbor.asn, address: neighbor.address)
        role = neighbor.isInternal(to: router) ? nil : neighbor.role?.theirs
        (importing, exporting) = router.policies(of: neighbor)
        limits.prefixes = Dictionary(uniqueKeysWithValues: Family.allCases.map { ($0, neighbor.limits.prefixes($0)) })
        limits.warning = neighbor.limits.warning
        limits.prefixesOut = neighbor.limits.prefixesOut ?? [:]
        checksFirstAS = neighbor.checksFirstAS(in: router)
        acceptsSets = neighbor.acceptsASSets
        honorsGracefulShutdown = neighbor.honorsGracefulShutdown
        honorsBlackhole = neighbor.honorsBlackhole ?? neighbor.isInternal(to: router)
        isShuttingDown = neighbor.isDraining
        // RFC 7947 §2.2: a route server is invisible in what it passes on.
        isTransparent = neighbor.role == .routeServerClient
        keepsNextHop = neighbor.nextHop.map { $0 == .keep } ?? (isTransparent ? true : nil)
    }
}

extension BorderRouter.Neighbor {
    /// Route servers don't put themselves in (RFC 7947 §2.2.2.1); inside an AS nobody does.
    fileprivate func checksFirstAS(in router: BorderRouter) -> Bool {
        checksFirstAS ?? (role != .routeServer && !isInternal(to: router))
    }
}

extension BorderRouter.Limits {
    fileprivate func prefixes(_ family: Family) -> Int { prefixes?[family] ?? Self.usual[family] ?? .max }
}

extension BorderRouter.Role {
    /// What we are to somebody who is this to us (RFC 9234 §4.2).
    fileprivate var ours: BGP.Role? { theirs?.opposite }

    fileprivate var theirs: BGP.Role? {
        switch self {
        case .provider: .provider
        case .peer: .peer
        case .routeServer: .routeServer
        case .routeServerClient: .routeServerClient
        case .customer: .customer
        case .internal: nil
        }
    }
}

// MARK: Policies

extension BorderRouter {
    /// nil where nothing is said (RFC 8212 says what that means outside of our AS).
    fileprivate func policies(of neighbor: Neighbor) -> (importing: Policy?, exporting: Policy?) {
        let usual: [PolicyName]? = habit == .gaoRexford && !neighbor.isInternal(to: self) ? [.gaoRexford] : nil
        let role = neighbor.role?.theirs
        return (
            (neighbor.importing ?? usual).flatMap { chain($0, role.map { GaoRexford.importing(from: $0, in: asn) }) },
            (neighbor.exporting ?? usual).flatMap { chain($0, role.map { GaoRexford.exporting(to: $0, in: asn) }) }
        )
    }

    /// One after the other: what none of the first decides comes to the next.
    private func chain(_ names: [PolicyName], _ byRole: Policy?) -> Policy? {
        let parts = names.compactMap { name -> Policy? in
            switch name {
            case .own(let name): policies.first { $0.name == name }
            case .all: .acceptAll
            case .none: Policy("none")
            case .gaoRexford: byRole
            }
        }
        guard let last = parts.last, parts.count > 1 else { return parts.last }
        let name = names.map(\.description).joined(separator: ", ")
        return Policy(name, parts.flatMap(\.rules), otherwise: last.otherwise)
    }
}
