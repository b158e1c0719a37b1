internal import Net

/// A prefix that somebody announces, with its routes in a list: the best one first when there is one.
struct NetSlot: Slot, Sendable {
    var first = Link<Route>.none
    /// The address of an IPv4 prefix; where that of an IPv6 prefix is kept; in a vacant slot the next one.
    var word: UInt32

    static var vacant: Self { Self(first: Link(.max), word: 0) }
    var isVacant: Bool { first.rawValue == .max }
    var nextFree: UInt32 {
        get { word }
        set { word = newValue }
    }
}

/// All prefixes that have routes, or had, of both families, by number and by prefix. 9 bytes each for IPv4, 25 for IPv6,
/// and
/// about as much again in the index.
///
/// A prefix that has lost its routes stays, idle, until others need its place: most come back, and when a whole table goes
/// none has to be looked for.
struct NetTable: ~Copyable, Sendable {
    var slots = Slots<NetSlot>()
    /// Those that have routes: one that has none any more stays until everybody has heard that it is gone.
    var alive = 0
    /// Of each slot; behind the longest of IPv4, those of IPv6.
    private var lengths = Arena<UInt8>()
    private var index = PrefixIndex()
    private var wide = Blocks<UInt128>(filler: 0)
    /// How many are idle.
    private(set) var idle = 0

    init() { lengths.append(0) }

    var bytes: Int { slots.bytes + lengths.bytes + index.bytes + wide.bytes }

    /// How many aren't idle.
    var used: Int { slots.used - idle }

    /// Another prefix would need more memory, which idle ones have.
    var wantsRemovals: Bool { idle > 1024 && idle > used && !slots.hasFree }

    /// Idle ones included.
    func count(_ family: Family) -> Int { index.count(family) }

    mutating func noteIdle(_ more: Int) { idle += more }

    func prefix(_ net: Link<NetSlot>) -> Prefix {
        let (word, length) = (slots[net].word, lengths[net.rawValue])
        let address = length < Self.ipv6 ? Address(v4: word) : Address(v6: wide[word])
        return Prefix(address, length: Int(length < Self.ipv6 ? length : length - Self.ipv6)) ?? Prefix(host: address)
    }

    private static let ipv6: UInt8 = 33

    func family(_ net: Link<NetSlot>) -> Family { lengths[net.rawValue] < Self.ipv6 ? .ipv4 : .ipv6 }

    func find(_ prefix: Prefix) -> Link<NetSlot> { Link(index.find(prefix) ?? 0) }

    /// The same, of many: what one of them needs lies in memory far from what the next one needs, and a processor waits for
    /// many such places at once when little comes in between.
    func find(_ list: inout [Sought]) {
        for place in list.indices { list[place].net = find(list[place].prefix) }
    }

    /// The one that is there, or a new one.
    mutating func insert(_ prefix: Prefix) -> Link<NetSlot> {
        let new = makeSlot(prefix)
        let net = Link<NetSlot>(index.insert(prefix, new.rawValue))
        if net != new { removeSlot(new) }
        return net
    }

    private mutating func makeSlot(_ prefix: Prefix) -> Link<NetSlot> {
        var (word, length) = (prefix.address.narrow, UInt8(prefix.length))
        if prefix.family == .ipv6 {
            (word, length) = (wide.allocate(1), length + Self.ipv6)
            wide[word] = prefix.address.bits
        }
        let net = slots.insert(NetSlot(word: word))
        if Int(net.rawValue) == lengths.count { lengths.append(length) } else { lengths[net.rawValue] = length }
        return net
    }

    mutating func remove(_ net: Link<NetSlot>) {
        index.remove(prefix(net))
        removeSlot(net)
    }

    private mutating func removeSlot(_ net: Link<NetSlot>) {
        if family(net) == .ipv6 { wide.release(slots[net].word, count: 1) }
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
