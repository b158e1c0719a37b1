internal import Daemon
internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// Keeps one `landfall serve` running on sockets that stay with us: queries wait in them while it restarts. Those over
/// UDP that it had read when it was killed wait in memory that stays with us too; what it had read when it crashed is
/// dropped, since it may be why. Its end is no verdict: whether it answers, the checks say.
///
/// A child that ends is started again at once, with the copy of its zones that was accepted. One that ended within a
/// second of its start waits, 50 ms first and twice as long each time, up to 5 s; the third time in a row is a crash
/// loop, until one has lived for 5 s.
///
/// A child that is to have other zones or sockets is replaced in place:
///
///     old   ████████████████████████▌         reads its sockets until the new one says that it answers; then it
///     new              ░░░░░██████████████    answers what it has read, and ends
///
/// For a moment both read the same sockets, and each query is read by one of them. A new one that can't start leaves the
/// old one as it is, and is tried again.
final class ServiceChild {
    enum Event {
        case started(pid: Int32)
        case replaced(pid: Int32)
        case ended(String)
        case crashLoop(count: Int)
        /// The crash loop is over: one has lived for long enough.
        case steady
        case failed(SystemError)
    }

    /// What a process is given.
    struct Outfit {
        var sockets: [Socket]
        var copy: ServiceCopy
        /// Where it counts what each address answers to other hosts.
        var answers: AddressCounters?

        func isSame(as other: Outfit) -> Bool {
            copy.hash == other.copy.hash && sockets.count == other.sockets.count
                && zip(sockets, other.sockets).allSatisfy { $0 === $1 }
        }
    }

    /// Whoever ends earlier than this did not really start.
    private static let quick = Duration.seconds(1)
    /// Whoever lives for so long has got over what ended those before.
    private static let steady = Duration.seconds(5)

    let name: String
    private let loop: Loop
    private let arguments: [String]
    private let onEvent: (Event) -> Void

    private(set) var outfit: Outfit
    private(set) var since = timestamp()
    private(set) var restarts: UInt64 = 0
    /// How the process before this one ended, or why there is none.
    private(set) var lastEnd: String?
    private(set) var rate = Rate()
    let ledger = ServiceLedger(now: Date())
    private var current: ServiceProcess?
    /// What is to take over.
    private var next: ServiceProcess?
    private var isReplacing = false
    /// Those that answer their last queries, and the one of them whose answers still count.
    private var leaving: [ServiceProcess] = []
    private weak var retired: ServiceProcess?
    /// What the one that was killed had read.
    private var left: DatagramMemory?
    private var quickEnds = 0
    private(set) var isInCrashLoop = false
    private var isStopping = false

    init(
        name: String, loop: Loop, outfit: Outfit, arguments: [String], onEvent: @escaping (Event) -> Void
    ) {
        (self.name, self.loop, self.outfit) = (name, loop, outfit)
        (self.arguments, self.onEvent) = (arguments, onEvent)
    }

    var process: Process? { current?.process }

    func start() {
        guard let started = launch() else { return }
        (current, since) = (started, timestamp())
        rate.restart()
        onEvent(.started(pid: started.process.pid))
        waitUntilSteady(started)
    }

    /// Has a process with another outfit take over. One that there is none to take over from starts so.
    func replace(_ new: Outfit) {
        guard !new.isSame(as: outfit), !isStopping else { return }
        outfit = new
        quickEnds = 0
        leave(&next)
        guard current != nil else { return start() }
        isReplacing = true
        next = launch()
    }

    /// Ends it for good.
    func stop() {
        isStopping = true
        leave(&next)
        leave(&current)
    }

    private func leave(_ process: inout ServiceProcess?) {
        guard let left = process else { return }
        process = nil
        leaving.append(left)
        left.finish()
    }

    private func launch() -> ServiceProcess? {
        do throws(SystemError) {
            let counting = ledger.memory(for: outfit.copy)
            let process = try ServiceProcess(
                outfit, after: left, counting: counting, clients: ledger.clients, arguments: arguments, loop: loop
            ) { [weak self] in
                self?.note($1, of: $0)
            } onEnd: { [weak self] in
                self?.note($0, ended: $1)
            }
            if let counting { ledger.begin(process, counting, outfit.copy) }
            left = nil
            return process
        } catch {
            failed(error)
            return nil
        }
    }

    private func note(_ report: ServiceReport, of process: ServiceProcess) {
        if process === next { takeOver() }
        if process === current { rate.note(report, at: Loop.now) }
        if process === retired { rate.noteLate(report) }
    }

    private func takeOver() {
        rate.retire()
        retired = current
        leave(&current)
        (current, next, isReplacing) = (next, nil, false)
        (since, quickEnds) = (timestamp(), 0)
        rate.restart()
        guard let current else { return }
        onEvent(.replaced(pid: current.process.pid))
        waitUntilSteady(current)
    }

    private func note(_ process: ServiceProcess, ended how: String) {
        leaving.removeAll { $0 === process }
        ledger.end(process)
        if process === next {
            next = nil
            onEvent(.ended("what was to take over \(how)"))
            tryAgain(since: process.started)
        } else if process === current {
            current = nil
            (since, lastEnd) = (timestamp(), how)
            onEvent(.ended(how))
            guard !isStopping else { return }
            restarts += 1
            if next != nil { return takeOver() }  // it has memory of its own: what this one had read is lost
            left = process.left
            tryAgain(since: process.started)
        }
    }

    /// It could not even be started. Said when it is news, and tried again every second.
    private func failed(_ error: SystemError) {
        if lastEnd != "\(error)" { onEvent(.failed(error)) }
        lastEnd = "\(error)"
        countQuickEnd()
        again(after: .seconds(1))
    }

    private func tryAgain(since started: Instant) {
        guard Loop.now - started < Self.quick else {
            quickEnds = 0
            return again(after: .zero)
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

    private func waitUntilSteady(_ process: ServiceProcess) {
        guard isInCrashLoop else { return }
        loop.after(Self.steady) { [weak self, weak process] in
            guard let self, let process, process === current, !isReplacing, isInCrashLoop else { return }
            isInCrashLoop = false
            onEvent(.steady)
        }
    }

    private func again(after delay: Duration) {
        guard delay > .zero else { return goOn() }
        loop.after(delay) { [weak self] in self?.goOn() }
    }

    private func goOn() {
        guard !isStopping else { return }
        if current == nil { return start() }
        if isReplacing, next == nil { next = launch() }
    }
}
