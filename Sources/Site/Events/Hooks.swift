internal import Config
internal import Daemon
internal import Kernel
internal import Loop
internal import Net
internal import Probe
internal import Synchronization

/// Runs the operator's programs when something happens, on a thread of its own: neither a program that hangs nor one that
/// can't even be started holds up an announcement.
///
///     event ──▶ queue ──▶ program ──▶ event `hook`: how it ended, and what it printed
///                 │          ╰ time over: killed with its group
///                 ╰ full: dropped, counted and told
actor Hooks {
    nonisolated let loop: Loop
    nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    private let environment: ProgramEnvironment
    private let log: EventLog
    private var settings: Config.Hooks
    private var queue = HookQueue()
    private var running: [Int: Run] = [:]
    private var lastRun = 0
    /// Dropped since that was told last.
    private var untold = 0
    /// What to do when all have ended; from then on nothing is started.
    private var onEnd: (@Sendable () -> Void)?
    private var isClosed = false

    /// Events on their way to this thread, which may be busy.
    private nonisolated let arriving = Atomic(0)
    private nonisolated let lost = Atomic<UInt64>(0)
    private static let mostArriving = 1000

    private struct Run {
        var job: HookQueue.Job
        var program: Program
        var deadline: Timer
    }

    init(_ settings: Config.Hooks, _ environment: ProgramEnvironment, _ log: EventLog) throws(SystemError) {
        (self.settings, self.environment, self.log) = (settings, environment, log)
        loop = try Loop(name: "hooks")
    }

    /// Hooks that did not run.
    nonisolated var dropped: UInt64 { lost.load(ordering: .relaxed) }

    /// From any thread; returns at once.
    nonisolated func note(_ event: Event) {
        guard Config.Hooks.Moment(rawValue: event.event.rawValue) != nil else { return }
        guard arriving.load(ordering: .relaxed) < Self.mostArriving else {
            lost.add(1, ordering: .relaxed)
            return
        }
        arriving.add(1, ordering: .relaxed)
        loop.submit {
            self.arriving.subtract(1, ordering: .relaxed)
            self.assumeIsolated { $0.take(event) }
        }
    }

    /// The file was read again. What waits and runs goes on.
    nonisolated func configure(_ settings: Config.Hooks) {
        loop.submit { self.assumeIsolated { $0.settings = settings } }
    }

    /// Calls `body`, on this thread, when the last one has ended, at `end` at the latest: then what runs is killed, and what
    /// waits is dropped.
    nonisolated func close(by end: Instant, _ body: @escaping @Sendable () -> Void) {
        loop.submit { self.assumeIsolated { $0.beginToClose(by: end, body) } }
    }

    private func take(_ event: Event) {
        guard !isClosed else { return }
        for hook in settings.hooks(for: event.event.rawValue) {
            if !queue.add(HookQueue.Job(hook: hook, event: event)) { drop(1) }
        }
        startNext()
    }

    /// Told when it begins, and how many they were when the queue has room again.
    private func drop(_ count: Int) {
        lost.add(UInt64(count), ordering: .relaxed)
        if untold == 0 { tell { $0.reason = "hooks are dropped: \(HookQueue.mostWaiting) wait already" } }
        untold += count
    }

    private func startNext() {
        while let job = queue.next(atOnce: settings.atOnce) { start(job) }
        if queue.waiting.isEmpty, untold > 0 {
            let count = untold
            untold = 0
            tell { $0.reason = "\(count) hooks were dropped" }
        }
        guard queue.isIdle, let onEnd else { return }
        (isClosed, self.onEnd) = (true, nil)
        onEnd()
    }

    private func start(_ job: HookQueue.Job) {
        lastRun += 1
        let number = lastRun
        do throws(SystemError) {
            let program = try Program(
                job.hook.command, environment: environment.variables(of: job.event), on: loop
            ) { [weak self] end in self?.assumeIsolated { $0.ended(number, end) } }
            let timeout = settings.timeout
            let deadline = loop.after(timeout) { [weak self] in
                self?.assumeIsolated { $0.kill(number, "not ended within \(timeout.shortText), killed") }
            }
            running[number] = Run(job: job, program: program, deadline: deadline)
        } catch {
            tell(job, "\(error)", nil)
            queue.ended()
        }
    }

    private func ended(_ number: Int, _ end: Program.End) {
        switch end {
        case .ended(.exited(let code), let time): finish(number, "exit code \(code) after \(time.shortText)")
        case .ended(.killed(let signal), let time):
            finish(number, "ended by signal \(signal) after \(time.shortText)")
        case .flooded: finish(number, "printed too much, killed")
        case .lost(let error): finish(number, "\(error)")
        }
        startNext()
    }

    private func kill(_ number: Int, _ reason: String) {
        finish(number, reason)
        startNext()
    }

    /// Letting go of the program kills what is left of it.
    private func finish(_ number: Int, _ reason: String) {
        guard let run = running.removeValue(forKey: number) else { return }
        loop.cancel(run.deadline)
        queue.ended()
        tell(run.job, reason + (run.program.said.map { ": \($0)" } ?? ""), run.program.output)
    }

    // MARK: Stopping

    private func beginToClose(by end: Instant, _ body: @escaping @Sendable () -> Void) {
        onEnd = body
        loop.at(end) { [weak self] in self?.assumeIsolated { $0.endAll() } }
        startNext()
    }

    private func endAll() {
        let waiting = queue.clear()
        if waiting > 0 {
            lost.add(UInt64(waiting), ordering: .relaxed)
            tell { $0.reason = "the agent stops: \(waiting) hooks that waited were dropped" }
        }
        for number in running.keys.sorted() { finish(number, "the agent stops, killed") }
        startNext()
    }

    // MARK: Telling

    private func tell(_ job: HookQueue.Job, _ reason: String, _ output: String?) {
        tell {
            $0.hook = job.event.event.rawValue
            ($0.prefix, $0.neighbor, $0.check) = (job.event.prefix, job.event.neighbor, job.event.check)
            ($0.address, $0.reason, $0.output) = (job.event.address, reason, output)
        }
    }

    private func tell(_ fill: (inout Event) -> Void) {
        var event = Event(.hook, at: timestamp(), site: environment.site, host: environment.host)
        fill(&event)
        log.write(event)
    }
}
