internal import Config
internal import Dialect
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// The processes of a rehearsal: a router for each AS, an agent for each host, and the programs that the file names.
final class Cast {
    private let network: Network
    private let world: World
    private let stage: Stage
    /// By host.
    private var agents: [Int: Process] = [:]
    private var programs: [Instance: Process] = [:]
    private var routers: [Process] = []
    /// What was done to each host's processes and not yet undone.
    private var injuries: [Int: [Injury]] = [:]

    enum Injury {
        case stopped(pid: Int32)
        case agentKilled
        case programKilled(Instance)
        /// Something else, which knows how it is undone. `silences`: sessions are down, or may come to be.
        case undone(silences: Bool, by: () throws -> Void)
    }

    /// One of the file's programs on one of its hosts.
    struct Instance: Hashable {
        var program: Int
        var host: Int
    }

    init(network: Network, world: World, stage: Stage) {
        (self.network, self.world, self.stage) = (network, world, stage)
    }

    // MARK: Starting

    func startRouters(_ program: RouterProgram, mrai: Duration) throws {
        for index in world.blueprint.routers.indices {
            let name = world.blueprint.nodes[index].name
            makeFolder(stage.routerFolder(name))
            if program == .landfall { try addOrigins(of: index) }
            let (path, arguments) = try program.prepare(index, of: world.blueprint, on: stage, mrai: mrai)
            routers.append(try start(path, arguments, as: name, at: index))
        }
    }

    /// For whoever may have given up root when it comes to write there.
    private func makeFolder(_ path: String) {
        mkdir(path, 0o777)
        chmod(path, 0o777)
    }

    /// The way to what a router announces itself: BIRD puts that into the kernel, ours leaves it to whoever has it.
    private func addOrigins(of router: Int) throws {
        let netlink = try Netlink(in: world.namespaces[router])
        for origin in world.blueprint.routers[router].origins {
            try netlink.addRoute(origin.prefix, interface: origin.interface)
        }
    }

    func startAgent(_ index: Int) throws {
        let (site, host) = network.hosts[index]
        let label = network.label(ofHost: index)
        let folder = stage.agentFolder(label)
        makeFolder(folder)
        let arguments = [
            "run", stage.file, "--site", network.sites[site].name, "--host", host.name, "--socket",
            stage.agentSocket(label), "--state", stage.agentState(label), "--events", stage.agentEvents(label),
        ]
        agents[index] = try start("/proc/self/exe", arguments, as: agentLog(index), at: network.node(ofHost: index))
    }

    /// When the host has its addresses: somebody else's server may want them at its start.
    func startPrograms() throws {
        for (index, program) in network.rehearsal.programs.enumerated() {
            for (host, (site, own)) in network.hosts.enumerated() where program.runs(at: network.sites[site], on: own) {
                try startProgram(Instance(program: index, host: host))
            }
        }
    }

    private func startProgram(_ instance: Instance) throws {
        let program = network.rehearsal.programs[instance.program]
        let (site, host) = network.hosts[instance.host]
        let words = program.command.map { $0.expanded(site: network.sites[site].name, host: host.name) }
        guard let word = words.first else { return }
        guard let path = word.contains("/") ? "\(stage.home)/\(word)".unlessAbsolute(word) : Programs.find(word) else {
            throw LabError.machineLacks(
                "the program \(program.name) needs \(word), which is neither in PATH nor in .build/peers")
        }
        awaitAddresses(at: instance.host)
        let temporary = stage.temporary(for: network.label(ofHost: instance.host), hiding: path)
        programs[instance] = try start(
            path, Array(words.dropFirst()), as: log(instance), at: network.node(ofHost: instance.host), group: true,
            temporary: temporary)
    }

    private func agentLog(_ host: Int) -> String { "agent-\(network.label(ofHost: host))" }

    private func log(_ instance: Instance) -> String {
        "program-\(network.rehearsal.programs[instance.program].name)-\(network.label(ofHost: instance.host))"
    }

    private func awaitAddresses(at host: Int) {
        let wanted = network.services.flatMap(\.addresses)
        for _ in 0..<100 {
            let netlink = try? Netlink(in: world.namespaces[network.node(ofHost: host)])
            let present = (try? netlink?.addresses(of: "lo").map(\.address)) ?? []
            if wanted.allSatisfy(present.contains) { return }
            usleep(20_000)
        }
    }

    func start(
        _ path: String, _ arguments: [String], as name: String, at node: Int, group: Bool = false,
        temporary: String? = nil
    ) throws -> Process {
        let log = open(stage.log(name), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard log >= 0 else { throw SystemError("open", stage.log(name)) }
        defer { close(log) }
        var spawn = Spawn(path, arguments)
        spawn.environment = Spawn.ownEnvironment.filter { !$0.hasPrefix("PATH=") && !$0.hasPrefix(Inside.marker) }
        spawn.environment.append("PATH=\(Programs.searchPath)")
        (spawn.output, spawn.error) = (.descriptor(log), .descriptor(log))
        spawn.network = world.namespaces[node]
        spawn.directory = stage.home
        spawn.newGroup = group
        spawn.temporary = temporary
        return try spawn.start()
    }

    /// Names of the logs of processes that have ended without being told to.
    var dead: [String] {
        let routers = zip(world.blueprint.nodes, routers).filter { $1.hasEnded }.map(\.0.name)
        let agents = agents.filter { $1.hasEnded && !isKilled(agentOf: $0) }.keys.sorted().map(agentLog)
        let programs = programs.filter { $1.hasEnded && !isKilled(program: $0) }.keys.map(log).sorted()
        return routers + agents + programs
    }

    // MARK: Breaking and mending

    func hang(_ host: Int, _ process: String) throws { try injure(host, process, SIGSTOP) }
    func kill(_ host: Int, _ process: String) throws { try injure(host, process, SIGKILL) }

    private func injure(_ host: Int, _ process: String, _ signal: Int32) throws {
        switch process {
        case "agent":
            try agents[host]?.signal(signal)
            note(host, signal == SIGSTOP ? agents[host].map { .stopped(pid: $0.pid) } : .agentKilled)
        case "serve":
            guard let pid = serving(host) else {
                throw LabError.failed("\(network.label(ofHost: host)) has no landfall serve to signal")
            }
            Glibc.kill(pid, signal)
            if signal == SIGSTOP { note(host, .stopped(pid: pid)) }  // a killed one is started again by its agent
        default:
            // Of several hosts, not each has the program.
            guard let index = network.rehearsal.programs.firstIndex(where: { $0.name == process }),
                let program = programs[Instance(program: index, host: host)]
            else { return }
            Glibc.kill(-program.pid, signal)  // with the processes that it started
            let instance = Instance(program: index, host: host)
            note(host, signal == SIGSTOP ? .stopped(pid: -program.pid) : .programKilled(instance))
        }
    }

    func note(_ host: Int, _ injury: Injury?) {
        if let injury { injuries[host, default: []].append(injury) }
    }

    /// Our own server is the child of the agent.
    func serving(_ host: Int) -> Int32? {
        guard let agent = agents[host] else { return nil }
        return ProcessTable.children(of: agent.pid).first { $0.arguments.contains("serve") }?.pid
    }

    func restore(_ host: Int) throws {
        for injury in injuries.removeValue(forKey: host) ?? [] {
            switch injury {
            case .stopped(let pid): Glibc.kill(pid, SIGCONT)
            case .agentKilled:
                _ = agents[host]?.ends(within: .seconds(5))
                try startAgent(host)
            case .programKilled(let instance):
                _ = programs[instance]?.ends(within: .seconds(5))
                try startProgram(instance)
            case .undone(_, let undo): try undo()
            }
        }
    }

    func agent(of host: Int) -> Process? { agents[host] }

    func programs(of host: Int) -> [Process] {
        network.rehearsal.programs.indices.compactMap { programs[Instance(program: $0, host: host)] }
    }

    /// Hosts whose sessions are down on purpose, or may come to be.
    var silent: Set<Int> {
        Set(
            injuries.keys.filter { host in
                injuries[host, default: []].contains {
                    if case .agentKilled = $0 { return true }
                    if case .undone(let silences, _) = $0 { return silences }
                    if case .stopped(let pid) = $0 { return pid == agents[host]?.pid }
                    return false
                }
            })
    }

    /// Hosts that something was done to.
    var broken: Set<Int> { Set(injuries.keys) }

    private func isKilled(agentOf host: Int) -> Bool {
        injuries[host, default: []].contains { if case .agentKilled = $0 { true } else { false } }
    }

    private func isKilled(program: Instance) -> Bool {
        injuries.values.joined().contains { if case .programKilled(program) = $0 { true } else { false } }
    }
}

extension String {
    fileprivate func unlessAbsolute(_ path: String) -> String { path.hasPrefix("/") ? path : self }
}
