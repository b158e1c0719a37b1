package import Net

/// The Loc-RIB as whoever installs routes sees it: what has changed since the last time.
struct Installer: Sendable {
    var log = ChangeLog()
    var cursor: UInt64 = 0
}

/// What to use for a prefix now; no next hops: nothing.
package struct Installation: Hashable, Sendable {
    package var prefix: Prefix
    /// Of each route that is used, in order of preference.
    package var nextHops: [[Address]]
    /// Whose route each of them is: a link-local next hop is on the link to that neighbor.
    package var neighbors: [NeighborID] = []
    /// Packets are to be discarded (RFC 7999).
    package var isBlackhole = false

    package init(prefix: Prefix, nextHops: [[Address]], neighbors: [NeighborID] = []) {
        (self.prefix, self.nextHops, self.neighbors) = (prefix, nextHops, neighbors)
    }
}

extension RIB {
    /// From now on changes of the Loc-RIB are noted, those that are there already first.
    package mutating func startInstalling() {
        installer = Installer()
        for number in 1..<max(nets.slots.count, 1) {
            let net = Link<NetSlot>(UInt32(number))
            if !nets.slots[net].isVacant, best(of: net) != nil { installer?.log.append(net) }
        }
    }

    /// Whether `takeInstallations` has something to give.
    package var hasInstallations: Bool { installer.map { $0.cursor < $0.log.end } ?? false }

    /// Up to `limit` changes; empty: there are none.
    package mutating func takeInstallations(limit: Int = 1000) -> [Installation] {
        guard var cursor = installer?.cursor, let changes = installer?.log.read(from: &cursor, limit: limit) else {
            return []
        }
        let result = changes.map { installation($0) }
        installer?.cursor = cursor
        for net in installer?.log.tidy(slowest: cursor).gone ?? [] { retire(net) }
        return result
    }

    func installation(_ net: Link<NetSlot>) -> Installation {
        var result = Installation(prefix: nets.prefix(net), nextHops: [])
        guard let best = best(of: net) else { return result }
        result.add(hops(of: best), routes[best].neighbor)
        result.isBlackhole = attributes.facts(accepted(best)).flags.contains(.blackhole)
        var link = routes[best].nextInNet
        while link.exists {
            if routes[link].flags.contains(.shares) { result.add(hops(of: link), routes[link].neighbor) }
            link = routes[link].nextInNet
        }
        return result
    }

    private func hops(of route: Link<Route>) -> [Address] {
        attributes.hops[attributes[accepted(route)].hop].addresses
    }
}

extension Installation {
    fileprivate mutating func add(_ addresses: [Address], _ neighbor: UInt16) {
        nextHops.append(addresses)
        neighbors.append(NeighborID(rawValue: neighbor))
    }
}

/// An address that routes lead to, or led to.
package struct NextHopUse: Hashable, Sendable {
    package var address: Address
    /// Some route still does.
    package var isUsed: Bool

    package init(address: Address, isUsed: Bool) { (self.address, self.isUsed) = (address, isUsed) }
}

extension RIB {
    /// Up to `limit` next hops that have come into use or gone out of it since the last call; at first all. For whoever finds
    /// out what they cost and says so by `setCost(of:_:)`.
    package mutating func takeNextHopUses(limit: Int = 1000) -> [NextHopUse] {
        attributes.hops.takeUses(limit: limit)
    }

    /// Whether it has something to give.
    package var hasNextHopUses: Bool { attributes.hops.hasNews }
}
