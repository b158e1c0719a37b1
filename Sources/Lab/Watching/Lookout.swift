internal import Config
internal import Net

/// Reads along what routers write about their sessions with hosts, and what agents write about themselves.
final class Lookout {
    private struct Router {
        var index: Int
        var name: String
        var tail: LogTail
        var log: any RouterLog
        /// Sessions that are down, and why.
        var ended: [String: String] = [:]
    }

    private let blueprint: Blueprint
    private var routers: [Router]
    private var agents: [LogTail]
    /// By host, like what follows.
    private var seen: [Int: Sightings] = [:]
    /// Why agents withdrew.
    private var withdrawn: [Int: String] = [:]
    private let names: [String]

    init(blueprint: Blueprint, network: Network, stage: Stage, routers program: RouterProgram) {
        self.blueprint = blueprint
        routers = Set(blueprint.sessions.filter { $0.host != nil }.map(\.router)).sorted().map { index in
            let name = blueprint.nodes[index].name
            let (path, log) = program.log(of: name, on: stage)
            return Router(index: index, name: name, tail: LogTail(path), log: log)
        }
        names = network.hosts.indices.map(network.label(ofHost:))
        agents = names.map { LogTail(stage.agentEvents($0)) }
    }

    /// What came before counts no more.
    func begin() {
        look()
        (seen, withdrawn) = ([:], [:])
    }

    func look() {
        for place in routers.indices {
            for line in routers[place].tail.read() {
                for event in routers[place].log.events(line) { note(event, at: place) }
            }
        }
        for host in agents.indices {
            for line in agents[host].read() { AgentEvent(line).map { note($0, host) } }
        }
    }

    /// Whether a neighbor of hosts has a route over one of the blueprint's sessions, at the last look.
    func holds(_ prefix: Prefix, over session: Blueprint.Session) -> Bool {
        routers.first { $0.index == session.router }?.log.holds(.init(session: session.name, prefix: prefix)) ?? false
    }

    /// Of one host or several, since the beginning.
    func sightings(of hosts: [Int]) -> Sightings {
        hosts.reduce(into: Sightings()) { all, host in
            var sightings = seen[host] ?? Sightings()
            if sightings.withdrawals > 0, sightings.reason == nil { sightings.reason = withdrawn[host] }
            all.add(sightings)
        }
    }

    private func note(_ event: RouterLogEvent, at place: Int) {
        switch event {
        case .announced(let route):
            routers[place].ended[route.session] = nil
            count(route, at: place) { $0.announcements += 1 }
        case .changed(let route): count(route, at: place) { $0.changes += 1 }
        case .withdrawn(let route):
            explain(route, at: place)
            count(route, at: place) { $0.withdrawals += 1 }
        case .sessionEnded(let session, let reason): routers[place].ended[session] = reason
        }
    }

    private func host(_ session: String, at place: Int) -> Int? {
        blueprint.sessions.first { $0.router == routers[place].index && $0.name == session }?.host
    }

    private func explain(_ route: LoggedRoute, at place: Int) {
        guard let host = host(route.session, at: place), let reason = routers[place].ended[route.session] else {
            return
        }
        if seen[host, default: Sightings()].reason == nil {
            seen[host, default: Sightings()].reason = "\(routers[place].name): \(reason)"
        }
    }

    private func count(_ route: LoggedRoute, at place: Int, _ change: (inout Sightings.Route) -> Void) {
        guard let host = host(route.session, at: place) else { return }
        var routes = seen[host, default: Sightings()].routes
        let name = routers[place].name
        let known = routes.firstIndex { $0.neighbor == name && $0.prefix == route.prefix }
        if known == nil { routes.append(.init(host: names[host], neighbor: name, prefix: route.prefix)) }
        change(&routes[known ?? routes.count - 1])
        seen[host, default: Sightings()].routes = routes
    }

    private func note(_ event: AgentEvent, _ host: Int) {
        switch event.event {
        case "verdict":
            seen[host, default: Sightings()].verdicts += 1
            if event.verdict == "degraded" { seen[host, default: Sightings()].wasDegraded = true }
        case "withdrawn": withdrawn[host] = withdrawn[host] ?? event.reason
        default: break
        }
    }
}
