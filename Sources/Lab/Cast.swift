internal import Config
internal import Dialect
internal import Files
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// The processes of a rehearsal: a BIRD for each AS, an agent for each site, and the programs that the file names.
final class Cast {
    private let network: Network
    private let world: World
    private let stage: Stage
    private var agents: [Int: Process] = [:]
    private var programs: [Int: Process] = [:]
    private var routers: [Process] = []
    /// What was done to each site's processes and not yet undone.
    private var injuries: [Int: [Injury]] = [:]

    enum Injury {
        case stopped(pid: Int32)
        case agentKilled
        case programKilled(Int)
        /// Something else, which knows how it is undone. `silences`: sessions are down, or may come to be.
        case undone(silences: Bool, by: () throws -> Void)
    }

    init(network: Network, world: World, stage: Stage) {
        (self.network, self.world, self.stage) = (network, world, stage)
    }

    // MARK: Starting

    func startRouters(bird: String) throws {
        for (index, router) in world.blueprint.routers.enumerated() {
            let name = world.blueprint.nodes[index].name
            let configuration = "\(stage.folder)/\(name).conf"
            try File.write(Array(BIRD.configuration(of: router).utf8), to: configuration)
            let arguments = ["-f", "-c", configuration, "-s", stage.control(name)]
            routers.append(try start(bird, arguments, as: name, at: index))
        }
    }

    func startAgent(_ site: Int) throws {
        let name = network.sites[site].name
        let folder = stage.agentFolder(name)
        // The agent may have given up root when it comes to write here.
        mkdir(folder, 0o777)
        chmod(folder, 0o777)
        let arguments = [
            "run", stage.file, "--site", name, "--host", network.sites[site].hosts[0].name, "--socket",
            stage.agentSocket(name), "--state", stage.agentState(name), "--events", stage.agentEvents(name),
        ]
        agents[site] = try start("/proc/self/exe", arguments, as: "site-\(name)", at: network.node(ofSite: site))
    }

    /// When the site has its addresses: somebody else's server may want them at its start.
    func startPrograms() throws {
        for index in network.rehearsal.programs.indices { try startProgram(index) }
    }

    private func startProgram(_ index: Int) throws {
        let program = network.rehearsal.programs[index]
        guard let site = network.site(named: program.site), let word = program.command.first else { return }
        guard let path = word.contains("/") ? "\(stage.home)/\(word)".unlessAbsolute(word) : Programs.find(word) else {
            throw LabError.machineLacks(
                "the program \(program.name) needs \(word), which is neither in PATH nor in .build/peers")
        }
        awaitAddresses(at: site)
        let arguments = Array(program.command.dropFirst())
        programs[index] = try start(
            path, arguments, as: "program-\(program.name)", at: network.node(ofSite: site), group: true)
    }

    private func awaitAddresses(at site: Int) {
        let wanted = network.services.flatMap(\.addresses)
        for _ in 0..<100 {
            let netlink = try? Netlink(in: world.namespaces[network.node(ofSite: site)])
            let present = (try? netlink?.addresses(of: "lo").map(\.address)) ?? []
            if wanted.allSatisfy(present.contains) { return }
            usleep(20_000)
        }
    }

    func start(
        _ path: String, _ arguments: [String], as name: String, at node: Int, group: Bool = false
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
        return try spawn.start()
    }

    /// Names of the logs of processes that have ended without being told to.
    var dead: [String] {
        let routers = zip(world.blueprint.nodes, routers).filter { $1.hasEnded }.map(\.0.name)
        let agents = agents.filter { $1.hasEnded && !isKilled(agentOf: $0) }.keys.sorted()
            .map { "site-\(network.sites[$0].name)" }
        let programs = programs.filter { $1.hasEnded && !isKilled(program: $0) }.keys.sorted()
            .map { "program-\(network.rehearsal.programs[$0].name)" }
        return routers + agents + programs
    }

    // MARK: Breaking and mending

    func hang(_ site: Int, _ process: String) throws { try injure(site, process, SIGSTOP) }
    func kill(_ site: Int, _ process: String) throws { try injure(site, process, SIGKILL) }

    private func injure(_ site: Int, _ process: String, _ signal: Int32) throws {
        switch process {
        case "agent":
            try agents[site]?.signal(signal)
            note(site, signal == SIGSTOP ? agents[site].map { .stopped(pid: $0.pid) } : .agentKilled)
        case "serve":
            guard let pid = serving(site) else {
                throw LabError.failed("\(network.sites[site].name) has no landfall serve to signal")
            }
            Glibc.kill(pid, signal)
            if signal == SIGSTOP { note(site, .stopped(pid: pid)) }  // a killed one is started again by its agent
        default:
            guard let index = network.rehearsal.programs.firstIndex(where: { $0.name == process }),
                let program = programs[index]
            else { throw LabError.failed("there is no program \(process) to signal") }
            Glibc.kill(-program.pid, signal)  // with the processes that it started
            note(site, signal == SIGSTOP ? .stopped(pid: -program.pid) : .programKilled(index))
        }
    }

    func note(_ site: Int, _ injury: Injury?) {
        if let injury { injuries[site, default: []].append(injury) }
    }

    /// Our own server is the child of the agent.
    func serving(_ site: Int) -> Int32? {
        guard let agent = agents[site] else { return nil }
        return ProcessTable.children(of: agent.pid).first { $0.arguments.contains("serve") }?.pid
    }

    func restore(_ site: Int) throws {
        for injury in injuries.removeValue(forKey: site) ?? [] {
            switch injury {
            case .stopped(let pid): Glibc.kill(pid, SIGCONT)
            case .agentKilled:
                _ = agents[site]?.ends(within: .seconds(5))
                try startAgent(site)
            case .programKilled(let index):
                _ = programs[index]?.ends(within: .seconds(5))
                try startProgram(index)
            case .undone(_, let undo): try undo()
            }
        }
    }

    func agent(at site: Int) -> Process? { agents[site] }

    func programs(at site: Int) -> [Process] {
        network.rehearsal.programs.indices.filter {
            network.rehearsal.programs[$0].site == network.sites[site].name
        }.compactMap { programs[$0] }
    }

    /// Sites whose sessions are down on purpose, or may come to be.
    var silent: Set<Int> {
        Set(
            injuries.keys.filter { site in
                injuries[site, default: []].contains {
                    if case .agentKilled = $0 { return true }
                    if case .undone(let silences, _) = $0 { return silences }
                    if case .stopped(let pid) = $0 { return pid == agents[site]?.pid }
                    return false
                }
            })
    }

    /// Sites that something was done to.
    var broken: Set<Int> { Set(injuries.keys) }

    private func isKilled(agentOf site: Int) -> Bool {
        injuries[site, default: []].contains { if case .agentKilled = $0 { true } else { false } }
    }

    private func isKilled(program: Int) -> Bool {
        injuries.values.joined().contains { if case .programKilled(program) = $0 { true } else { false } }
    }
}

extension String {
    fileprivate func unlessAbsolute(_ path: String) -> String { path.hasPrefix("/") ? path : self }
}

extension Network {
    func site(named name: String) -> Int? { sites.firstIndex { $0.name == name } }
    /// The blueprint has the ASes first, then the sites.
    func node(ofSite site: Int) -> Int { (internet?.ases.count ?? 0) + site }
}
