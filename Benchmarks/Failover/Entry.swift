/// All runs of one contender at one failure: a line of the table.
struct Entry: Sendable {
    var setting: Setting
    var failure: Failure
    var contender: Contender
    var runs: [Run]

    /// A run in which it never happened counts as infinitely long.
    var moved: [Double] { runs.map { $0.moved ?? .infinity } }
    var outages: [Double] { runs.map(\.outage) }
    var gone: [Double] { runs.map { $0.gone ?? .infinity } }
    var unnoticed: Int { runs.count { $0.moved == nil } }
    /// In most of the runs.
    var isNoticed: Bool { unnoticed * 2 < runs.count }
}

/// What must hold between ours and the others.
enum Judgement {
    /// What doesn't, in words; empty when all does.
    static func complaints(_ entries: [Entry]) -> [String] {
        entries.filter { $0.contender == .landfall }.flatMap { ours in
            let peers = entries.filter {
                $0.setting == ours.setting && $0.failure == ours.failure && Contender.peers.contains($0.contender)
            }
            let service = ours.failure == .serviceHung || ours.failure == .serviceKilled
            let found = ours.setting == .defaults && service ? earlier(ours, peers) : noLater(ours, peers)
            return found.map { "(\(ours.setting.rawValue)) \(ours.failure.rawValue): \($0)" }
        }
    }

    /// A better median than everybody's.
    private static func earlier(_ ours: Entry, _ peers: [Entry]) -> [String] {
        peers.flatMap { peer in
            [("clients move", \Entry.moved), ("outage", \Entry.outages)].compactMap { what, times in
                let (mine, theirs) = (median(ours[keyPath: times]), median(peer[keyPath: times]))
                return mine < theirs
                    ? nil
                    : "\(what): median \(milliseconds(mine)), not below \(peer.contender.rawValue)'s \(milliseconds(theirs))"
            }
        }
    }

    /// At most 5 % or 20 ms, whichever is more, behind the best of those who notice at all; and what one of them notices,
    /// we notice every time.
    private static func noLater(_ ours: Entry, _ peers: [Entry]) -> [String] {
        let noticing = peers.filter(\.isNoticed)
        guard !noticing.isEmpty else { return [] }
        let missed = ours.unnoticed > 0 ? ["not noticed in \(ours.unnoticed) of \(ours.runs.count) runs"] : []
        return missed
            + [("clients move", \Entry.moved), ("outage", \Entry.outages)].compactMap { what, times in
                let mine = median(ours[keyPath: times])
                guard let best = noticing.min(by: { median($0[keyPath: times]) < median($1[keyPath: times]) }) else {
                    return nil
                }
                let theirs = median(best[keyPath: times])
                return mine <= theirs + max(0.05 * theirs, 0.020)
                    ? nil
                    : "\(what): median \(milliseconds(mine)) against \(best.contender.rawValue)'s \(milliseconds(theirs))"
            }
    }
}

/// What was measured, although something didn't hold.
struct NotHeld: Error, CustomStringConvertible {
    var measurements: [Measurement]
    var complaints: [String]
    var description: String { complaints.joined(separator: "\n") }
}

/// `482 ms`; what never happened is a dash.
func milliseconds(_ seconds: Double) -> String {
    seconds.isFinite ? "\(Int((seconds * 1000).rounded())) ms" : "–"
}
