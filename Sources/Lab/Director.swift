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
    private let tell: (News) -> Void
    private let started = Loop.now
    private(set) var vantages: [Vantage] = []
    /// Where each conversation landed when nothing was broken.
    private var home: [Int?] = []
    private var report = Report()

    package init(_ network: Network, stage: Stage, tell: @escaping (News) -> Void) throws {
        (self.network, self.stage, self.tell) = (network, stage, tell)
        do { blueprint = try Blueprint(of: network) } catch { throw LabError.input("\(error)") }
        tell(.progress("building \(blueprint.nodes.count) namespaces and \(blueprint.cables.count) links"))
        world = try World(blueprint, relayOn: Loop(name: "relay"))
        routing = Routing(blueprint: blueprint, stage: stage)
        cast = Cast(network: network, world: world, stage: stage)
    }

    /// Everything, from the first process to the last step.
    package func run(bird: String, only: [String]) throws -> Report {
        try cast.startRouters(bird: bird)
        for host in network.hosts.indices { try cast.startAgent(host) }
        try cast.startPrograms()
        try awaitRoutes()
        try startClients()
        try measureLandings()
        for step in network.rehearsal.steps where only.isEmpty || only.contains(step.name) {
            report.steps.append(try perform(step))
        }
        report.ok = report.steps.allSatisfy(\.ok)
        let relayed = world.relayed
        report.relay = .init(frames: relayed.frames, dropped: relayed.dropped)
        report.seconds = (Loop.now - started).milliseconds / 1000
        return report
    }

    /// For a rehearsal that is kept: no more questions.
    package func dismissClients() { for vantage in vantages { vantage.stop() } }

    var conversations: [Conversation] { vantages.flatMap(\.conversations) }

    // MARK: Waiting

    private func awaitRoutes() throws {
        let families = Set(network.prefixes.map(\.family))
        try wait(upTo: .seconds(30), for: "the first routes") {
            self.routing.look()
            return self.routing.down(without: []).isEmpty && self.routing.unannounced(families).isEmpty
                && self.isReachableForAll
        }
    }

    private var isReachableForAll: Bool {
        blueprint.clients.indices.allSatisfy { client in
            network.targets.allSatisfy { routing.path(from: client, to: $0.server.address) != nil }
        }
    }

    /// Every session up, and no route changed for a second; where flows are spread over hosts, for so long that every flow
    /// has shown where it goes now.
    private func awaitQuiet() throws {
        let round = network.rehearsal.round + .milliseconds(200)
        let least = network.sites.contains(where: \.hasSeveralHosts) ? max(.seconds(1), round) : .seconds(1)
        try wait(upTo: .seconds(30) + least, for: "routes to stand still") {
            self.routing.look()
            return self.routing.quietFor >= least && self.routing.down(without: self.cast.silent).isEmpty
        }
    }

    private func wait(upTo limit: Duration, for what: String, _ isDone: () throws -> Bool) throws {
        tell(.progress("waiting for \(what)"))
        let deadline = Loop.now + limit
        while try !isDone() {
            guard cast.dead.isEmpty, Loop.now < deadline else { throw LabError.failed(complaint(what)) }
            usleep(50_000)
        }
    }

    private func complaint(_ what: String) -> String {
        if let dead = cast.dead.first {
            return "\(dead) ended while waiting for \(what). It said:\n\(stage.lastWords(of: dead))"
        }
        let down = routing.down(without: cast.silent)
        if !down.isEmpty {
            return "waited 30 s for \(what), but these sessions are down: \(down.prefix(6).joined(separator: ", "))"
        }
        let silent = routing.unannounced(Set(network.prefixes.map(\.family))).map(network.label(ofHost:))
        guard let host = silent.first else {
            return isReachableForAll
                ? "waited 30 s for \(what): something keeps changing"
                : "waited 30 s for \(what), but some client's router has no route: do its providers reach a site?"
        }
        return "waited 30 s for \(what), but these announce nothing: \(silent.joined(separator: ", ")). "
            + "\(host) said:\n\(stage.lastWords(of: "agent-\(host)"))"
    }

    // MARK: Clients

    private func startClients() throws {
        let identities = Identities(of: network)
        for (index, client) in blueprint.clients.enumerated() {
            let vantage = Vantage(
                client: index, loop: try Loop(name: client.name), targets: network.targets,
                queriesPerSecond: network.rehearsal.queriesPerSecond, deadline: network.rehearsal.deadline,
                flows: network.rehearsal.flows, identities: identities)
            vantages.append(vantage)
            let count = Int64(blueprint.clients.count)
            vantage.start(
                in: world.namespaces[client.node], offset: .nanoseconds(20_000_000 * Int64(index) / count))
        }
    }

    private func measureLandings() throws {
        let start = Loop.now
        try awaitQuiet()
        for vantage in vantages { vantage.askOverTCP() }
        let tcpDeadline = Loop.now + network.rehearsal.deadline + .milliseconds(500)
        while Loop.now < tcpDeadline, vantages.contains(where: { $0.tcpLandings.contains(nil) }) { usleep(20_000) }
        let evaluation = Evaluation(.nothing, from: start, to: Loop.now, deadline: network.rehearsal.deadline)
        let rows = conversations.map { evaluation.row(for: $0, home: nil) }
        home = rows.map(\.after)
        let tcp = vantages.flatMap(\.tcpLandings)
        report.network = network.name
        report.landings = zip(rows, tcp).map { landing($0, tcp: $1) }
        tell(.landings(report))
    }

    // MARK: Steps

    private func perform(_ step: Rehearsal.Step) throws -> Report.Step {
        try awaitQuiet()
        tell(.progress("\(step.name): watching"))
        let target = step.target.flatMap(network.target(named:))
        let before = network.hosts.indices.map(routing.sessions(of:))
        let start = Loop.now
        let act = try act(step, target)
        var lost: Set<Int> = []
        let end = try observe(act, since: start, least: step.least) {
            routing.look()
            for host in before.indices where Routing.lost(before[host], routing.sessions(of: host)) {
                lost.insert(host)
            }
        }
        let evaluation = Evaluation(act, from: start, to: end, deadline: network.rehearsal.deadline)
        awaitDecisions(of: evaluation)
        let rows = zip(conversations, home).map { evaluation.row(for: $0, home: $1) }
        let names = Judgement.Names(
            clients: blueprint.clients.map(\.name), sites: network.sites.map(\.name),
            hosts: network.hosts.map(\.host.name))
        let withdrawn = target.map { !lost.isDisjoint(with: network.hosts(of: $0)) } ?? false
        let judgement = Judgement(rows, of: act, withdrawn: withdrawn, expecting: step.expect, names: names)
        let result = describe(step, rows, judgement, lostRoutes: lost, took: Loop.now - start)
        tell(.step(result))
        return result
    }

    private func act(_ step: Rehearsal.Step, _ target: Target?) throws -> Evaluation.Act {
        guard let target else { return .nothing }
        let hosts = network.hosts(of: target)
        switch step.kind {
        case .measure: return .nothing
        case .hang:
            for host in hosts { try cast.hang(host, step.process) }
            return .broke(target)
        case .kill:
            for host in hosts { try cast.kill(host, step.process) }
            return .broke(target)
        case .restore:
            for host in hosts { try cast.restore(host) }
            return .restored(target)
        }
    }

    /// Watches until every client is served again, or no more is to be hoped for; returns when it stopped.
    private func observe(
        _ act: Evaluation.Act, since start: Instant, least: Duration, _ look: () -> Void
    ) throws -> Instant {
        let observer = Observer(act: act, start: start, home: home, least: least)
        let patience: Duration = cast.broken.count == network.hosts.count ? .seconds(3) : .seconds(20)
        while true {
            usleep(50_000)
            look()
            let now = Loop.now
            if now - start > patience || observer.isSettled(conversations, now: now) { return now }
        }
    }

    private func awaitDecisions(of evaluation: Evaluation) {
        let deadline = evaluation.end + network.rehearsal.deadline + .milliseconds(200)
        while Loop.now < deadline, !conversations.allSatisfy(evaluation.isDecided) { usleep(50_000) }
    }
}

extension Rehearsal.Step {
    /// Shorter looks would miss what comes late.
    fileprivate var least: Duration {
        switch kind {
        case .measure: .milliseconds(1500)
        case .hang, .kill: .seconds(2)
        case .restore: .milliseconds(1200)
        }
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
