/// Whose request is answered next: users take turns, each with its own requests in the order in which they came. So
/// somebody with a thousand of them is one user in the round, and nobody waits for more than one of theirs.
struct Turns {
    typealias User = UInt32?

    /// Of connections, by their numbers.
    private var waiting: [User: [Int]] = [:]
    private var round: [User] = []

    var isEmpty: Bool { round.isEmpty }

    mutating func add(_ id: Int, of user: User) {
        if waiting[user] == nil { round.append(user) }
        waiting[user, default: []].append(id)
    }

    /// nil: nobody waits.
    mutating func next() -> Int? {
        guard !round.isEmpty else { return nil }
        let user = round.removeFirst()
        var ids = waiting.removeValue(forKey: user) ?? []
        let id = ids.isEmpty ? nil : ids.removeFirst()
        if !ids.isEmpty {
            waiting[user] = ids
            round.append(user)
        }
        return id
    }

    mutating func remove(_ id: Int, of user: User) {
        guard var ids = waiting[user], let index = ids.firstIndex(of: id) else { return }
        ids.remove(at: index)
        waiting[user] = ids.isEmpty ? nil : ids
        if ids.isEmpty { round.removeAll { $0 == user } }
    }
}
