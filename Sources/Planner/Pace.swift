/// How long work may take, and who hears how far it is.
package struct Pace: Sendable {
    private let end: ContinuousClock.Instant?
    private let tell: @Sendable (String) -> Void

    /// - Parameter deadline: from now; nil: as long as it takes.
    package init(deadline: Duration? = nil, _ tell: @escaping @Sendable (String) -> Void = { _ in }) {
        end = deadline.map { .now + $0 }
        self.tell = tell
    }

    /// Whether a search should stop and report what it has.
    package var isOver: Bool { end.map { .now >= $0 } ?? false }

    /// What is being done now.
    package func begin(_ what: String) { tell(what) }

    /// Whether to go on with a search. Called often; told to people a hundred times in all.
    package func goesOn(_ what: String, _ done: Int, of all: Int) -> Bool {
        if done % max(1, all / 100) == 0 { tell("\(what): \(done) of \(all)") }
        return !isOver
    }
}
