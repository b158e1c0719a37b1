package import Config
internal import Files
internal import Glibc
internal import Kernel
internal import Loop
internal import Net
internal import Synchronization

/// `landfall run`: the order in which a process becomes an agent. What needs root comes first, then rights are dropped,
/// and only then come threads, since capabilities belong to a thread.
package enum AgentProcess {
    package struct Invocation: Sendable {
        package var file: String
        package var socket: String?
        package var state: String?
        package var user: String?
        /// Where lines of JSON go: a path, or `-` for standard output.
        package var events: String?
        package var isQuiet = false

        package init(file: String) { self.file = file }
    }

    /// Runs until a signal ends it; then the process exits with 0.
    package static func run(
        _ network: Network, at site: Config.Site, on host: Config.Host, _ invocation: Invocation
    ) throws(Refusal) -> Never {
        do {
            try StandardStreams.prepare()
            let signals = try Signals([SIGTERM, SIGINT, SIGHUP])
            let events = try invocation.events.map(openEvents)
            let user = try chosenUser(invocation.user)
            let socket = try invocation.socket ?? ControlSocket.prepareDefault(for: user)
            let state = try StatePlace.prepare(invocation.state, for: user)
            _ = try Capabilities.become(user: user, keeping: network.rights)
            try checkFiles(network, site, invocation.file)
            let claim = try claim(network, site, host)
            _ = try StatePlace.claim(state)
            let log = try EventLog(lines: events, isQuiet: invocation.isQuiet)
            let options = AgentOptions(
                file: invocation.file, socket: socket, state: state, seed: UInt64.random(in: 0 ... .max))
            let agent = try Agent(network: network, site: site, host: host, options: options, log: log) { exit(0) }
            start(agent, signals, log)
            kept.withLock { $0 = claim }
            while true { pause() }
        } catch { throw Refusal(error) }
    }

    /// As long as the process lives.
    private static let kept = Mutex<Claim?>(nil)

    /// On the agent's own thread. What it could not start, it leaves as it was.
    private static func start(_ agent: Agent, _ signals: Signals, _ log: EventLog) {
        agent.loop.submit {
            agent.assumeIsolated { agent in
                do { try agent.start(signals: signals) } catch {
                    agent.abandonStart()
                    log.drain()
                    let refusal = Refusal(error)
                    writeText("landfall: run: \(refusal)\n", to: 2)
                    exit(refusal.exitCode)
                }
            }
        }
    }

    private static func openEvents(_ path: String) throws -> Int32 {
        if path == "-" { return 1 }
        var descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o640)
        // A FIFO that nobody reads yet: with a reading end of our own the agent needn't wait for one.
        if descriptor < 0, errno == ENXIO { descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw SystemError("open", path) }
        return descriptor
    }

    /// Root becomes `landfall`, or `nobody` where there is no such user; anybody else stays.
    private static func chosenUser(_ name: String?) throws -> User? {
        if let name {
            guard let user = User(named: name) else { throw Refusal.usage("--user \(name): no such user") }
            return user
        }
        return geteuid() == 0 ? User(named: "landfall") ?? User(named: "nobody") : nil
    }

    /// The service runs as the same user and reads the same files: what it could not read is better said now.
    private static func checkFiles(_ network: Network, _ site: Config.Site, _ file: String) throws {
        guard access(file, R_OK) == 0 else {
            throw Refusal.machine(
                "\(SystemError("open", file)) (as user \(User.current.name))\nMake it readable, or choose --user.")
        }
        for service in network.services {
            if let serve = service.serve, serve.sites.contains(site.name) {
                _ = try ZoneFiles.load(serve.dns, file: file)
            }
        }
    }

    private static func claim(_ network: Network, _ site: Config.Site, _ host: Config.Host) throws -> Claim {
        let claim = try Claim(network: network.name, site: site.name, host: host.name, user: geteuid())
        guard let claim else {
            throw Refusal.usage(
                "an agent for site \(site.name), host \(host.name) is already running on this machine")
        }
        return claim
    }
}
