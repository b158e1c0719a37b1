internal import Config
internal import Control
internal import Daemon
internal import FoundationEssentials
internal import HTTP
internal import Kernel
internal import Loop
internal import Net
internal import Speaker

/// One thing that the control socket can be asked for, beside what `Seeing` answers.
struct RouterRoute: Sendable {
    typealias Reply = (Response) -> Void

    var method: String
    var path: String
    /// On the router's loop; replies there, once, at once or later.
    var serve: @Sendable (isolated RouterDaemon, _ body: [UInt8], _ by: String, @escaping Reply) -> Void

    init(
        _ method: String, _ path: String,
        _ serve: @escaping @Sendable (isolated RouterDaemon, [UInt8], String, @escaping Reply) -> Void
    ) {
        (self.method, self.path, self.serve) = (method, path, serve)
    }
}

extension RouterDaemon {
    /// In the order of the 404's list.
    static let routes: [RouterRoute] = [
        RouterRoute("GET", "/status") { daemon, _, _, reply in reply(.json(daemon.status)) },
        RouterRoute("POST", "/reload") { daemon, body, by, reply in daemon.reload(body, by, reply) },
        RouterRoute("POST", "/refresh") { daemon, body, _, reply in daemon.refresh(body, reply) },
    ]

    /// No answer to a question depends on who asks: there is a `caller` for orders alone.
    func answer(_ request: Request, from caller: Caller?, _ reply: @escaping RouterRoute.Reply) {
        if see(request, reply) { return }
        let here = Self.routes.filter { $0.path == request.target }
        guard !here.isEmpty else {
            let known = Self.routes.map { "\($0.method) \($0.path)" } + Seeing.paths.map { "GET \($0)" }
            return reply(.refusal(404, "there is no \(request.target); there are \(known.joined(separator: ", "))"))
        }
        guard let route = here.first(where: { $0.method == request.method }) else {
            let allowed = here.map(\.method).joined(separator: ", ")
            return reply(.refusal(405, "\(request.target) takes \(allowed)", [Field("Allow", allowed)]))
        }
        guard let caller else { return route.serve(self, [], "", reply) }
        userNames.name(of: caller.user) { name in
            guard ControlSocket.mayOrder(caller, at: self.options.socket) else {
                return self.refuse(route, name, reply)
            }
            route.serve(self, request.body, name, reply)
        }
    }

    private func refuse(_ route: RouterRoute, _ name: String, _ reply: RouterRoute.Reply) {
        let reason = "orders are for root, \(User.current.name) and the group of \(options.socket)"
        log.say(.refused) { ($0.by, $0.reason) = (name, "POST \(route.path): \(reason)") }
        reply(.refusal(403, "\(name) may ask, and not order: \(reason)"))
    }

    /// What is asked about routes: found here, written elsewhere. False: that is no such question.
    private func see(_ request: Request, _ reply: @escaping RouterRoute.Reply) -> Bool {
        guard let answer = withRouter({ $0.answer(request) }) ?? nil else { return false }
        guard case .prefix(var story) = answer, let prefix = story.subject,
            let table = withRouter({ $0.kernelTableForStories }) ?? nil
        else {
            write(answer, reply)
            return true
        }
        loop.offload(to: table.loop, { table.assumeIsolated { $0.story(of: prefix) } }) { kernel in
            story.kernel = kernel
            self.write(.prefix(story), reply)
        }
        return true
    }

    private func write(_ answer: SeeingAnswer, _ reply: @escaping RouterRoute.Reply) {
        loop.offload(to: writer, { answer.response }) { reply($0) }
    }

    // MARK: Orders

    private func refresh(_ body: [UInt8], _ reply: RouterRoute.Reply) {
        do throws(OrderError) {
            let order = try readOrder(body, as: RefreshOrder.self)
            let known = edition.configuration.neighbors.map(\.session)
            if let name = order.neighbor, !known.contains(where: { $0.name == name }) {
                return reply(.refusal(404, "there is no neighbor \"\(name.printable(100))\""))
            }
            let asked = known.filter { order.neighbor == nil || $0.name == order.neighbor }.map(\.name)
            withRouter { router in
                for name in asked { for family in Family.allCases { router.refresh(family, of: name) } }
            }
            reply(.json(OrderAnswer(effect: "asked for their routes again: \(asked.joined(separator: ", "))")))
        } catch { reply(.refusal(400, "\(error)")) }
    }
}

/// Which neighbor is to send its routes again; none: all of them.
private struct RefreshOrder: Decodable {
    var neighbor: String?
}
