/// One neighbor's path to one prefix: 24 bytes.
struct Route: Slot, Sendable {
    struct Flags: OptionSet, BitwiseCopyable, Sendable {
        var rawValue: UInt8

        static let vacant = Self(rawValue: 1)
        static let ipv6 = Self(rawValue: 2)
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

/// Identifiers of routes (RFC 7911), 0 where a neighbor sends one path a prefix. They cost nothing until somebody sends more.
struct PathIDs: ~Copyable, Sendable {
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

/// Which neighbor of a RIB.
package struct NeighborID: RawRepresentable, Hashable, Comparable, Sendable {
    package var rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    /// Ourselves: routes that we originate.
    package static let local = Self(rawValue: 0)

    package static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    var index: Int { Int(rawValue) }
}
