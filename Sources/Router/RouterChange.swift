internal import BGP
internal import Loop
internal import Net
internal import RIB
internal import Speaker

// MARK: What is configured

extension Router {
    /// Everything but the sessions, which have changed already.
    func become(_ new: Configuration) {
        let old = order
        order = new.neighbors.map { exchange(of: $0) ?? Exchange($0, rib.add($0.routes)) }
        exchanges = Dictionary(order.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        leaving.formIntersection(exchanges.keys)
        for exchange in old where exchanges[exchange.name] !== exchange { rib.remove(exchange.id) }
        rib.change(zip(order, new.neighbors).map { ($0.id, isLeaving($1) ? $1.routes.shuttingDown : $1.routes) })
        for (exchange, neighbor) in zip(order, new.neighbors) {
            if exchange.isOverLimit, exchange.neighbor.routes.limits != neighbor.routes.limits { letIn(exchange) }
            exchange.neighbor = neighbor
            rib.setPaced(neighbor.mrai > .zero, exchange.id)
        }
        configuration = new
        configure(new.costs)
        placeNeighbors()
        surround()
        originate(new.networks)
        rib.set(new.decision)
        schedule()
    }

    /// The one that there is, if it is still the same neighbor.
    private func exchange(of neighbor: Neighbor) -> Exchange? {
        exchanges[neighbor.session.name].flatMap { $0.isStill(neighbor) ? $0 : nil }
    }

    /// How many neighbors of `new` there haven't been until now.
    func additions(of new: Configuration) -> Int { new.neighbors.count { exchange(of: $0) == nil } }

    private func configure(_ costs: [Address: UInt32]) {
        let addresses = Set(configuredCosts.keys).union(costs.keys)
        configuredCosts = costs
        for address in addresses { setCost(of: address) }
    }

    /// Whoever changes a limit that was met wants the neighbor back now, not after its hold.
    private func letIn(_ exchange: Exchange) {
        exchange.isOverLimit = false
        sessions.start(exchange.name)
    }

    private func originate(_ networks: [Originated]) {
        let wanted = Dictionary(networks.map { ($0.prefix, $0) }, uniquingKeysWith: { _, last in last })
        for prefix in originated.keys where wanted[prefix] == nil { rib.withdraw(prefix, from: .local) }
        for network in networks where originated[network.prefix] != wanted[network.prefix] {
            if let network = wanted[network.prefix] { rib.originate(network.prefix, network.attributes, now: Loop.now) }
        }
        originated = wanted
    }
}

extension Exchange {
    /// A neighbor with another ASN or address is another neighbor.
    fileprivate func isStill(_ other: Router.Neighbor) -> Bool {
        (neighbor.routes.asn, neighbor.routes.address) == (other.routes.asn, other.routes.address)
    }
}

extension Router.Originated {
    fileprivate var attributes: PathAttributes {
        var attributes = PathAttributes()
        (attributes.origin, attributes.asPath, attributes.med) = (.igp, ASPath(), med)
        (attributes.communities, attributes.largeCommunities) = (communities, largeCommunities)
        return attributes
    }
}

extension Router.Configuration {
    /// Of neighbors' addresses, where there are some.
    fileprivate var costs: [Address: UInt32] {
        let all = neighbors.map { ($0.session.address, $0.cost) }
        return Dictionary(all, uniquingKeysWith: { first, _ in first }).filter { $0.value > 0 }
    }

    /// What the sessions need to know. How many prefixes there may be is the RIB's matter.
    var speaker: Speaker.Configuration {
        var neighbors = neighbors.map(\.session)
        for index in neighbors.indices {
            (neighbors[index].maxPrefixes, neighbors[index].maxAnnouncements) = (.max, nil)
        }
        return Speaker.Configuration(asn: asn, routerID: routerID, listenPort: listenPort, neighbors: neighbors)
    }
}
