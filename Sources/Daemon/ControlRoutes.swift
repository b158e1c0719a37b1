package import Control
package import HTTP
internal import Kernel

/// One thing that the control socket of a daemon can be asked for.
package struct ControlRoute<Server: Actor>: Sendable {
    package typealias Serve =
        @Sendable (_ server: isolated Server, _ asked: Asked, _ reply: @escaping ControlServer.Reply) -> Void

    package var method: String
    package var path: String
    /// On the daemon's loop; replies there, once, at once or later.
    package var serve: Serve

    package init(_ method: String, _ path: String, _ serve: @escaping Serve) {
        (self.method, self.path, self.serve) = (method, path, serve)
    }

    package var name: String { "\(method) \(path)" }
}

/// A request, and who made it.
package struct Asked: Sendable {
    package var body: [UInt8]
    /// A user's name.
    package var by: String
}

/// A daemon with a control socket.
package protocol Controlled: Actor {
    /// All that can be asked for, in the order of the 404's list.
    static var controlRoutes: [ControlRoute<Self>] { get }
    var socketPath: String { get }
    var userNames: UserNames { get }
    /// `name` has ordered what is for others.
    func noteRefusal(of order: String, by name: String, _ reason: String)
}

extension Controlled {
    /// No answer to a question depends on who asks: there is a `caller` for orders alone.
    ///
    /// - Parameter others: what is answered elsewhere, for the 404's list.
    package func answer(
        _ request: Request, from caller: Caller?, beside others: [String] = [], _ reply: @escaping ControlServer.Reply
    ) {
        let here = Self.controlRoutes.filter { $0.path == request.target }
        guard !here.isEmpty else {
            let known = (Self.controlRoutes.map(\.name) + others).joined(separator: ", ")
            return reply(.refusal(404, "there is no \(request.target); there are \(known)"))
        }
        guard let route = here.first(where: { $0.method == request.method }) else {
            let allowed = here.map(\.method).joined(separator: ", ")
            return reply(.refusal(405, "\(request.target) takes \(allowed)", [Field("Allow", allowed)]))
        }
        guard let caller else { return route.serve(self, Asked(body: [], by: ""), reply) }
        userNames.name(of: caller.user) { name in
            guard ControlSocket.mayOrder(caller, at: self.socketPath) else {
                return self.refuse(route.name, name, reply)
            }
            route.serve(self, Asked(body: request.body, by: name), reply)
        }
    }

    private func refuse(_ order: String, _ name: String, _ reply: ControlServer.Reply) {
        let reason = "orders are for root, \(User.current.name) and the group of \(socketPath)"
        noteRefusal(of: order, by: name, reason)
        reply(.refusal(403, "\(name) may ask, and not order: \(reason)"))
    }
}
