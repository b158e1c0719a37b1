internal import Config
internal import Control
internal import Daemon
internal import HTTP
internal import Loop
internal import Net

/// Requests to read the file again: one at a time, in the order in which they came.
struct Reloads {
    struct Request {
        var isDry = false
        /// A user's name, or `SIGHUP`.
        var by: String
        var reply: ControlServer.Reply?
    }

    var queue: [Request] = []
    var current: Request?

    static let mostQueued = 16
}

/// Reading the configuration again: by the difference, or not at all.
///
///     SIGHUP, POST /reload ─▶ read ─▶ become it
///                              ╰─ refused: the old one stays, all of it
extension RouterDaemon {
    /// By a signal: a storm of them is two reloads, the one under way and one after it.
    func reload() {
        guard !reloads.queue.contains(where: { $0.reply == nil }) else { return }
        enqueue(Reloads.Request(by: "SIGHUP"))
    }

    func reload(_ asked: Asked, _ reply: @escaping ControlServer.Reply) {
        do throws(OrderError) {
            let order = try readOrder(asked.body, as: ReloadOrder.self)
            guard order.confirmSeconds == nil else {
                return reply(.refusal(409, "a router keeps no copy to go back to: leave --confirm out"))
            }
            enqueue(Reloads.Request(isDry: order.dryRun, by: asked.by, reply: reply))
        } catch { reply(.refusal(400, "\(error)")) }
    }

    private func enqueue(_ request: Reloads.Request) {
        guard reloads.queue.count < Reloads.mostQueued else {
            let reason = "\(Reloads.mostQueued) others wait for theirs already; try again"
            request.reply?(.refusal(409, reason))
            return
        }
        reloads.queue.append(request)
        nextReload()
    }

    private func nextReload() {
        guard reloads.current == nil, !reloads.queue.isEmpty, !isStopping else { return }
        let request = reloads.queue.removeFirst()
        reloads.current = request
        let (file, name) = (options.file, options.name)
        loop.offload(to: reader) { () -> Result<RouterEdition, Refusal> in
            Result { () throws(Refusal) in try RouterEdition.read(file, named: name) }
        } then: { result in
            switch result {
            case .success(let edition): self.take(edition, request)
            case .failure(let refusal): self.refuse(request, 422, refusal.description)
            }
            self.reloads.current = nil
            self.nextReload()
        }
    }

    private func take(_ new: RouterEdition, _ request: Reloads.Request) {
        let old = edition
        if new.name != old.name { return refuse(request, 409, "it is the router \(new.name) now, and was \(old.name)") }
        let obstacle = withRouter { $0.obstacle(to: new.configuration) } ?? nil
        if let obstacle {
            return refuse(request, 409, "\(obstacle) takes a new router: stop this one and start it again")
        }
        let changes = old.configuration.changes(to: new.configuration)
        let effect =
            changes.isEmpty ? "nothing changes" : "\(changes.count) change\(changes.count == 1 ? "" : "s")"
        if !request.isDry {
            do { try become(new) } catch { return refuse(request, 409, "\(Refusal(error))") }
            log.say(.reloaded) { ($0.by, $0.reason, $0.lines) = (request.by, effect, changes.map(\.text)) }
        }
        var answer = ReloadAnswer()
        (answer.network, answer.effect, answer.dryRun) = (new.name, effect, request.isDry)
        answer.changes = changes
        request.reply?(.json(answer))
    }

    /// The old configuration stays.
    private func refuse(_ request: Reloads.Request, _ status: Int, _ problems: String) {
        request.reply?(.refusal(status, problems))
        guard !request.isDry else { return }
        let lines = problems.split(separator: "\n").map(String.init)
        log.say(.reloadRefused) {
            ($0.by, $0.reason, $0.lines) = (request.by, lines.first, lines.count > 1 ? lines : nil)
        }
    }
}
