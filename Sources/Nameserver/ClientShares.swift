internal import Net

/// How many connections each client has, so that none has more than its share.
struct ClientShares {
    /// Whose it is: an IPv6 client has a whole /64 to come from.
    typealias Share = Prefix

    private var taken: [Prefix: Int] = [:]
    private let most: Int

    init(each most: Int) { self.most = most }

    /// nil: this client has all that it may have.
    mutating func take(by address: Address) -> Share? {
        let client = Prefix(address, length: address.family == .ipv4 ? 32 : 64) ?? Prefix(host: address)
        guard let place = taken.index(forKey: client) else {
            taken[client] = 1
            return client
        }
        guard taken.values[place] < most else { return nil }
        taken.values[place] += 1
        return client
    }

    mutating func giveBack(_ share: Share) {
        guard let place = taken.index(forKey: share) else { return }
        taken.values[place] -= 1
        if taken.values[place] == 0 { taken.remove(at: place) }
    }
}
