/// Who has to go when there are too many: those of the user who has the most, so that nobody shuts out anybody else, and
/// of those the ones that have said nothing yet, the oldest first.
struct Crowd {
    /// One connection. `id`s grow, so that the lowest is the oldest.
    struct Member {
        var id: Int
        var user: UInt32?
        var stage: Stage
    }

    enum Stage: Int {
        /// It has asked for nothing, or hasn't read what it was told.
        case idle
        /// It has asked, and wasn't heard yet.
        case asking
        /// What it asked for is being done: it stays.
        case served
    }

    /// An eighth at once, since looking for them costs a look at everybody.
    static func leaving(_ members: [Member]) -> [Int] {
        var counts: [UInt32?: Int] = [:]
        for member in members { counts[member.user, default: 0] += 1 }
        // Of two with as many, not root, and always the same one.
        let greedy = counts.max { ($0.value, $0.key ?? .max) < ($1.value, $1.key ?? .max) }?.key
        let others = members.filter { $0.user == greedy && $0.stage != .served }
        let inOrder = others.sorted { ($0.stage.rawValue, $0.id) < ($1.stage.rawValue, $1.id) }
        return inOrder.prefix(max(1, members.count / 8)).map(\.id)
    }
}
