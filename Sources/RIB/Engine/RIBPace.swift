internal import Net

/// Where a neighbor is that hears of changes in rounds, with a pause between two of them.
struct Pace: Sendable {
    /// The place in the log where this round ends.
    var horizon: UInt64
    /// Withdrawals have been told up to here.
    var withdrawn: UInt64
    /// Prefixes whose withdrawal was told ahead of their change.
    var saidGone: Set<UInt32> = []

    init(from place: UInt64 = 0) { (horizon, withdrawn) = (place, place) }
}

// MARK: MinRouteAdvertisementIntervalTimer (RFC 4271 §9.2.1.1)

/// The timer is the shell's. In a pause it asks for withdrawals, and at the end of the pause begins a round, in which `take`
/// gives what has changed until then.
///
/// Deviates: RFC 4271 has withdrawals wait too, as RFC 1771 did not. As in most speakers they go at once, for until then the
/// neighbor sends packets to nowhere.
extension RIB {
    /// Whether a neighbor hears of changes in rounds; at once is the usual.
    package mutating func setPaced(_ isPaced: Bool, _ id: NeighborID) {
        guard neighbors[id.index].isPaced != isPaced else { return }
        neighbors[id.index].isPaced = isPaced
        neighbors[id.index].output.pace = isPaced ? Pace(from: neighbors[id.index].output.cursor) : nil
    }

    /// From now on `take` gives what has changed until now, and nothing that changes later.
    package mutating func beginRound(for id: NeighborID) {
        guard let index = neighbors[id.index].output.group, let end = groups[index]?.log.end else { return }
        neighbors[id.index].output.pace?.horizon = end
    }

    /// Whether something has changed that ``takeWithdrawals(for:limit:)`` hasn't looked at.
    package func mayHaveWithdrawals(for id: NeighborID) -> Bool {
        let output = neighbors[id.index].output
        guard let index = output.group, let pace = output.pace, output.walk == nil, !output.isStopped else {
            return false
        }
        return max(pace.withdrawn, output.cursor) < groups[index]?.log.end ?? 0
    }

    /// Of what has changed, up to `limit` prefixes that are gone.
    package mutating func takeWithdrawals(for id: NeighborID, limit: Int = 4000) -> Telling {
        guard mayHaveWithdrawals(for: id), let index = neighbors[id.index].output.group,
            let told = beginTelling(index), var place = neighbors[id.index].output.pace?.withdrawn
        else { return Telling() }
        place = max(place, neighbors[id.index].output.cursor)
        var (gone, seen): ([Prefix], Int) = ([], 0)
        while gone.count < limit, seen < limit * 16, let net = groups[index]?.log.next(&place) {
            seen += 1
            guard case .gone = meaning(of: net, told, to: id), neighbors[id.index].output.remember(net) else {
                continue
            }
            gone.append(nets.prefix(net))
        }
        neighbors[id.index].output.pace?.withdrawn = place
        return write(gone, to: id, index)
    }
}

extension NeighborState.Output {
    /// Notes that a withdrawal was told ahead; false when that was so already.
    fileprivate mutating func remember(_ net: Link<NetSlot>) -> Bool {
        pace?.saidGone.insert(net.rawValue).inserted ?? false
    }

    /// Whether it was.
    mutating func forget(_ net: Link<NetSlot>) -> Bool { pace?.saidGone.remove(net.rawValue) != nil }

    mutating func move(_ moves: ChangeLog.Moves) {
        cursor = moves(cursor)
        guard var pace else { return }
        (pace.horizon, pace.withdrawn) = (moves(pace.horizon), moves(pace.withdrawn))
        self.pace = pace
    }
}
