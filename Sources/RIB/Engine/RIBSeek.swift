internal import Net

/// A prefix of an UPDATE, and what was found of it.
struct Sought: Sendable {
    var prefix: Prefix
    var net = Link<NetSlot>.none
    var route: Link<Route>?
}

/// All prefixes of an UPDATE are looked up before anything is done with the first. What one of them needs lies in memory far
/// from what the next one needs, and a processor waits for many such places at once when little comes in between.
extension RIB {
    mutating func seek(_ part: UpdateParts.Prefixes, _ message: Span<UInt8>) {
        sought.removeAll(keepingCapacity: true)
        message.extracting(part.range).eachPrefix(part.family) { sought.append(Sought(prefix: $0)) }
        for place in sought.indices { sought[place].net = nets.find(sought[place].prefix) }
    }

    /// What the neighbor has said about them.
    mutating func seekRoutes(of id: NeighborID) {
        for place in sought.indices where sought[place].net.exists {
            sought[place].route = find(id, 0, in: sought[place].net)
        }
    }
}
