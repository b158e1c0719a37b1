internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// Keeps one `landfall serve` running on sockets that stay with us: queries wait in them while it restarts, and none is
/// lost. Its end is no verdict: whether it answers, the checks say.
///
/// A child that ends is started again at once. One that ended within a second of its start waits, 50 ms first and twice
/// as long each time, up to 5 s; the third time in a row is a crash loop, until one has lived for 5 s.
///
/// Lives on a loop, whose thread starts the children: PR_SET_PDEATHSIG follows the thread.
final class ServiceChild {
    enum Event {
        case started(pid: Int32)
        case ended(String)
        case crashLoop(count: Int)
        /// The crash loop is over: one has lived for long enough.
        case steady
        case failed(SystemError)
    }

    /// Whoever ends earlier than this did not really start.
    private static let quick = Duration.seconds(1)
    /// Whoever lives for so long has got over what ended those before.
    private static let steady = Duration.seconds(5)

    let name: String
    private let loop: Loop
    private let sockets: [Socket]
    private let arguments: [String]
    private let onEvent: (Event) -> Void

    private(set) var process: Process?
    private(set) var since = timestamp()
    private(set) var restarts: UInt64 = 0
    /// How the process before this one ended, or why there is none.
    private(set) var lastEnd: String?
    private(set) var rate = Rate()
    private var startedAt = Instant.zero
    private var quickEnds = 0
    private(set) var isInCrashLoop = false
    private var isStopping = false
    private var endWatch: Watch?
    private var reportWatch: Watch?
    private var reports: Socket?

    init(
        name: String, loop: Loop, sockets: [Socket], arguments: [String],
        onEvent: @escaping (Event) -> Void
    ) {
        (self.name, self.loop, self.sockets) = (name, loop, sockets)
        (self.arguments, self.onEvent) = (arguments, onEvent)
    }

    func start() {
        do throws(SystemError) {
            let (here, there) = try Socket.pair()
            let process = try spawn(there).start()
            do throws(SystemError) { try watch(process, here) } catch {
                try? process.signal(SIGKILL)
                throw error
            }
            (self.process, startedAt, since) = (process, Loop.now, timestamp())
            rate.restart()
            onEvent(.started(pid: process.pid))
            if isInCrashLoop { waitUntilSteady(process) }
        } catch { failed(error) }
    }

    private func watch(_ process: Process, _ reports: Socket) throws(SystemError) {
        endWatch = try loop.watch(process.pidfd, for: .readable) { [weak self] _ in self?.ended() }
        reportWatch = try loop.watch(reports.descriptor, for: .readable) { [weak self] _ in self?.readReport() }
        self.reports = reports
    }

    /// It could not even be started. Said when it is news, and tried again every second.
    private func failed(_ error: SystemError) {
        forgetProcess()
        if lastEnd != "\(error)" { onEvent(.failed(error)) }
        lastEnd = "\(error)"
        countQuickEnd()
        again(after: .seconds(1))
    }

    /// Ends it for good.
    func stop() {
        isStopping = true
        try? process?.signal(SIGTERM)
    }

    /// The same user as ours, no capabilities, nothing to regain them with, and dead when we are.
    private func spawn(_ control: Socket) -> Spawn {
        var spawn = Spawn("/proc/self/exe", arguments)
        spawn.sockets = sockets.map(\.descriptor) + [control.descriptor]
        spawn.socketNames = sockets.map { $0.isDatagram ? "udp" : "tcp" } + [HandedOver.controlName]
        spawn.capabilities = []
        spawn.noNewPrivileges = true
        spawn.parentDeathSignal = SIGKILL
        spawn.newGroup = true  // a Ctrl-C at a terminal is for the agent, which withdraws before the service stops
        spawn.output = .descriptor(2)
        spawn.limits = [.noCore]
        return spawn
    }

    /// A few at a time: a service that somebody broke into must not keep the loop busy.
    private func readReport() {
        for _ in 0..<8 {
            guard let bytes = try? reports?.receive(65536) else { return }
            guard !bytes.isEmpty else { return forgetReports() }
            if let report = try? JSONDecoder().decode(ServiceReport.self, from: Data(bytes)) {
                rate.note(report, at: Loop.now)
            }
        }
    }

    private func forgetReports() {
        if let reportWatch { loop.cancel(reportWatch) }
        (reportWatch, reports) = (nil, nil)
    }

    private func ended() {
        guard let process else { return }
        let how: String
        do {
            guard let status = try process.poll() else { return }
            how = describe(status)
        } catch { how = "\(error)" }
        forgetProcess()
        (since, lastEnd) = (timestamp(), how)
        onEvent(.ended(how))
        if !isStopping { restart() }
    }

    private func forgetProcess() {
        if let endWatch { loop.cancel(endWatch) }
        (process, endWatch) = (nil, nil)
        forgetReports()
    }

    private func restart() {
        restarts += 1
        guard Loop.now - startedAt < Self.quick else {
            quickEnds = 0
            return start()
        }
        countQuickEnd()
        again(after: min(.milliseconds(50 << min(quickEnds - 1, 7)), .seconds(5)))
    }

    private func countQuickEnd() {
        quickEnds += 1
        guard quickEnds >= 3, !isInCrashLoop else { return }
        isInCrashLoop = true
        onEvent(.crashLoop(count: quickEnds))
    }

    private func waitUntilSteady(_ process: Process) {
        loop.after(Self.steady) { [weak self] in
            guard let self, self.process === process, isInCrashLoop else { return }
            isInCrashLoop = false
            onEvent(.steady)
        }
    }

    private func again(after delay: Duration) {
        loop.after(delay) { [weak self] in
            guard let self, !isStopping, process == nil else { return }
            start()
        }
    }

    private func describe(_ status: Process.Status) -> String {
        switch status {
        case .exited(let code): "exited with \(code)"
        case .killed(let signal): "killed by signal \(signal)"
        }
    }
}
