internal import Net

/// A prefix of an UPDATE, and what was found of it.
struct Sought: Sendable {
    var prefix: Prefix
    var net = Link<NetSlot>.none
    var route: Link<Route>?

    init(_ prefix: Prefix) { self.prefix = prefix }
}

/// All prefixes of an UPDATE are looked up before anything is done with the first (``NetTable/find(_:)``).
extension RIB {
    mutating func seek(_ part: UpdateParts.Prefixes, _ message: Span<UInt8>) {
        sought.removeAll(keepingCapacity: true)
        message.extracting(part.range).eachPrefix(part.family) { sought.append(Sought($0)) }
        nets.find(&sought)
    }

    /// What the neighbor has said about them.
    mutating func seekRoutes(of id: NeighborID) {
        for place in sought.indices where sought[place].net.exists {
            sought[place].route = find(id, 0, in: sought[place].net)
        }
    }
}
