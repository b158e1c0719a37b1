internal import Net

/// What one event has changed, gathered over all routes, so that a prefix that changes at five neighbors is said once.
struct Changes: Sendable {
    /// Why, in the words of the event; nil: only time has passed.
    var cause: String?
    var isMemorable = false
    /// Whether a neighbor lost a route.
    var hasWithdrawn: Bool { moves.contains { $0.kind == .withdrawn } }
    private var first: [Announcer.Action] = []
    private var last: [Announcer.Action] = []
    private var moves: [Move] = []

    fileprivate struct Move: Sendable {
        var kind: Kind
        var prefix: Prefix
        var reason: String
        var neighbors: [String]
    }

    enum Kind: Hashable, Sendable {
        case announced, changed, withdrawn
        case held(Waiting)
        case unheld
    }

    mutating func say(_ action: Announcer.Action) { first.append(action) }

    mutating func sayLast(_ action: Announcer.Action) { last.append(action) }

    mutating func note(_ kind: Kind, _ prefix: Prefix, _ neighbor: String, _ reason: String) {
        let same = { (move: Move) in move.kind == kind && move.prefix == prefix && move.reason == reason }
        if let index = moves.firstIndex(where: same) {
            moves[index].neighbors.append(neighbor)
        } else {
            moves.append(Move(kind: kind, prefix: prefix, reason: reason, neighbors: [neighbor]))
        }
    }

    var actions: [Announcer.Action] {
        first + moves.map(\.action) + last + (isMemorable ? [.remember] : [])
    }
}

extension Changes.Move {
    fileprivate var action: Announcer.Action {
        switch kind {
        case .announced: .announce(prefix, to: neighbors, reason: reason)
        case .changed: .change(prefix, at: neighbors, reason: reason)
        case .withdrawn: .withdraw(prefix, from: neighbors, reason: reason)
        case .held(let waiting): .hold(prefix, at: neighbors, waiting)
        case .unheld: .unhold(prefix, at: neighbors, reason: reason)
        }
    }
}
