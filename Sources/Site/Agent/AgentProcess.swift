internal import Config
package import Daemon
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
        /// The same as it has to be given again, from any folder.
        package var startOptions = StartOptions()
        /// Which host this is.
        package var wanted: WantedHost

        package init(file: String, wanted: WantedHost) { (self.file, self.wanted) = (file, wanted) }
    }

    /// Runs until a signal ends it; then the process exits with 0.
    package static func run(_ invocation: Invocation) throws(Refusal) -> Never {
        do {
            try StandardStreams.prepare()
            let notify = NotifySettings.take()
            try? Limits.raiseOpenFiles()
            let signals = try Signals([SIGTERM, SIGINT, SIGHUP])
            let events = try invocation.events.map(Launch.openEvents)
            let user = try Launch.chosenUser(invocation.user)
            let socket = try invocation.socket ?? ControlSocket.prepareDefault(for: user)
            let state = try StatePlace.prepare(invocation.state, for: user)
            let folder = AcceptedFolder(state: state)
            _ = try Capabilities.become(user: user, keeping: rights(invocation, folder))
            let beginning = try Beginning(file: invocation.file, folder: folder, at: invocation.wanted)
            let claim = try claim(beginning.inUse.edition)
            _ = try StatePlace.claim(state)
            let log = try EventLog(lines: events, isQuiet: invocation.isQuiet)
            var options = AgentOptions(
                file: invocation.file, wanted: invocation.wanted, socket: socket, state: state,
                seed: UInt64.random(in: 0 ... .max))
            (options.notify, options.startOptions) = (notify, invocation.startOptions)
            let agent = try Agent(beginning, options: options, log: log) { exit(0) }
            start(agent, signals, claim)
            kept.withLock { $0 = claim }
            while true { pause() }
        } catch { throw Refusal(error) }
    }

    /// As long as the process lives.
    private static let kept = Mutex<Claim?>(nil)

    /// On the agent's own thread. What it could not start, it leaves as it was.
    private static func start(_ agent: Agent, _ signals: Signals, _ claim: Claim) {
        agent.loop.submit {
            agent.assumeIsolated { agent in
                do {
                    try agent.hold(claim)
                    try agent.start(signals: signals)
                } catch {
                    agent.abandonStart()
                    let refusal = Refusal(error)
                    agent.end(because: "the start failed: \(refusal)") {
                        writeText("landfall: run: \(refusal)\n", to: 2)
                        exit(refusal.exitCode)
                    }
                }
            }
        }
    }

    /// What the file takes, and the copy that might be started with instead.
    private static func rights(_ invocation: Invocation, _ folder: AcceptedFolder) -> CapabilitySet {
        let kept = (try? folder.index())?.candidates.first.flatMap { folder.network($0) }
        return [kept, Edition.network(invocation.file)].compactMap(\.self).reduce(Network.leastRights) {
            $0.union($1.rights)
        }
    }

    private static func claim(_ edition: Edition) throws -> Claim {
        let (network, site, host) = (edition.network, edition.siteHost.site, edition.siteHost.host)
        let claim = try Claim(network: network.name, site: site.name, host: host.name, user: geteuid())
        guard let claim else {
            throw Refusal.usage(
                "an agent for site \(site.name), host \(host.name) is already running on this machine")
        }
        return claim
    }
}
