internal import Net

/// What only metrics count: changes that an agent acts on and forgets.
struct Tally {
    /// How often each prefix was announced, changed and withdrawn, at one neighbor or more.
    var prefixes: [Prefix: [Event.Kind: UInt64]] = [:]
    var sessionsLost: [String: UInt64] = [:]
    let started = wallClock(of: .zero, now: .zero)

    /// What left the configuration is counted no more.
    mutating func keep(_ known: some Collection<Prefix>, _ neighbors: [String]) {
        prefixes = prefixes.filter { known.contains($0.key) }
        sessionsLost = sessionsLost.filter { neighbors.contains($0.key) }
    }
}
