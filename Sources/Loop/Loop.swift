internal import CLinux
internal import Glibc
public import Net
internal import Synchronization

/// One thread that waits on epoll and runs the jobs of the actors that live on it.
///
/// An actor makes a loop its executor and then calls it directly: whatever is watched or timed calls back on the same
/// thread, inside that actor's isolation, without a hop. A call that stays on its loop costs tens of nanoseconds; one
/// that crosses to another costs tens of microseconds.
///
///     actor Clock {
///         nonisolated let loop: Loop
///         nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }
///         func start() { loop.after(.seconds(1)) { self.tick() } }
///     }
///
/// A loop lives as long as its process: threads that fork children must (PR_SET_PDEATHSIG follows the thread).
public final class Loop: SerialExecutor, @unchecked Sendable {
    // SAFETY: `watches` and `timers` are touched on the loop's own thread only, which `preconditionOnLoop` asserts; the
    // descriptors never change after init; `mailbox` guards itself.
    private let mailbox = Mailbox()
    private let poll: Int32
    private let wakeup: Int32
    private var watches = Watches()
    private var timers = Timers()
    /// 0 before it runs.
    private let thread = Atomic<pthread_t>(0)

    /// Starts the thread; `name` is what `top -H` shows (15 bytes at most).
    public init(name: String) throws(SystemError) {
        poll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard poll >= 0 else { throw SystemError("epoll_create1") }
        wakeup = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
        guard wakeup >= 0 else { throw SystemError("eventfd") }
        var interest = epoll_event()
        interest.events = EPOLLIN.rawValue
        interest.data.u64 = .max
        epoll_ctl(poll, EPOLL_CTL_ADD, wakeup, &interest)
        try startThread(self, name: name)
    }

    /// The monotonic clock.
    public static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    public var isCurrent: Bool { thread.load(ordering: .relaxed) == pthread_self() }

    // MARK: From any thread

    public func enqueue(_ job: consuming ExecutorJob) { post(.job(UnownedJob(job))) }

    /// Runs `body` on the loop's thread, soon, after whatever the same thread has handed over before.
    public func submit(_ body: @escaping @Sendable () -> Void) { post(.body(body)) }

    private func post(_ item: Mailbox.Item) {
        if mailbox.put(item), !isCurrent { eventfd_write(wakeup, 1) }
    }

    public func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

    /// Lets callbacks, which are no jobs, enter the isolation of the actors that live here (SE-0424).
    public func checkIsolated() { preconditionOnLoop() }

    public func isIsolatingCurrentContext() -> Bool? { isCurrent }

    func preconditionOnLoop() { precondition(isCurrent, "called from outside of its loop") }

    // MARK: On the loop's thread

    /// Calls `body` whenever `descriptor` is ready for `interest`, until the watch is cancelled. Level-triggered. The
    /// descriptor must stay open until then.
    public func watch(
        _ descriptor: Int32, for interest: Readiness, _ body: @escaping (Readiness) -> Void
    ) throws(SystemError) -> Watch {
        preconditionOnLoop()
        let watch = watches.add(descriptor, body)
        do { try control(EPOLL_CTL_ADD, watch, interest) } catch {
            watches.remove(watch)
            throw error
        }
        return watch
    }

    /// Changes what a watch waits for; nothing at all leaves only errors.
    public func change(_ watch: Watch, to interest: Readiness) throws(SystemError) {
        preconditionOnLoop()
        try control(EPOLL_CTL_MOD, watch, interest)
    }

    public func cancel(_ watch: Watch) {
        preconditionOnLoop()
        guard watches.remove(watch) else { return }
        epoll_ctl(poll, EPOLL_CTL_DEL, watch.descriptor, nil)
    }

    /// Cancels for an owner that closes the descriptor now, and is the only one that has it: the kernel forgets it with the
    /// last descriptor, without being told.
    public func forget(_ watch: Watch) {
        preconditionOnLoop()
        watches.remove(watch)
    }

    /// Cancels for an owner that goes away, wherever its last reference is dropped; the socket stays open until then.
    func drop(_ watch: Watch, of socket: Socket) {
        guard !isCurrent else { return cancel(watch) }
        submit { withExtendedLifetime(socket) { self.cancel(watch) } }
    }

    private func control(_ operation: Int32, _ watch: Watch, _ interest: Readiness) throws(SystemError) {
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.u64 = watch.key
        guard epoll_ctl(poll, operation, watch.descriptor, &event) == 0 else { throw SystemError("epoll_ctl") }
    }

    /// Calls `body` once at `deadline`, or soon after.
    @discardableResult
    public func at(_ deadline: Instant, _ body: @escaping () -> Void) -> Timer {
        preconditionOnLoop()
        return timers.add(deadline, body)
    }

    @discardableResult
    public func after(_ delay: Duration, _ body: @escaping () -> Void) -> Timer { at(Self.now + delay, body) }

    public func cancel(_ timer: Timer) {
        preconditionOnLoop()
        timers.remove(timer)
    }

    fileprivate func run() -> Never {
        thread.store(pthread_self(), ordering: .relaxed)
        var ready = [epoll_event](repeating: epoll_event(), count: 64)
        while true {
            let count = wait(&ready)
            guard count >= 0 else { continue }
            let looked = Self.now
            for event in ready.prefix(count) { dispatch(event) }
            runTimers(until: looked)
            runMailbox()
        }
    }

    /// How many descriptors are ready; negative when the wait was interrupted (a process that was stopped and goes on),
    /// so that nothing was looked at.
    private func wait(_ ready: inout [epoll_event]) -> Int {
        var timeout = timespec()
        // In nanoseconds: a `Duration` costs more than the rest of it.
        let next = timers.next?.nanoseconds
        guard let wait = mailbox.isEmpty ? next.map({ max($0 - Self.now.nanoseconds, 0) }) : 0 else {
            return Int(epoll_pwait2(poll, &ready, 64, nil, nil))
        }
        (timeout.tv_sec, timeout.tv_nsec) = (Int(wait / 1_000_000_000), Int(wait % 1_000_000_000))
        return Int(epoll_pwait2(poll, &ready, 64, &timeout, nil))
    }

    private func dispatch(_ event: epoll_event) {
        if event.data.u64 == .max {
            var count: UInt64 = 0
            eventfd_read(wakeup, &count)
        } else {
            watches.body(event.data.u64)?(Readiness(rawValue: event.events))
        }
    }

    /// Only those that were due when descriptors were looked at: a deadline that passed while this thread was away must
    /// not win over the answer that came in time and waits to be read.
    private func runTimers(until looked: Instant) {
        while let body = timers.takeDue(looked) { body() }
    }

    private func runMailbox() {
        for item in mailbox.takeAll() {
            switch item {
            case .job(let job): job.runSynchronously(on: asUnownedSerialExecutor())
            case .body(let body): body()
            }
        }
    }
}

/// Outside of any actor, or the closure would be isolated to that actor and trap on the new thread.
private func startThread(_ loop: Loop, name: String) throws(SystemError) {
    var thread = pthread_t()
    let context = Unmanaged.passRetained(loop).toOpaque()
    let code = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            Unmanaged<Loop>.fromOpaque(context).takeRetainedValue().run()
        }, context)
    guard code == 0 else { throw SystemError("pthread_create", code: code) }
    pthread_setname_np(thread, String(name.prefix(15)))
}
