internal import Glibc

/// What other threads want a loop to run, in the order in which it came.
///
/// A pthread mutex, not `Synchronization.Mutex`: everything that one thread hands to another comes through here. The
/// contended path of that one lies inside the standard library's binary, where the thread sanitizer sees nothing, so it
/// reports races between two holders of one lock ("Swift access race"; four threads that append to a `Mutex<[Int]>`
/// are enough, and lose nothing) and would miss those that are real. It understands pthread mutexes.
final class Mailbox: @unchecked Sendable {
    enum Item {
        case job(UnownedJob)
        case body(@Sendable () -> Void)
    }

    // SAFETY: `items` is touched only while `lock` is held. The lock never moves, since it has an allocation of its own.
    private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var items: [Item] = []

    init() { pthread_mutex_init(lock, nil) }

    deinit {
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    var isEmpty: Bool { locked { items.isEmpty } }

    /// True when it was empty: somebody has to wake the loop.
    func put(_ item: Item) -> Bool {
        locked {
            defer { items.append(item) }
            return items.isEmpty
        }
    }

    func takeAll() -> [Item] {
        locked {
            defer { items = [] }
            return items
        }
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return body()
    }
}
