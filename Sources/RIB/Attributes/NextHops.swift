internal import Net

/// Where routes lead: an address, and for IPv6 perhaps a link-local one beside it (RFC 2545 §3). Whether it can be reached,
/// and at what cost, is what the shell knows; until it says so, every next hop is near.
struct NextHops: Sendable {
    struct Hop: Hashable, Sendable {
        var addresses: [Address] = []
        /// The interior cost of RFC 4271 §9.1.2.2 (e); nil: out of reach, so its routes can't be used (§9.1.2).
        var cost: UInt32? = 0
        var uses = 0
    }

    private(set) var hops = [Hop()]
    private var places: [[Address]: UInt32] = [:]
    private var free: [UInt32] = []
    private var lastWord: UInt32 = 0
    private var lastPlace: UInt32 = 0
    private var costs: [Address: UInt32?] = [:]
    /// Those that have come or gone since somebody asked; nil: nobody ever has.
    private var news: Set<Address>?

    subscript(_ place: UInt32) -> Hop { hops[Int(place)] }

    @inline(__always)
    func cost(_ place: UInt32) -> UInt32? { hops[Int(place)].cost }

    /// The address that packets go to.
    @inline(__always)
    func first(_ place: UInt32) -> Address? { hops[Int(place)].addresses.first }

    /// The same, of one IPv4 address: most often the one that came before.
    mutating func use(ipv4 word: UInt32) -> UInt32 {
        if lastWord == word, hops[Int(lastPlace)].uses > 0 {
            hops[Int(lastPlace)].uses += 1
            return lastPlace
        }
        (lastWord, lastPlace) = (word, use([Address(v4: word)]))
        return lastPlace
    }

    /// Counts one use more.
    mutating func use(_ addresses: [Address]) -> UInt32 {
        if let place = places[addresses] {
            hops[Int(place)].uses += 1
            return place
        }
        let hop = Hop(addresses: addresses, cost: addresses.first.map { costs[$0] ?? 0 } ?? 0, uses: 1)
        let place = free.popLast() ?? UInt32(hops.count)
        if Int(place) == hops.count { hops.append(hop) } else { hops[Int(place)] = hop }
        places[addresses] = place
        if let address = addresses.first { news?.insert(address) }
        return place
    }

    mutating func release(_ place: UInt32) {
        hops[Int(place)].uses -= 1
        guard hops[Int(place)].uses == 0 else { return }
        if let address = hops[Int(place)].addresses.first { news?.insert(address) }
        places[hops[Int(place)].addresses] = nil
        hops[Int(place)] = Hop()
        if lastPlace == place { (lastWord, lastPlace) = (0, 0) }
        free.append(place)
    }

    /// Returns whether that changes anything for a route.
    mutating func setCost(of address: Address, _ cost: UInt32?) -> Bool {
        if cost == 0 { costs[address] = nil } else { costs[address] = .some(cost) }
        var changed = false
        for place in hops.indices where hops[place].addresses.first == address && hops[place].cost != cost {
            hops[place].cost = cost
            changed = true
        }
        return changed
    }

    var hasNews: Bool { news?.isEmpty != true }

    /// What has come into use or gone out of it since the last call; at first all that there is.
    mutating func takeUses() -> [NextHopUse] {
        guard hasNews else { return [] }
        let used = Set(hops.compactMap { $0.uses > 0 ? $0.addresses.first : nil })
        let changed = news ?? used
        news = []
        for address in changed where !used.contains(address) { costs[address] = nil }
        return changed.sorted().map { NextHopUse(address: $0, isUsed: used.contains($0)) }
    }
}
