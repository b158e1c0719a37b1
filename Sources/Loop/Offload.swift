extension Loop {
    /// Has `worker` do what may take long, such as writing to a disk, and calls `then` back here with what came of it.
    public func offload<Outcome: Sendable>(
        to worker: Loop, _ work: @escaping @Sendable () -> Outcome, then: @escaping (Outcome) -> Void
    ) {
        preconditionOnLoop()
        let reply = Reply(then)
        worker.submit {
            let outcome = work()
            self.submit { reply.take()?(outcome) }
        }
    }
}

/// What is called at the end, once.
private final class Reply<Outcome>: @unchecked Sendable {
    // SAFETY: made, called and let go on one loop's thread; other threads only hold the box.
    private var body: ((Outcome) -> Void)?

    init(_ body: @escaping (Outcome) -> Void) { self.body = body }

    func take() -> ((Outcome) -> Void)? {
        defer { body = nil }
        return body
    }
}

/// `body`, which is called the first time and never again: for what ends by itself or by the clock, whichever is first.
package func once<Outcome>(_ body: @escaping (Outcome) -> Void) -> (Outcome) -> Void {
    var waiting = Optional(body)
    return { outcome in
        guard let body = waiting else { return }
        waiting = nil
        body(outcome)
    }
}
