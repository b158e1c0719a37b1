package import Config
package import Daemon
internal import DNS
internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Loop
internal import Nameserver
internal import Net
internal import Synchronization

/// `landfall serve`: answers queries on the sockets that were handed over, or, started by hand, on its own. Gives up
/// what it doesn't need before it reads the first byte from outside.
package enum ServeProcess {
    /// TCP clients get so long to come to an end before another process is alone with the sockets.
    private static let farewell = Duration.seconds(2)

    /// By a configuration and zone files on the disk; runs until SIGTERM.
    package static func run(
        _ network: Network, at site: Config.Site, on host: Config.Host, service: Service, file: String,
        _ handed: HandedOver
    ) throws(Refusal) -> Never {
        do {
            guard let serve = service.serve else { throw Refusal.usage("service \(service.name) has no `serve`") }
            try StandardStreams.prepare()
            let signals = try Signals([SIGTERM, SIGINT])
            let sockets =
                try handed.sockets.isEmpty ? ServiceSockets.open(serve.dns, at: service.addresses) : handed.sockets
            let applied = try Confinement.apply(readable: ZoneFiles.folders(serve.dns, file: file))
            let zones = try ZoneFiles.load(serve.dns, file: file)
            let own = SiteHost(site: site, host: host)
            let identity = ServerIdentity(identity: serve.dns.identity(at: own), version: serve.dns.version)
            let limits = ServiceCopy.TCP(serve.dns.tcp).limits
            try answer(ServiceSockets.byThread(sockets), zones, identity, limits, applied, handed, nil, signals)
        } catch { throw Refusal(error) }
    }

    /// By what an agent has accepted, and nothing else: no file of the disk is read. Runs until SIGTERM, or until the
    /// agent is gone.
    package static func run(_ handed: HandedOver) throws(Refusal) -> Never {
        do {
            try StandardStreams.prepare()
            let signals = try Signals([SIGTERM, SIGINT])
            guard let file = handed.copy, let copy = try ServiceCopy(handed: file) else {
                throw Refusal.usage("what the agent handed over isn't whole")
            }
            let applied = try Confinement.apply(readable: [])
            let (zones, manifest) = (try copy.load(), copy.manifest)
            let sockets = ServiceSockets.byThread(handed.sockets, threads: manifest.threads)
            try answer(sockets, zones, copy.identity, manifest.tcp.limits, applied, handed, manifest, signals)
        } catch { throw Refusal(error) }
    }

    private static func answer(
        _ sockets: [Nameserver.Sockets], _ zones: Zones, _ identity: ServerIdentity, _ limits: Nameserver.Limits,
        _ applied: Confinement.Applied, _ handed: HandedOver, _ manifest: ServiceCopy.Manifest?, _ signals: Signals
    ) throws -> Never {
        try? Limits.raiseOpenFiles()
        let nameserver = try Nameserver(
            sockets, zones: zones, identity: identity, limits: limits, memory: handed.datagrams,
            counting: manifest.flatMap { counting(handed, $0) }, clients: manifest.flatMap { clients(handed, $0) },
            answers: handed.answers, onFailure: tellOnce)
        let constant = ServiceReport(
            confinement: describe(applied),
            zones: ServiceReport.shortened(zones.all.map { "\($0.origin) \($0.serial)" }))
        report(nameserver, constant, to: handed.control)
        while signals.next() == nil { waitFor(signals) }
        nameserver.finish(within: farewell)
        if let agent = handed.control { try? send(nameserver, constant, to: agent) }
        exit(0)
    }

    /// Memory that isn't what it should be is left alone: the service answers, and nobody sees how much.
    private static func counting(_ handed: HandedOver, _ manifest: ServiceCopy.Manifest) -> CountingMemory? {
        guard handed.counts >= 0 else { return nil }
        return try? CountingMemory(owning: handed.counts, threads: manifest.threads, zones: manifest.zones.count)
    }

    private static func clients(_ handed: HandedOver, _ manifest: ServiceCopy.Manifest) -> ClientMemory? {
        handed.clients >= 0 ? try? ClientMemory(owning: handed.clients) : nil
    }

    private static func waitFor(_ signals: Signals) {
        var entry = pollfd(fd: signals.descriptor, events: Int16(POLLIN), revents: 0)
        poll(&entry, 1, -1)
    }

    /// A socket that can't be watched, or clients that can't be accepted: once for each kind, since it may go on.
    private static func tellOnce(_ failure: SystemError) {
        guard told.withLock({ $0.insert(failure).inserted }) else { return }
        writeText("landfall: serve: \(failure)\n", to: 2)
    }

    private static let told = Mutex<Set<SystemError>>([])

    /// Five times a second, from a thread of its own; ends the process when nobody reads any more.
    private static func report(_ nameserver: Nameserver, _ constant: ServiceReport, to agent: Socket?) {
        guard let agent, let loop = try? Loop(name: "report") else { return }
        loop.submit { tick(loop, nameserver, constant, agent) }
    }

    private static func tick(_ loop: Loop, _ nameserver: Nameserver, _ constant: ServiceReport, _ agent: Socket) {
        do { try send(nameserver, constant, to: agent) } catch { exit(0) }
        loop.after(.milliseconds(200)) { tick(loop, nameserver, constant, agent) }
    }

    private static func send(_ nameserver: Nameserver, _ constant: ServiceReport, to agent: Socket) throws {
        var report = constant
        let counters = nameserver.counters
        report.queries = counters.udp.queries &+ counters.tcp.queries
        report.answers = counters.udp.answers &+ counters.tcp.answers
        report.malformed = counters.malformed
        report.bytesOut = counters.udp.bytesOut &+ counters.tcp.bytesOut
        _ = try agent.send(try JSONEncoder().encode(report))
    }

    private static func describe(_ applied: Confinement.Applied) -> String {
        [
            applied.noNewPrivileges ? "no new privileges" : nil, applied.seccomp ? "seccomp" : nil,
            applied.landlock > 0 ? "landlock \(applied.landlock)" : nil,
        ].compactMap(\.self).joined(separator: ", ")
    }
}
