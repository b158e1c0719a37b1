internal import Config
internal import Control
internal import Daemon
internal import FoundationEssentials
internal import HTTP
internal import Kernel
internal import Loop
internal import Net
internal import Speaker

extension RouterDaemon: Controlled {
    static let controlRoutes: [ControlRoute<RouterDaemon>] = [
        ControlRoute("GET", "/status") { daemon, _, reply in reply(.json(daemon.status)) },
        ControlRoute("POST", "/reload") { daemon, asked, reply in daemon.reload(asked, reply) },
        ControlRoute("POST", "/refresh") { daemon, asked, reply in daemon.refresh(asked, reply) },
    ]

    var socketPath: String { options.socket }

    func noteRefusal(of order: String, by name: String, _ reason: String) {
        log.say(.refused) { ($0.by, $0.reason) = (name, "\(order): \(reason)") }
    }

    func take(_ request: Request, from caller: Caller?, _ reply: @escaping ControlServer.Reply) {
        if see(request, reply) { return }
        answer(request, from: caller, beside: Seeing.paths.map { "GET \($0)" }, reply)
    }

    /// What is asked about routes: found here, written elsewhere. False: that is no such question.
    private func see(_ request: Request, _ reply: @escaping ControlServer.Reply) -> Bool {
        guard let answer = withRouter({ $0.answer(request) }) ?? nil else { return false }
        guard case .prefix(var story) = answer, let prefix = story.subject,
            let table = withRouter({ $0.kernelTable }) ?? nil
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

    private func write(_ answer: SeeingAnswer, _ reply: @escaping ControlServer.Reply) {
        loop.offload(to: writer, { answer.response }) { reply($0) }
    }

    // MARK: Orders

    private func refresh(_ asked: Asked, _ reply: ControlServer.Reply) {
        do throws(OrderError) {
            let order = try readOrder(asked.body, as: RefreshOrder.self)
            let known = edition.configuration.neighbors.map(\.session)
            if let name = order.neighbor, !known.contains(where: { $0.name == name }) {
                return reply(.refusal(404, "there is no neighbor \"\(name.printable(100))\""))
            }
            let names = known.filter { order.neighbor == nil || $0.name == order.neighbor }.map(\.name)
            withRouter { router in
                for name in names { for family in Family.allCases { router.refresh(family, of: name) } }
            }
            reply(.json(OrderAnswer(effect: "asked for their routes again: \(names.joined(separator: ", "))")))
        } catch { reply(.refusal(400, "\(error)")) }
    }
}

/// Which neighbor is to send its routes again; none: all of them.
private struct RefreshOrder: Decodable {
    var neighbor: String?
}
