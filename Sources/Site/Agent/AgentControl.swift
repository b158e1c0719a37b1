internal import Daemon
internal import Control
internal import HTTP
internal import Kernel
internal import Loop

/// One thing that the control socket can be asked for.
struct ControlRoute: Sendable {
    typealias Reply = (Response) -> Void

    var method: String
    var path: String
    /// On the agent's loop; replies there, once, at once or later.
    var serve: @Sendable (_ agent: isolated Agent, _ asked: Asked, _ reply: @escaping Reply) -> Void

    init(
        _ method: String, _ path: String,
        _ serve: @escaping @Sendable (_ agent: isolated Agent, _ asked: Asked, _ reply: @escaping Reply) -> Void
    ) {
        (self.method, self.path, self.serve) = (method, path, serve)
    }
}

/// A request, and who made it.
struct Asked: Sendable {
    var body: [UInt8]
    /// A user's name.
    var by: String
}

extension Agent {
    /// All that can be asked for, in the order of the 404's list.
    static let controlRoutes: [ControlRoute] = [
        ControlRoute("GET", "/status") { agent, _, reply in reply(.json(agent.currentStatus())) },
        ControlRoute("GET", "/history") { agent, _, reply in reply(.json(agent.operatorHistory)) },
        ControlRoute("POST", "/drain") { agent, asked, reply in agent.drain(asked, reply) },
        ControlRoute("POST", "/undrain") { agent, asked, reply in agent.undrain(asked, reply) },
        ControlRoute("POST", "/undo") { agent, asked, reply in agent.undo(asked, reply) },
        ControlRoute("GET", "/accepted") { agent, _, reply in agent.listAccepted(reply) },
        ControlRoute("POST", "/reload") { agent, asked, reply in agent.reload(asked, reply) },
        ControlRoute("POST", "/confirm") { agent, asked, reply in agent.confirm(asked, reply) },
        ControlRoute("POST", "/rollback") { agent, asked, reply in agent.rollback(asked, reply) },
        ControlRoute("POST", "/check-now") { agent, asked, reply in agent.checkNow(asked, reply) },
    ]

    /// No answer to a question depends on who asks: there is a `caller` for orders alone.
    func answer(_ request: Request, from caller: Caller?, _ reply: @escaping ControlRoute.Reply) {
        let here = Self.controlRoutes.filter { $0.path == request.target }
        guard !here.isEmpty else {
            let known = Self.controlRoutes.map { "\($0.method) \($0.path)" }.joined(separator: ", ")
            return reply(.refusal(404, "there is no \(request.target); there are \(known)"))
        }
        guard let route = here.first(where: { $0.method == request.method }) else {
            let allowed = here.map(\.method).joined(separator: ", ")
            return reply(.refusal(405, "\(request.target) takes \(allowed)", [Field("Allow", allowed)]))
        }
        guard let caller else { return route.serve(self, Asked(body: [], by: ""), reply) }
        userNames.name(of: caller.user) { name in
            guard ControlSocket.mayOrder(caller, at: self.options.socket) else {
                return self.refuse(route, name, reply)
            }
            route.serve(self, Asked(body: request.body, by: name), reply)
        }
    }

    private func refuse(_ route: ControlRoute, _ name: String, _ reply: ControlRoute.Reply) {
        let reason = "orders are for root, \(User.current.name) and the group of \(options.socket)"
        say(.refused) { ($0.by, $0.reason) = (name, "POST \(route.path): \(reason)") }
        reply(.refusal(403, "\(name) may ask, and not order: \(reason)"))
    }
}
