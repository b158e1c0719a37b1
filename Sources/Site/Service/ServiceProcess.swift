internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Loop
internal import Nameserver
internal import Net

/// One life of a `landfall serve`, from its start to its end. Lives on a loop, whose thread starts it: PR_SET_PDEATHSIG
/// follows the thread.
final class ServiceProcess {
    let process: Process
    let started = Loop.now
    /// It has reported, so it answers.
    private(set) var isReady = false
    private let loop: Loop
    private let onReport: (ServiceProcess, ServiceReport) -> Void
    private let onEnd: (ServiceProcess, String) -> Void
    private var endWatch: Watch?
    private var reportWatch: Watch?
    private var reports: Socket?
    private let datagrams: DatagramMemory?
    /// Where it counts what is asked.
    let counting: CountingMemory?
    /// The queries that it had read and not answered when it was killed. Nothing of one that crashed: a query may be why.
    private(set) var left: DatagramMemory?

    /// What it may take to answer what it has read, once it is told to end.
    private static let patience = Duration.seconds(5)

    /// - Parameter left: by the process before this one.
    init(
        _ outfit: ServiceChild.Outfit, after left: DatagramMemory?, counting: CountingMemory?, clients: ClientMemory?,
        arguments: [String], loop: Loop,
        onReport: @escaping (ServiceProcess, ServiceReport) -> Void,
        onEnd: @escaping (ServiceProcess, String) -> Void
    ) throws(SystemError) {
        (self.loop, self.onReport, self.onEnd, self.counting) = (loop, onReport, onEnd, counting)
        let (here, there) = try Socket.pair()
        datagrams = try? DatagramMemory(sharedBy: outfit.copy.manifest.threads, beginningWith: left)
        let memories = [
            (datagrams?.descriptor, HandedOver.datagramsName), (counting?.descriptor, HandedOver.countsName),
            (clients?.descriptor, HandedOver.clientsName), (outfit.answers?.descriptor, HandedOver.answersName),
        ]
        process = try Self.spawn(outfit, arguments, there, memories).start()
        do throws(SystemError) { try watch(here) } catch {
            try? process.signal(SIGKILL)
            throw error
        }
    }

    /// The same user as ours, no capabilities, nothing to regain them with, and dead when we are.
    private static func spawn(
        _ outfit: ServiceChild.Outfit, _ arguments: [String], _ control: Socket, _ memories: [(Int32?, String)]
    ) -> Spawn {
        var spawn = Spawn("/proc/self/exe", arguments)
        spawn.sockets = outfit.sockets.map(\.descriptor) + [control.descriptor, outfit.copy.file.descriptor]
        spawn.socketNames =
            outfit.sockets.map { $0.isDatagram ? "udp" : "tcp" } + [HandedOver.controlName, HandedOver.copyName]
        for case (let descriptor?, let name) in memories {
            spawn.sockets.append(descriptor)
            spawn.socketNames.append(name)
        }
        spawn.capabilities = []
        spawn.noNewPrivileges = true
        spawn.parentDeathSignal = SIGKILL
        spawn.newGroup = true  // a Ctrl-C at a terminal is for the agent, which withdraws before the service stops
        spawn.output = .descriptor(2)
        spawn.limits = [.noCore]
        return spawn
    }

    private func watch(_ reports: Socket) throws(SystemError) {
        self.reports = reports
        endWatch = try loop.watch(process.pidfd, for: .readable) { [weak self] _ in self?.ended() }
        reportWatch = try loop.watch(reports.descriptor, for: .readable) { [weak self] _ in self?.readReport() }
    }

    /// Ends it, after it has answered what it has read.
    func finish() {
        try? process.signal(SIGTERM)
        loop.after(Self.patience) { [weak self] in try? self?.process.signal(SIGKILL) }
    }

    /// A few at a time: a service that somebody broke into must not keep the loop busy.
    private func readReport() {
        for _ in 0..<8 {
            guard let bytes = try? reports?.receive(65536) else { return }
            guard !bytes.isEmpty else { return forgetReports() }
            if let report = try? JSONDecoder().decode(ServiceReport.self, from: Data(bytes)) {
                isReady = true
                onReport(self, report)
            }
        }
    }

    private func forgetReports() {
        if let reportWatch { loop.cancel(reportWatch) }
        (reportWatch, reports) = (nil, nil)
    }

    private func ended() {
        let how: String
        do {
            guard let status = try process.poll() else { return }
            how = Self.describe(status)
            if status == .killed(signal: SIGKILL) { left = datagrams }
        } catch { how = "\(error)" }
        readReport()
        if let endWatch { loop.cancel(endWatch) }
        endWatch = nil
        forgetReports()
        onEnd(self, how)
    }

    private static func describe(_ status: Process.Status) -> String {
        switch status {
        case .exited(let code): "exited with \(code)"
        case .killed(let signal): "killed by signal \(signal)"
        }
    }
}
