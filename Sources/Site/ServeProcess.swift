package import Config
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
    /// Runs until SIGTERM, or until the agent that started it is gone.
    package static func run(
        _ network: Network, at site: Config.Site, on host: Config.Host, service: Service, file: String
    ) throws(Refusal) -> Never {
        do {
            guard let serve = service.serve else { throw Refusal.usage("service \(service.name) has no `serve`") }
            try StandardStreams.prepare()
            let signals = try Signals([SIGTERM, SIGINT])
            let handed = HandedOver()
            let sockets =
                try handed.sockets.isEmpty ? ServiceSockets.open(serve.dns, at: service.addresses) : handed.sockets
            let applied = try Confinement.apply(readable: ZoneFiles.folders(serve.dns, file: file))
            let zones = try ZoneFiles.load(serve.dns, file: file)
            let identity = ServerIdentity(
                identity: serve.dns.identity.map { expand($0, site, host) }, version: serve.dns.version)
            let nameserver = try Nameserver(
                ServiceSockets.byThread(sockets), zones: zones, identity: identity, answers: handed.answers,
                onFailure: tellOnce)
            report(nameserver, applied, zones, to: handed.control)
            while signals.next() == nil { waitFor(signals) }
            exit(0)
        } catch { throw Refusal(error) }
    }

    private static func expand(_ template: String, _ site: Config.Site, _ host: Config.Host) -> String {
        replace("{host}", by: host.name, in: replace("{site}", by: site.name, in: template))
    }

    private static func replace(_ word: String, by other: String, in text: String) -> String {
        text.split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
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
    private static func report(
        _ nameserver: Nameserver, _ applied: Confinement.Applied, _ zones: Zones, to agent: Socket?
    ) {
        guard let agent, let loop = try? Loop(name: "report") else { return }
        let constant = ServiceReport(
            confinement: describe(applied),
            zones: ServiceReport.shortened(zones.all.map { "\($0.origin) \($0.serial)" }))
        loop.submit { tick(loop, nameserver, constant, agent) }
    }

    private static func tick(_ loop: Loop, _ nameserver: Nameserver, _ constant: ServiceReport, _ agent: Socket) {
        var report = constant
        let counters = nameserver.counters
        report.queries = counters.udp.queries + counters.tcp.queries
        report.answers = counters.udp.answers + counters.tcp.answers
        report.malformed = counters.udp.malformed + counters.tcp.malformed
        report.bytesOut = counters.udp.bytesOut + counters.tcp.bytesOut
        do {
            _ = try agent.send(try JSONEncoder().encode(report))
        } catch { exit(0) }
        loop.after(.milliseconds(200)) { tick(loop, nameserver, constant, agent) }
    }

    private static func describe(_ applied: Confinement.Applied) -> String {
        [
            applied.noNewPrivileges ? "no new privileges" : nil, applied.seccomp ? "seccomp" : nil,
            applied.landlock > 0 ? "landlock \(applied.landlock)" : nil,
        ].compactMap(\.self).joined(separator: ", ")
    }
}
