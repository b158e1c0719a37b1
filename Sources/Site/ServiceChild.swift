internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// Keeps one `landfall serve` running on sockets that stay with us: queries wait in them while it restarts, and none is
/// lost. Its end is no verdict: whether it answers, the checks say.
///
/// A child that ends is started again at once. One that ended within a second of its start waits, 50 ms first and twice
/// as long each time, up to 5 s; the third time in a row is a crash loop.
///
/// Lives on a loop, whose thread starts the children: PR_SET_PDEATHSIG follows the thread.
final class ServiceChild {
    enum Event {
        case started(pid: Int32)
        case ended(String)
        case crashLoop(count: Int)
        case failed(SystemError)
    }

    let name: String
    private let loop: Loop
    private let sockets: [Socket]
    private let arguments: [String]
    private let onEvent: (Event) -> Void

    private(set) var process: Process?
    private(set) var since = timestamp()
    private(set) var restarts: UInt64 = 0
    private(set) var rate = Rate()
    private var startedAt = Instant.zero
    private var quickEnds = 0
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
        do {
            let (here, there) = try Socket.pair()
            let process = try spawn(there).start()
            (self.process, reports, startedAt, since) = (process, here, Loop.now, timestamp())
            rate.restart()
            endWatch = try loop.watch(process.pidfd, for: .readable) { [weak self] _ in self?.ended() }
            reportWatch = try loop.watch(here.descriptor, for: .readable) { [weak self] _ in self?.readReport() }
            onEvent(.started(pid: process.pid))
        } catch {
            onEvent(.failed(error))
            again(after: .seconds(1))
        }
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
        spawn.output = .descriptor(2)
        spawn.limits = [.noCore]
        return spawn
    }

    private func readReport() {
        while let bytes = try? reports?.receive(65536) {
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
        guard let process, let status = try? process.poll() else { return }
        if let endWatch { loop.cancel(endWatch) }
        forgetReports()
        (self.process, endWatch, since) = (nil, nil, timestamp())
        onEvent(.ended(describe(status)))
        if !isStopping { restart() }
    }

    private func restart() {
        restarts += 1
        quickEnds = Loop.now - startedAt < .seconds(1) ? quickEnds + 1 : 0
        guard quickEnds > 0 else { return start() }
        if quickEnds == 3 { onEvent(.crashLoop(count: quickEnds)) }
        again(after: min(.milliseconds(50 << min(quickEnds - 1, 7)), .seconds(5)))
    }

    private func again(after delay: Duration) {
        loop.after(delay) { [weak self] in
            guard let self, !isStopping, process == nil else { return }
            start()
        }
    }

    var isInCrashLoop: Bool { quickEnds >= 3 }

    private func describe(_ status: Process.Status) -> String {
        switch status {
        case .exited(let code): "exited with \(code)"
        case .killed(let signal): "killed by signal \(signal)"
        }
    }
}
