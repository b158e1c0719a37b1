internal import Glibc
internal import Loop
internal import Synchronization

extension Loop {
    /// Runs `body` on the loop and waits for it, from another thread.
    func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) -> Value {
        let answer = Answer<Value>()
        submit { answer.give(body()) }
        return answer.take()
    }
}

/// A value that one thread waits for and another brings.
private final class Answer<Value: Sendable>: Sendable {
    private let value = Mutex<Value?>(nil)

    func give(_ new: Value) { value.withLock { $0 = new } }

    /// Polls: it is called a few times in a rehearsal, and answered within microseconds.
    func take() -> Value {
        while true {
            if let value = value.withLock({ $0 }) { return value }
            usleep(100)
        }
    }
}
