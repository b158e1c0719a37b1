/// One neighbor's path to one prefix: 20 bytes.
struct Route: Slot, Sendable {
    struct Flags: OptionSet, BitwiseCopyable, Sendable {
        var rawValue: UInt8

        static let vacant = Self(rawValue: 1)
        static let ipv6 = Self(rawValue: 2)
        /// In the Loc-RIB.
        static let best = Self(rawValue: 4)
        /// In the Loc-RIB beside the best, or the best with others beside it.
        static let shares = Self(rawValue: 8)
        /// Import dropped it.
        static let dropped = Self(rawValue: 16)
        /// Import made another set of it.
        static let edited = Self(rawValue: 32)
    }

    /// In a vacant slot the next one.
    var net: Link<NetSlot>
    /// As the neighbor sent it: the Adj-RIB-In.
    var received = Link<AttributeSet>.none
    /// Another route to this prefix.
    var nextInNet = Link<Route>.none
    /// Seconds.
    var since: UInt32 = 0
    var neighbor: UInt16 = 0
    var flags: Flags = []
    /// That of its neighbor's table when it came (``AdjRIBIn``).
    var epoch: UInt8 = 0

    static var vacant: Self { Self(net: .none, flags: .vacant) }
    var isVacant: Bool { flags.contains(.vacant) }
    /// The index of its neighbor's table.
    var table: Int { flags.contains(.ipv6) ? 1 : 0 }
    var nextFree: UInt32 {
        get { net.rawValue }
        set { net = Link(newValue) }
    }
}

/// What few routes have, as a number, and 0 for all others. It costs nothing until one has it.
struct RareNumbers: ~Copyable, Sendable {
    private var arena = Arena<UInt32>()

    var bytes: Int { arena.bytes }

    subscript(_ route: Link<Route>) -> UInt32 {
        @inline(__always)
        get { Int(route.rawValue) < arena.count ? arena[route.rawValue] : 0 }
        set {
            let place = Int(route.rawValue)
            if place >= arena.count {
                guard newValue != 0 else { return }
                arena.append(repeating: 0, count: place + 1 - arena.count)
            }
            arena[place] = newValue
        }
    }
}

extension RIB {
    /// The set of a route after import; none: it was dropped.
    @inline(__always)
    func accepted(_ link: Link<Route>) -> Link<AttributeSet> {
        let flags = routes[link].flags
        if flags.isDisjoint(with: [.dropped, .edited]) { return routes[link].received }
        return flags.contains(.dropped) ? .none : Link(edited[link])
    }

    mutating func setAccepted(_ set: Link<AttributeSet>, of link: Link<Route>) {
        routes[link].flags.subtract([.dropped, .edited])
        guard set != routes[link].received else { return }
        routes[link].flags.insert(set.exists ? .edited : .dropped)
        if set.exists { edited[link] = set.rawValue }
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
