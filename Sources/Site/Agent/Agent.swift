internal import Announce
internal import BGP
internal import Config
internal import Control
internal import Daemon
internal import Glibc
internal import Health
internal import Kernel
package import Loop
internal import Net
internal import Probe
internal import Speaker

/// The agent of one host at a site: what the checks say becomes what BGP says.
///
///     Prober ─▶ Monitor ─▶ Announcer ─▶ Speaker ─▶ routers
///
/// All four live on one loop, so a failed check reaches the router without waiting for anybody. The agent's fate is the
/// route's fate: when it dies, its session closes, and the routes go.
package actor Agent {
    package nonisolated let loop: Loop
    package nonisolated var unownedExecutor: UnownedSerialExecutor { loop.asUnownedSerialExecutor() }

    /// The configuration, replaced whole.
    var inUse: InUse
    var network: Network { inUse.edition.network }
    var site: Config.Site { inUse.edition.siteHost.site }
    /// Which of the site's hosts this is.
    var host: Config.Host { inUse.edition.siteHost.host }
    let options: AgentOptions
    let log: EventLog
    let started = timestamp()
    let prober: Prober
    let state: StateFolder
    let userNames: UserNames
    let hooks: Hooks
    /// Until then a stop waits for hooks.
    private var hooksEnd = Instant.zero
    var hooksEnded: (() -> Void)?
    /// Why nothing can be kept at the moment, and why what was kept could not be used.
    var stateAlarm: String?
    let memoryAlarm: String?
    var alarms = OpenAlarms(start: Loop.now)
    /// They are looked at as soon as the loop has done what it does now.
    var areAlarmsDue = false
    private let onStopped: @Sendable () -> Void

    /// What became of the files since they were read.
    var filesOnDisk: FilesOnDisk?

    var announcer: Announcer
    var checks: [CheckState] = []
    var lastCheck = 0
    /// Why each prefix is as it is, and since when.
    var history: [Prefix: (reason: String, since: String)] = [:]
    /// Checks that somebody waits for.
    var rounds: [Int: CheckRound] = [:]
    var lastRound = 0
    /// How attempts at each neighbor ended since its session was up, as far as that was told.
    var failuresTold: [String: Set<String>] = [:]
    var speaker: Speaker?
    /// What service addresses send, and what drains make of that.
    private(set) lazy var traffic = Traffic { [weak self] reason in self?.assumeIsolated { $0.trouble(reason) } }
    var drainTraffic = TrafficDrains()
    var sampling: Timer?
    var services: [ServiceChild] = []
    /// Addresses and services that are no longer in the configuration, until routers have forgotten them.
    var lingering = Lingering()
    /// Reading of the file again, and what came of it.
    var reloading: Reloading
    /// nil: nobody wants to be told.
    let notifier: Notifier?
    var isStatusDue = false
    private(set) var control: ControlServer?
    /// Answers scrapes, where the file asks for it.
    private(set) lazy var metrics = makeMetricsServer()
    /// Why it can't, as far as it can't.
    /// The table of displaced load that the configuration names, as it is on the disk, and why it can't be used.
    var displaced: DisplacedFile?
    var displacedTrouble: String?
    /// What other hosts say of their zones.
    var otherZones = OtherZones()
    var metricsTrouble: String?
    /// What only metrics count.
    var tally = Tally()
    private var signalWatch: Watch?
    private var claim: Listener?
    private(set) var addresses: HostAddresses?
    private(set) var isStopping = false

    init(
        _ beginning: Beginning, options: AgentOptions, log: EventLog, onStopped: @escaping @Sendable () -> Void
    ) throws {
        (inUse, self.options, self.log) = (beginning.inUse, options, log)
        self.onStopped = onStopped
        let edition = beginning.inUse.edition
        let (network, site, host) = (edition.network, edition.siteHost.site, edition.siteHost.host)
        loop = try Loop(name: "agent")
        let environment = ProgramEnvironment(network, edition.siteHost, socket: options.socket, state: options.state)
        prober = Prober(loop: loop, environment: environment.variables)
        hooks = try Hooks(network.hooks, environment, log)
        let loop = loop
        notifier = try options.notify.map { try Notifier($0, loop: loop) }
        state = try StateFolder(options.state, loop: loop)
        userNames = try UserNames(loop: loop)
        let recollection = Recollection(
            Announce.Configuration(network: network, site: site),
            of: MemoryOwner(network: network.name, site: site.name, host: host.name), in: options.state)
        (announcer, memoryAlarm) = (recollection.announcer, recollection.alarm)
        reloading = try Reloading(beginning)
        for prefix in network.prefixes { history[prefix] = ("the checks have not passed yet", started) }
    }

    /// Answers those who want to know whose its claim is.
    func hold(_ claim: Claim) throws { self.claim = try claim.answer(on: loop) }

    /// Addresses, services, checks, and then, as the checks pass, announcements.
    func start(signals: Signals) throws {
        state.onTrouble = { self.note(stateTrouble: $0) }
        let last = keepEvents()
        say(.starting)
        tellEnd(of: last)
        tellBeginning()
        signalWatch = try loop.watch(signals.descriptor, for: .readable) { _ in self.read(signals) }
        try addAddresses()
        followTraffic()
        try startServices()
        control = try openControl()
        try startSpeaker()
        apply(announcer.handle(.start, now: Loop.now))
        changeChecks()
        listenForScrapes()
        watchDays()
        watchZones()
        say(.ready)
        tellReady()
        loop.after(OpenAlarms.patience) { self.lookAtAlarms() }
        keepBeginning()
        keepStartOptions()
        followFiles()
    }

    func say(_ kind: Event.Kind, _ fill: (inout Event) -> Void = { _ in }) {
        var event = Event(kind, at: timestamp(), site: site.name, host: host.name)
        fill(&event)
        hooks.note(log.write(event))
        if kind != .alarm, kind != .alarmResolved { lookAtAlarms() }
    }

    // MARK: Starting

    private func addAddresses() throws {
        let addresses = try HostAddresses(loop: loop) { [weak self] event in self?.assumeIsolated { $0.note(event) } }
        self.addresses = addresses
        for address in network.services.flatMap(\.addresses) { try addresses.add(address) }
    }

    private func startServices() throws {
        for (name, outfit) in try outfits(for: inUse.edition) { start(name, outfit) }
    }

    private func openControl() throws -> ControlServer {
        let socket = try ControlSocket.open(options.socket)
        return try ControlServer(loop: loop, socket: socket) { self.answer($0, from: $1, $2) }
    }

    private func startSpeaker() throws {
        let configuration = try Speaker.Configuration(network: network, site: site, host: host)
        let speaker = Speaker(loop: loop, configuration: configuration, seed: options.seed) { [weak self] event in
            self?.assumeIsolated { $0.note(event) }
        }
        self.speaker = speaker
        try speaker.assumeIsolated { try $0.start() }
    }

    // MARK: Stopping

    private func read(_ signals: Signals) {
        while let signal = signals.next() {
            if signal == SIGHUP { reload() }
            if signal == SIGTERM || signal == SIGINT { stop("received \(signal == SIGTERM ? "SIGTERM" : "SIGINT")") }
        }
    }

    /// Withdraw, wait, and then take the addresses away.
    func stop(_ reason: String) {
        guard !isStopping else { return }
        isStopping = true
        say(.stopping) { $0.reason = reason }
        notifier?.stopping()
        statusChanged()
        addresses?.letGo()
        let (drain, wait) = (network.announce.drain, network.announce.withdrawWait)
        hooksEnd = Loop.now + min(drain.stopWait, drain.wait) + wait
        apply(announcer.handle(.stop(within: drain.stopWait), now: Loop.now))
    }

    func removeAddresses() {
        for address in addresses?.wanted ?? [] { remove(address) }
        for service in services + lingering.services { service.stop() }
        control?.close()
        metrics.close()
        unlink(options.socket)
        guard let speaker else { return finish() }
        speaker.assumeIsolated {
            $0.stop(reason: "the agent stops") { [weak self] in self?.assumeIsolated { $0.finish() } }
        }
    }

    func remove(_ address: Address) {
        do { try addresses?.remove(address) } catch { trouble("\(error)") }
    }

    /// Takes back what a start that failed had done: addresses, and the service with them.
    func abandonStart() {
        for service in services { service.stop() }
        addresses?.abandon()
        if control != nil { unlink(options.socket) }
    }

    private func finish() {
        remember()
        prober.assumeIsolated { $0.stopAll() }
        whenHooksHaveEnded(by: hooksEnd) { self.end(because: nil, self.onStopped) }
    }

    private func note(_ event: HostAddresses.Event) {
        switch event {
        case .added(let address): say(.addressAdded) { $0.address = "\(address)" }
        case .restored(let address):
            say(.addressAdded) { ($0.address, $0.reason) = ("\(address)", "it was gone") }
        case .removed(let address): say(.addressRemoved) { $0.address = "\(address)" }
        case .failed(let reason): trouble(reason)
        }
    }

    func note(_ event: ServiceChild.Event, of service: String) {
        let (kind, reason): (Event.Kind, String) =
            switch event {
            case .started(let pid): (.serviceStarted, "pid \(pid)")
            case .replaced(let pid): (.serviceReplaced, "by pid \(pid)")
            case .ended(let reason): (.serviceEnded, reason)
            case .crashLoop(let count):
                (.serviceCrashLoop, "ended \(count) times within a second of its start, or could not be started")
            case .steady: (.serviceSteady, "the crash loop is over")
            case .failed(let error): (.trouble, "\(error)")
            }
        say(kind) {
            $0.service = service
            $0.reason = reason
        }
        guard kind == .serviceCrashLoop || kind == .serviceSteady else { return }
        let isCrashing = kind == .serviceCrashLoop
        apply(announcer.handle(.crashLoop(service: service, isCrashing), now: Loop.now))
    }

    func trouble(_ reason: String) { say(.trouble) { $0.reason = reason } }
}
