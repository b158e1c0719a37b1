package import Config
internal import DNS
internal import Geo
internal import Glibc
internal import Health
internal import Kernel
internal import Loop
internal import Net

/// Holds a rehearsal in the namespaces of this process: builds, waits until routes stand, measures, breaks, measures.
package final class Director {
    /// What there is to tell meanwhile.
    package enum News: Sendable {
        case progress(String)
        case landings(Report)
        case step(Report.Step)
    }

    let network: Network
    let blueprint: Blueprint
    let routing: Routing
    let cast: Cast
    let world: World
    let stage: Stage
    let program: RouterProgram
    /// How long routers wait between two announcements to each other.
    let mrai: Duration
    let lookout: Lookout
    let tell: (News) -> Void
    private let started = Loop.now
    private(set) var vantages: [Vantage] = []
    private(set) var downloaders: [Downloader] = []
    private let downloadServer: DownloadServer
    /// Where each conversation landed when nothing was broken.
    private(set) var home: [Int?] = []
    var report = Report()
    /// Hosts that get more than they can carry.
    var loaded: Set<Int> = []

    package init(
        _ network: Network, stage: Stage, routers program: RouterProgram, mrai: Duration,
        tell: @escaping (News) -> Void
    ) throws {
        (self.network, self.stage, self.program, self.mrai, self.tell) = (network, stage, program, mrai, tell)
        do { blueprint = try Blueprint(of: network) } catch { throw LabError.input("\(error)") }
        tell(.progress("building \(blueprint.nodes.count) namespaces and \(blueprint.cables.count) links"))
        world = try World(blueprint, relayOn: Loop(name: "relay"))
        routing = Routing(blueprint: blueprint, stage: stage, routers: program)
        cast = Cast(network: network, world: world, stage: stage)
        lookout = Lookout(blueprint: blueprint, network: network, stage: stage, routers: program)
        downloadServer = DownloadServer(loop: try Loop(name: "downloads"))
    }

    /// Everything, from the first process to the last step.
    package func run(only: [String]) throws -> Report {
        report.note(program, mrai: mrai)
        let start = Loop.now
        try cast.startRouters(program, mrai: mrai)
        for host in network.hosts.indices { try cast.startAgent(host) }
        try cast.startPrograms()
        try awaitRoutes()
        report.routesAfterMilliseconds = (Loop.now - start).milliseconds
        try startDownloadServer()
        try startClients()
        try measureLandings()
        for step in network.rehearsal.steps where only.isEmpty || only.contains(step.name) {
            report.steps.append(try perform(step))
        }
        report.ok = report.steps.allSatisfy(\.ok) && report.plan.differences.isEmpty
        let relayed = world.relayed
        report.relay = .init(frames: relayed.frames, dropped: relayed.dropped)
        report.seconds = (Loop.now - started).milliseconds / 1000
        return report
    }

    /// For a rehearsal that is kept: no more questions.
    package func dismissClients() {
        for vantage in vantages { vantage.stop() }
        for downloader in downloaders { downloader.stop() }
    }

    var conversations: [Conversation] { vantages.flatMap(\.conversations) }

    /// In the order of the conversations.
    var downloads: [Download] { downloaders.flatMap(\.downloads) }

    // MARK: Clients

    private func startClients() throws {
        let identities = Identities(of: network)
        for (index, client) in blueprint.clients.enumerated() {
            let vantage = Vantage(
                client: index, loop: try Loop(name: client.name), targets: network.targets,
                queriesPerSecond: network.rehearsal.queriesPerSecond, deadline: network.rehearsal.deadline,
                flows: network.rehearsal.flows, identities: identities)
            vantages.append(vantage)
            vantage.start(in: world.namespaces[client.node], place: index, among: blueprint.clients.count)
            let servers = network.targets.map { Endpoint($0.server.address, port: DownloadServer.port) }
            downloaders.append(Downloader(loop: vantage.loop, servers: servers))
            downloaders[index].start()
        }
    }

    private func startDownloadServer() throws {
        let server = downloadServer
        for (index, (_, host)) in network.hosts.enumerated() {
            let (namespace, name) = (world.namespaces[network.node(ofHost: index)], host.name)
            for address in network.targets.map(\.server.address) {
                let failure = server.loop.run { () -> SystemError? in
                    server.assumeIsolated { server in
                        do throws(SystemError) {
                            try server.listen(at: address, in: namespace, as: name)
                            return nil
                        } catch { return error }
                    }
                }
                if let failure { throw failure }
            }
        }
    }

    private func measureLandings() throws {
        let start = Loop.now
        // What is held back at most for so long comes within it.
        try awaitQuiet(beyond: mrai)
        for vantage in vantages { vantage.askOverTCP() }
        let tcpDeadline = Loop.now + network.rehearsal.deadline + .milliseconds(500)
        while Loop.now < tcpDeadline, vantages.contains(where: { $0.tcpLandings.contains(nil) }) { usleep(20_000) }
        let evaluation = Evaluation(.nothing, from: start, to: Loop.now, deadline: network.rehearsal.deadline)
        let rows = conversations.map { evaluation.row(for: $0, home: nil) }
        home = rows.map(\.after)
        let tcp = vantages.flatMap(\.tcpLandings)
        report.network = network.name
        report.landings = zip(rows, tcp).map { landing($0, tcp: $1) }
        compareWithPlan(rows)
        tell(.landings(report))
    }
}

extension Network {
    /// What clients ask for: of the first service with an address of a family, what its first check asks, too; without
    /// checks, who it is.
    var targets: [Vantage.Target] {
        Family.allCases.compactMap { family in
            for service in services {
                guard let address = service.addresses.first(where: { $0.family == family }) else { continue }
                return .init(server: Endpoint(address, port: service.serve?.dns.port ?? 53), question: service.question)
            }
            return nil
        }
    }
}

extension Service {
    fileprivate var question: Question {
        for case .dns(let check) in checks.map(\.kind) { return Question(check.name, check.type) }
        let name = try? Name(labels: [Array("id".utf8), Array("server".utf8)])
        return Question(name ?? .root, .txt, .chaos)
    }
}
