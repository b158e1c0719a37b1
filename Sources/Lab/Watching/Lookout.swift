internal import Config
internal import Net

/// Reads along what routers write about their sessions with sites, and what agents write about themselves.
final class Lookout {
    private struct Router {
        var index: Int
        var name: String
        var tail: LogTail
        var log = RouterLog()
        /// Sessions that are down, and why.
        var ended: [String: String] = [:]
    }

    private let blueprint: Blueprint
    private var routers: [Router]
    private var agents: [(site: Int, tail: LogTail)]
    private var sites: [Int: Sightings] = [:]
    /// Why agents withdrew.
    private var withdrawn: [Int: String] = [:]

    init(blueprint: Blueprint, network: Network, stage: Stage) {
        self.blueprint = blueprint
        routers = Set(blueprint.sessions.filter { $0.site != nil }.map(\.router)).sorted().map { index in
            let name = blueprint.nodes[index].name
            return Router(index: index, name: name, tail: LogTail(stage.log(name)))
        }
        agents = network.sites.indices.map { ($0, LogTail(stage.agentEvents(network.sites[$0].name))) }
    }

    /// What came before counts no more.
    func begin() {
        look()
        (sites, withdrawn) = ([:], [:])
    }

    func look() {
        for place in routers.indices {
            for line in routers[place].tail.read() {
                if let event = routers[place].log.event(line) { note(event, at: place) }
            }
        }
        for place in agents.indices {
            for line in agents[place].tail.read() { AgentEvent(line).map { note($0, agents[place].site) } }
        }
    }

    /// Of one site, since the beginning.
    func sightings(of site: Int) -> Sightings {
        var sightings = sites[site] ?? Sightings()
        if sightings.withdrawals > 0, sightings.reason == nil { sightings.reason = withdrawn[site] }
        return sightings
    }

    private func note(_ event: RouterLog.Event, at place: Int) {
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

    private func site(_ session: String, at place: Int) -> Int? {
        blueprint.sessions.first { $0.router == routers[place].index && $0.name == session }?.site
    }

    private func explain(_ route: RouterLog.Route, at place: Int) {
        guard let site = site(route.session, at: place), let reason = routers[place].ended[route.session] else {
            return
        }
        if sites[site, default: Sightings()].reason == nil {
            sites[site, default: Sightings()].reason = "\(routers[place].name): \(reason)"
        }
    }

    private func count(_ route: RouterLog.Route, at place: Int, _ change: (inout Sightings.Route) -> Void) {
        guard let site = site(route.session, at: place) else { return }
        var routes = sites[site, default: Sightings()].routes
        let name = routers[place].name
        let known = routes.firstIndex { $0.neighbor == name && $0.prefix == route.prefix }
        if known == nil { routes.append(.init(neighbor: name, prefix: route.prefix)) }
        change(&routes[known ?? routes.count - 1])
        sites[site, default: Sightings()].routes = routes
    }

    private func note(_ event: AgentEvent, _ site: Int) {
        switch event.event {
        case "verdict":
            sites[site, default: Sightings()].verdicts += 1
            if event.verdict == "degraded" { sites[site, default: Sightings()].wasDegraded = true }
        case "withdrawn": withdrawn[site] = withdrawn[site] ?? event.reason
        default: break
        }
    }
}
