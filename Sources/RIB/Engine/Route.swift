/// One neighbor's path to one prefix: 36 bytes.
struct Route: Slot, Sendable {
    struct Flags: OptionSet, BitwiseCopyable, Sendable {
        var rawValue: UInt8

        static let vacant = Self(rawValue: 1)
        /// Not a route, but the beginning and end of a ring.
        static let ring = Self(rawValue: 2)
        /// In the Loc-RIB.
        static let best = Self(rawValue: 4)
        /// In the Loc-RIB beside the best, or the best with others beside it.
        static let shares = Self(rawValue: 8)
    }

    /// In a vacant slot the next one.
    var net: Link<NetSlot>
    /// As the neighbor sent it: the Adj-RIB-In.
    var received = Link<AttributeSet>.none
    /// After import; none: it was dropped.
    var accepted = Link<AttributeSet>.none
    /// Another route to this prefix.
    var nextInNet = Link<Route>.none
    /// In the ring of its neighbor's table.
    var next = Link<Route>.none
    var previous = Link<Route>.none
    /// RFC 7911; 0 where the neighbor sends one path a prefix.
    var pathID: UInt32 = 0
    /// Seconds.
    var since: UInt32 = 0
    var neighbor: UInt16 = 0
    var flags: Flags = []
    /// That of its neighbor's table when it came; an older one: it is about to be flushed.
    var epoch: UInt8 = 0

    static var vacant: Self { Self(net: .none, flags: .vacant) }
    var isVacant: Bool { flags.contains(.vacant) }
    var nextFree: UInt32 {
        get { net.rawValue }
        set { net = Link(newValue) }
    }
}

/// Which neighbor of a RIB.
package struct NeighborID: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Ourselves: routes that we originate.
    package static let local = Self(rawValue: 0)

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    var index: Int { Int(rawValue) }
}

/// Rings: lists that know both neighbors, so that a route leaves without anyone knowing where it was, and a whole table
/// moves to another list in one step.
extension Slots where Element == Route {
    mutating func makeRing() -> Link<Route> {
        let ring = insert(Route(net: .none, flags: .ring))
        self[ring].next = ring
        self[ring].previous = ring
        return ring
    }

    mutating func link(_ route: Link<Route>, atEndOf ring: Link<Route>) {
        let last = self[ring].previous
        self[route].previous = last
        self[route].next = ring
        self[last].next = route
        self[ring].previous = route
    }

    mutating func unlink(_ route: Link<Route>) {
        let (previous, next) = (self[route].previous, self[route].next)
        self[previous].next = next
        self[next].previous = previous
    }

    func isEmpty(_ ring: Link<Route>) -> Bool { self[ring].next == ring }

    /// All of one ring to the end of another.
    mutating func splice(_ from: Link<Route>, toEndOf ring: Link<Route>) {
        guard !isEmpty(from) else { return }
        let (first, last, end) = (self[from].next, self[from].previous, self[ring].previous)
        self[end].next = first
        self[first].previous = end
        self[last].next = ring
        self[ring].previous = last
        self[from].next = from
        self[from].previous = from
    }
}
