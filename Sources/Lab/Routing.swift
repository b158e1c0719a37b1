internal import Dialect
internal import Glibc
internal import Loop
internal import Net

/// What the routers say: whether they all talk, whether anything still changes, which way a client's packets go.
final class Routing {
    private let blueprint: Blueprint
    private let controls: [any RouterControl]
    private var last: [[RouterSession]] = []
    private var lastChange = Loop.now

    init(blueprint: Blueprint, stage: Stage, routers program: RouterProgram) {
        self.blueprint = blueprint
        controls = blueprint.routers.indices.map { program.control(of: blueprint.nodes[$0].name, on: stage) }
    }

    /// Asks all routers. One that doesn't answer yet has no sessions.
    func look() {
        let now = controls.map { (try? $0.sessions()) ?? [] }
        if now != last { lastChange = Loop.now }
        last = now
    }

    /// How long nothing has changed. Counters only grow, so that nothing hides between two looks.
    var quietFor: Duration { Loop.now - lastChange }

    /// Sessions that are down, without those of `silent` hosts: `rhine: to_atlantic_v4`.
    func down(without silent: Set<Int>) -> [String] {
        blueprint.sessions.filter { session in
            session.host.map { !silent.contains($0) } ?? true && state(of: session)?.isUp != true
        }.map { "\(blueprint.nodes[$0.router].name): \($0.name)" }
    }

    /// Hosts that have announced nothing over a session on which they should: those of `families`.
    func unannounced(_ families: Set<Family>) -> [Int] {
        let quiet = blueprint.sessions.filter { session in
            guard session.host != nil, let neighbor = neighbor(session) else { return false }
            return families.contains(neighbor.address.family) && (state(of: session)?.updates ?? 0) == 0
        }
        return Set(quiet.compactMap(\.host)).sorted()
    }

    private func neighbor(_ session: Blueprint.Session) -> Router.Neighbor? {
        blueprint.routers[session.router].neighbors.first { $0.name == session.name }
    }

    private func state(of session: Blueprint.Session) -> RouterSession? {
        last.indices.contains(session.router) ? last[session.router].first { $0.name == session.name } : nil
    }

    /// What its neighbors hold of a host.
    /// Always in the same order; routers that don't answer have nil.
    func sessions(of host: Int) -> [RouterSession?] { blueprint.sessions.filter { $0.host == host }.map(state) }

    /// Whether some neighbor holds a route of it: its session is up, and not everything that came was withdrawn.
    func isAnnounced(_ host: Int) -> Bool {
        sessions(of: host).contains { $0.map { $0.isUp && $0.routes > 0 } ?? false }
    }

    /// Whether a neighbor lost a route to the host between two looks: it was withdrawn, or the session went.
    static func lost(_ before: [RouterSession?], _ after: [RouterSession?]) -> Bool {
        zip(before, after).contains { old, new in
            guard let old, old.isUp else { return false }
            guard let new, new.isUp else { return true }
            return new.withdrawals != old.withdrawals || new.updates < old.updates
        }
    }

    /// The AS path from a client's access router; nil without a route.
    func path(from client: Int, to address: Address) -> [UInt32]? {
        (try? controls[blueprint.clients[client].access].path(to: address)) ?? nil
    }
}
