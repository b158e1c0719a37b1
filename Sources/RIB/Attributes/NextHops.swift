internal import Net

/// Where routes lead: an address, and for IPv6 perhaps a link-local one beside it (RFC 2545 §3). Whether it can be reached,
/// and at what cost, is what the shell knows; until it says so, every next hop is near.
///
/// Whoever sends routes chooses how many next hops there are, so nothing here looks at all of them, except for the first
/// answer to who asks which there are.
struct NextHops: Sendable {
    struct Hop: Hashable, Sendable {
        var addresses: [Address] = []
        /// Of its first address; 0: it has none.
        fileprivate var reach: UInt32 = 0
        /// On whose account it stands.
        var account: UInt16 = 0
        var uses = 0
    }

    /// What is known of an address that next hops begin with.
    private struct Reach: Sendable {
        var address: Address
        /// The interior cost of RFC 4271 §9.1.2.2 (e); nil: out of reach, so its routes can't be used (§9.1.2).
        var cost: UInt32? = 0
        /// How many begin with it.
        var hops = 0
        /// Who asks was told that there are some.
        var isTold = false

        var isNews: Bool { isTold != (hops > 0) }
    }

    private var hops = [Hop()]
    private var places: [[Address]: UInt32] = [:]
    private var free: [UInt32] = []
    private var reaches = [Reach(address: Address(v4: 0))]
    private var numbers: [Address: UInt32] = [:]
    private var freeReaches: [UInt32] = []
    private var lastWord: UInt32 = 0
    private var lastPlace: UInt32 = 0
    /// Numbers of those that came into use or went out of it, perhaps several times, from `taken` on; nil: nobody has asked.
    private var news: [UInt32]?
    private var taken = 0

    subscript(_ place: UInt32) -> Hop { hops[Int(place)] }

    @inline(__always)
    func cost(_ place: UInt32) -> UInt32? { reaches[Int(hops[Int(place)].reach)].cost }

    /// The address that packets go to.
    @inline(__always)
    func first(_ place: UInt32) -> Address? { hops[Int(place)].addresses.first }

    /// Whether packets go to it.
    func isUsed(_ address: Address) -> Bool { numbers[address].map { reaches[Int($0)].hops > 0 } ?? false }

    // MARK: Uses

    /// The same, of one IPv4 address: most often the one that came before.
    mutating func use(ipv4 word: UInt32, account: UInt16) -> UInt32 {
        if lastWord == word, hops[Int(lastPlace)].uses > 0 {
            hops[Int(lastPlace)].uses += 1
            return lastPlace
        }
        (lastWord, lastPlace) = (word, use([Address(v4: word)], account: account))
        return lastPlace
    }

    /// Counts one use more; with the first one it stands on that account.
    mutating func use(_ addresses: [Address], account: UInt16) -> UInt32 {
        if let place = places[addresses] {
            hops[Int(place)].uses += 1
            return place
        }
        let reach = addresses.first.map { lead(to: $0) } ?? 0
        let hop = Hop(addresses: addresses, reach: reach, account: account, uses: 1)
        let place = free.popLast() ?? UInt32(hops.count)
        if Int(place) == hops.count { hops.append(hop) } else { hops[Int(place)] = hop }
        places[addresses] = place
        return place
    }

    /// Whether that was the last use.
    mutating func release(_ place: UInt32) -> Bool {
        hops[Int(place)].uses -= 1
        guard hops[Int(place)].uses == 0 else { return false }
        let hop = hops[Int(place)]
        places[hop.addresses] = nil
        hops[Int(place)] = Hop()
        if lastPlace == place { (lastWord, lastPlace) = (0, 0) }
        free.append(place)
        if hop.reach != 0 { leave(hop.reach) }
        return true
    }

    mutating func move(_ place: UInt32, to account: UInt16) { hops[Int(place)].account = account }

    private mutating func lead(to address: Address) -> UInt32 {
        let number = number(of: address)
        reaches[Int(number)].hops += 1
        if reaches[Int(number)].hops == 1 { note(number) }
        return number
    }

    private mutating func leave(_ number: UInt32) {
        reaches[Int(number)].hops -= 1
        guard reaches[Int(number)].hops == 0 else { return }
        note(number)
        tidy(number)
    }

    // MARK: Costs

    /// Stays so until something else is said, also while nothing leads there. Returns whether that changes anything for a
    /// route.
    mutating func setCost(of address: Address, _ cost: UInt32?) -> Bool {
        if cost == 0, numbers[address] == nil { return false }
        let number = number(of: address)
        let isChange = reaches[Int(number)].cost != cost && reaches[Int(number)].hops > 0
        reaches[Int(number)].cost = cost
        tidy(number)
        return isChange
    }

    private mutating func number(of address: Address) -> UInt32 {
        if let number = numbers[address] { return number }
        let number = freeReaches.popLast() ?? UInt32(reaches.count)
        let reach = Reach(address: address)
        if Int(number) == reaches.count { reaches.append(reach) } else { reaches[Int(number)] = reach }
        numbers[address] = number
        return number
    }

    /// Forgets it when there is nothing to know.
    private mutating func tidy(_ number: UInt32) {
        let reach = reaches[Int(number)]
        guard reach.hops == 0, !reach.isTold, reach.cost == 0 else { return }
        numbers[reach.address] = nil
        freeReaches.append(number)
    }

    /// How many addresses something is known of.
    var known: Int { numbers.count }

    // MARK: News

    var hasNews: Bool { news.map { taken < $0.count } ?? true }

    /// What has come into use or gone out of it since the last call, after looking at `limit` of them; at first all that
    /// there is.
    mutating func takeUses(limit: Int) -> [NextHopUse] {
        let queue = news ?? numbers.values.filter { reaches[Int($0)].hops > 0 }.sorted()
        let end = min(taken + limit, queue.count)
        var uses: [NextHopUse] = []
        for number in queue[taken..<end] where reaches[Int(number)].isNews {
            reaches[Int(number)].isTold.toggle()
            uses.append(NextHopUse(address: reaches[Int(number)].address, isUsed: reaches[Int(number)].hops > 0))
            tidy(number)
        }
        (news, taken) = end < queue.count ? (queue, end) : ([], 0)
        return uses
    }

    private mutating func note(_ number: UInt32) {
        guard reaches[Int(number)].isNews, var queue = news else { return }
        news = nil
        queue.append(number)
        // More than there are: most have come and gone before anybody heard of them.
        if queue.count > 2 * reaches.count + 1000 {
            queue = Set(queue[taken...].filter { reaches[Int($0)].isNews }).sorted()
            taken = 0
        }
        news = queue
    }
}
