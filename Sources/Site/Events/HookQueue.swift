internal import Config

/// Which hooks run, and which wait for one of them to end: in the order of what happened, only so many at once, and only so
/// many waiting.
struct HookQueue {
    struct Job {
        var hook: Config.Hooks.Hook
        /// What it is told.
        var event: Event
    }

    static let mostWaiting = 100

    private(set) var waiting: [Job] = []
    private(set) var running = 0

    /// Whether there was room for it.
    mutating func add(_ job: Job) -> Bool {
        guard waiting.count < Self.mostWaiting else { return false }
        waiting.append(job)
        return true
    }

    /// The next one that may start; it runs from here on.
    mutating func next(atOnce: Int) -> Job? {
        guard running < atOnce, !waiting.isEmpty else { return nil }
        running += 1
        return waiting.removeFirst()
    }

    mutating func ended() { running -= 1 }

    /// Forgets those that wait; how many those were.
    mutating func clear() -> Int {
        defer { waiting = [] }
        return waiting.count
    }

    var isIdle: Bool { running == 0 && waiting.isEmpty }
}
