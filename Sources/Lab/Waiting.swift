internal import Config
internal import Glibc
internal import Loop
internal import Net

/// Until routes are there, and until they stand.
extension Director {
    func awaitRoutes() throws {
        let families = Set(network.prefixes.map(\.family))
        try wait(upTo: .seconds(30) + passing, for: "the first routes") {
            self.routing.look()
            return self.routing.down(without: []).isEmpty && self.routing.unannounced(families).isEmpty
                && self.isReachableForAll
        }
    }

    /// What announcements may be held back on their way through a few routers.
    var passing: Duration { mrai * 5 }

    private var isReachableForAll: Bool {
        blueprint.clients.indices.allSatisfy { client in
            network.targets.allSatisfy { routing.path(from: client, to: $0.server.address) != nil }
        }
    }

    /// Every session up, and no route changed for a second; where flows are spread over hosts, for so long that every flow
    /// has shown where it goes now.
    func awaitQuiet(beyond wait: Duration = .zero) throws {
        let round = network.rehearsal.round + .milliseconds(200)
        let usual = network.sites.contains(where: \.hasSeveralHosts) ? max(.seconds(1), round) : .seconds(1)
        let least = usual + wait
        try self.wait(upTo: .seconds(30) + passing + least, for: "routes to stand still") {
            self.routing.look()
            return self.routing.quietFor >= least && self.routing.down(without: self.cast.silent).isEmpty
        }
    }

    private func wait(upTo limit: Duration, for what: String, _ isDone: () throws -> Bool) throws {
        tell(.progress("waiting for \(what)"))
        let deadline = Loop.now + limit
        while try !isDone() {
            guard cast.dead.isEmpty, Loop.now < deadline else {
                throw LabError.failed(complaint(what, limit.shortText))
            }
            usleep(50_000)
        }
    }

    private func complaint(_ what: String, _ limit: String) -> String {
        if let dead = cast.dead.first {
            return "\(dead) ended while waiting for \(what). It said:\n\(stage.lastWords(of: dead))"
        }
        let down = routing.down(without: cast.silent)
        if !down.isEmpty {
            return "waited \(limit) for \(what), but these sessions are down: \(down.prefix(6).joined(separator: ", "))"
        }
        let silent = routing.unannounced(Set(network.prefixes.map(\.family))).map(network.label(ofHost:))
        guard let host = silent.first else {
            return isReachableForAll
                ? "waited \(limit) for \(what): something keeps changing"
                : "waited \(limit) for \(what), but some client's router has no route: do its providers reach a site?"
        }
        return "waited \(limit) for \(what), but these announce nothing: \(silent.joined(separator: ", ")). "
            + "\(host) said:\n\(stage.lastWords(of: "agent-\(host)"))"
    }
}
