internal import Net

/// A prefix that somebody announces, with its routes in a list: the best one first when there is one.
struct NetSlot: Slot, Sendable {
    var first = Link<Route>.none
    /// The address of an IPv4 prefix; where that of an IPv6 prefix is kept; in a vacant slot the next one.
    var word: UInt32
    var length: UInt8
    var kind: Kind

    enum Kind: UInt8 { case vacant, ipv4, ipv6 }

    static var vacant: Self { Self(word: 0, length: 0, kind: .vacant) }
    var isVacant: Bool { kind == .vacant }
    var nextFree: UInt32 {
        get { word }
        set { word = newValue }
    }
}

/// All prefixes that have routes, or had until just now, of both families, by number and by prefix. 12 bytes each for IPv4, 28 for IPv6, and
/// about as much again in the index.
struct NetTable: ~Copyable, Sendable {
    var slots = Slots<NetSlot>()
    /// Those that have routes: one that has none any more stays until everybody has heard that it is gone.
    var alive = 0
    private var index = PrefixIndex()
    private var wide = Blocks<UInt128>(filler: 0)

    var bytes: Int { slots.bytes + index.bytes + wide.bytes }

    func count(_ family: Family) -> Int { index.count(family) }

    func prefix(_ net: Link<NetSlot>) -> Prefix {
        let slot = slots[net]
        let address = slot.kind == .ipv4 ? Address(v4: slot.word) : Address(v6: wide[slot.word])
        return Prefix(address, length: Int(slot.length)) ?? Prefix(host: address)
    }

    func family(_ net: Link<NetSlot>) -> Family { slots[net].kind == .ipv4 ? .ipv4 : .ipv6 }

    func find(_ prefix: Prefix) -> Link<NetSlot> { Link(index.find(prefix) ?? 0) }

    /// The one that is there, or a new one.
    mutating func insert(_ prefix: Prefix) -> Link<NetSlot> {
        let old = find(prefix)
        return old.exists ? old : add(prefix)
    }

    /// One that isn't there.
    mutating func add(_ prefix: Prefix) -> Link<NetSlot> {
        var slot = NetSlot(word: prefix.address.narrow, length: UInt8(prefix.length), kind: .ipv4)
        if prefix.family == .ipv6 {
            (slot.word, slot.kind) = (wide.allocate(1), .ipv6)
            wide[slot.word] = prefix.address.bits
        }
        let net = slots.insert(slot)
        index.insert(prefix, net.rawValue)
        return net
    }

    mutating func remove(_ net: Link<NetSlot>) {
        index.remove(prefix(net))
        if slots[net].kind == .ipv6 { wide.release(slots[net].word, count: 1) }
        slots.remove(net)
    }

    // MARK: Looking

    /// The longest prefix that contains the address.
    func match(_ address: Address) -> Link<NetSlot> { Link(index.match(address) ?? 0) }

    /// From the least specific to the prefix itself.
    func containing(_ prefix: Prefix) -> [Link<NetSlot>] { index.containing(prefix).map { Link($0) } }

    /// In order, those after `start` and within `scope`, until `body` says false.
    func walk(within scope: Prefix, after start: Prefix?, _ body: (Link<NetSlot>) -> Bool) {
        index.walk(within: scope, after: start) { body(Link($0)) }
    }
}
