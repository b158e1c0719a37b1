internal import Config
package import Daemon
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// `landfall router`: the order in which a process becomes a router. What needs root comes first, then rights are dropped,
/// and only then come threads, since capabilities belong to a thread.
package enum RouterProcess {
    package struct Invocation: Sendable {
        /// As an absolute path.
        package var file: String
        /// Which of its routers; nil: the only one.
        package var name: String?
        package var socket: String?
        package var user: String?
        /// Where lines of JSON go: a path, or `-` for standard output.
        package var events: String?
        package var isQuiet = false

        package init(file: String) { self.file = file }
    }

    /// Routes of the kernel, and ports below 1024.
    private static let rights: CapabilitySet = [.netAdmin, .netBindService]

    /// Runs until a signal ends it; then the process exits with 0.
    package static func run(_ invocation: Invocation) throws(Refusal) -> Never {
        do {
            try StandardStreams.prepare()
            try? Limits.raiseOpenFiles()
            let signals = try Signals(RouterDaemon.signals)
            let events = try invocation.events.map(Launch.openEvents)
            let user = try Launch.chosenUser(invocation.user)
            let socket = try invocation.socket ?? ControlSocket.prepareDefault(for: user, name: "router")
            _ = try Capabilities.become(user: user, keeping: rights)
            let edition = try RouterEdition.read(invocation.file, named: invocation.name)
            if let kernel = edition.configuration.kernel { try KernelTable.requireRight(to: kernel) }
            let log = try RouterLog(name: edition.name, lines: events, isQuiet: invocation.isQuiet)
            let options = RouterDaemon.Options(file: invocation.file, name: invocation.name, socket: socket)
            let daemon = try RouterDaemon(edition, options: options, log: log) { exit(0) }
            start(daemon, signals)
            while true { pause() }
        } catch { throw Refusal(error) }
    }

    /// On the router's own thread. What it could not start, it leaves as it was.
    private static func start(_ daemon: RouterDaemon, _ signals: Signals) {
        daemon.loop.submit {
            daemon.assumeIsolated { daemon in
                do { try daemon.start(signals: signals) } catch {
                    let refusal = Refusal(error)
                    daemon.abandonStart(because: "\(refusal)")
                    writeText("landfall: router: \(refusal)\n", to: 2)
                    exit(refusal.exitCode)
                }
            }
        }
    }
}
