internal import BGP
internal import Control
internal import Daemon
internal import Glibc
internal import Kernel
package import Loop
internal import Net
internal import RIB
internal import Speaker

/// A router as a process: its control socket, its signals, its configuration, and what it says about itself. All of it
/// lives on the router's loop.
package actor RouterDaemon {
    package nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    struct Options: Sendable {
        var file: String
        /// As it was asked for; nil: the file's only router.
        var name: String?
        var socket: String
    }

    let options: Options
    let log: RouterLog
    /// Writes answers, and reads the file.
    let writer: Loop
    let reader: Loop
    let userNames: UserNames
    let started = timestamp()
    private(set) var edition: RouterEdition
    private var ready: Router?
    private(set) var control: ControlServer?
    private var signalWatch: Watch?
    private let onStopped: @Sendable () -> Void
    private(set) var isStopping = false
    /// One at a time; those that wait, in their order.
    var reloads = Reloads()
    /// How attempts at each neighbor ended since its session was up, as far as that was told.
    private var failuresTold: [String: Set<String>] = [:]

    init(
        _ edition: RouterEdition, options: Options, log: RouterLog, onStopped: @escaping @Sendable () -> Void
    ) throws(SystemError) {
        (self.edition, self.options, self.log, self.onStopped) = (edition, options, log, onStopped)
        loop = try Loop(name: "router")
        (writer, reader) = (try Loop(name: "answers"), try Loop(name: "reader"))
        userNames = try UserNames(loop: loop)
    }

    /// Sessions last: whoever finds one up can ask.
    func start(signals: Signals) throws {
        log.say(.starting)
        signalWatch = try loop.watch(signals.descriptor, for: .readable) { _ in self.read(signals) }
        let socket = try ControlSocket.open(options.socket)
        control = try ControlServer(loop: loop, socket: socket) { self.take($0, from: $1, $2) }
        let router = Router(
            loop: loop, configuration: edition.configuration, seed: UInt64.random(in: 0 ... .max)
        ) { [weak self] event in
            self?.assumeIsolated { $0.note(event) }
        }
        ready = router
        try router.assumeIsolated { try $0.start() }
        log.say(.ready)
    }

    func abandonStart(because reason: String) {
        if control != nil { unlink(options.socket) }
        log.say(.stopped) { $0.reason = "the start failed: \(reason)" }
        log.drain()
    }

    /// What the router says on the loop; nil before it is there.
    func withRouter<Answer: Sendable>(_ body: @Sendable (isolated Router) throws -> Answer) rethrows -> Answer? {
        try ready?.assumeIsolated { try body($0) }
    }

    // MARK: Stopping

    private static let endings: [Int32: String] = [SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGQUIT: "SIGQUIT"]

    /// Those that mean something here, and those that would end the process, its routes left behind, and mean nothing:
    /// they are read, and that is all.
    static let signals: [Int32] =
        endings.keys + [SIGHUP, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGIO, SIGPWR, SIGSTKFLT]

    private func read(_ signals: Signals) {
        while let signal = signals.next() {
            if signal == SIGHUP { reload() }
            if let name = Self.endings[signal] { stop("received \(name)") }
        }
    }

    /// Neighbors hear why (RFC 9003), and drop what they had from here.
    private func stop(_ reason: String) {
        guard !isStopping else { return }
        isStopping = true
        log.say(.stopping) { $0.reason = reason }
        control?.close()
        unlink(options.socket)
        let told: Void? = withRouter { router in
            router.stop(reason: "the router stops") { [weak self] in self?.assumeIsolated { $0.end() } }
        }
        if told == nil { end() }
    }

    private func end() {
        log.say(.stopped)
        log.drain()
        onStopped()
    }

    func become(_ edition: RouterEdition) throws {
        guard let router = ready else { return }
        try router.assumeIsolated { try $0.configure(edition.configuration) }
        self.edition = edition
    }

    // MARK: What is told

    private func note(_ event: Router.Event) {
        switch event {
        case .session(let event): note(event)
        case .kernel(let notice): log.say(.kernel) { $0.reason = notice.text }
        case .kernelFails(let error): log.say(.trouble) { $0.reason = "the kernel: \(error)" }
        case .routes(_, let announced, let withdrawn) where announced.isEmpty && withdrawn.isEmpty: break
        case .routes(let name, let announced, let withdrawn):
            log.say(.routes) {
                $0.neighbor = name
                ($0.announced, $0.withdrawn) = (announced.map { "\($0)" }, withdrawn.map { "\($0)" })
            }
        }
    }

    private func note(_ event: Speaker.Event) {
        switch event {
        case .up(let neighbor):
            failuresTold[neighbor] = nil
            log.say(.sessionUp) { $0.neighbor = neighbor }
        case .down(let neighbor, let reason): tell(.sessionDown, neighbor, reason)
        case .failed(let neighbor, let reason): tellFailure(neighbor, reason)
        case .warning(let neighbor, let what): tell(.warning, neighbor, what)
        case .malformed(let neighbor, let reason, let bytes):
            log.say(.malformed) {
                ($0.neighbor, $0.reason) = (neighbor, reason)
                $0.message = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            }
        case .refused(let neighbor, let announcement, let reason):
            tell(.trouble, neighbor, "\(announcement.prefix) can't be announced: \(reason)")
        case .announced, .withdrawn: break
        }
    }

    /// A neighbor that is away fails every few seconds, often in two ways in turn: each is told once until the session is
    /// up. The neighbor writes some of these reasons itself, so only so many are kept.
    private func tellFailure(_ neighbor: String, _ reason: String) {
        if failuresTold[neighbor, default: []].count >= 16 { failuresTold[neighbor] = [] }
        guard failuresTold[neighbor, default: []].insert(reason).inserted else { return }
        tell(.sessionFailed, neighbor, reason)
    }

    private func tell(_ kind: RouterEvent.Kind, _ neighbor: String, _ reason: String) {
        log.say(kind) { ($0.neighbor, $0.reason) = (neighbor, reason) }
    }
}
