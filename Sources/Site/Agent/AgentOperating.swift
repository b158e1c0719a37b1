internal import Announce
internal import Config
internal import Control
internal import Daemon
internal import HTTP
internal import Loop
internal import Net

/// What operators do to a running agent, and the history of it.
extension Agent {
    func drain(_ asked: Asked, _ reply: @escaping ControlServer.Reply) {
        take(asked, reply) { (order: DrainOrder) in
            let operation = Announcer.Operation.drain(
                order.target.meant, wait: order.waitSeconds.map { .seconds($0) },
                for: order.forSeconds.map { .seconds($0) }, isForced: order.force)
            return (operation, order.dryRun)
        }
    }

    func undrain(_ asked: Asked, _ reply: @escaping ControlServer.Reply) {
        take(asked, reply) { (order: UndrainOrder) in (.undrain(order.target.meant), order.dryRun) }
    }

    func undo(_ asked: Asked, _ reply: @escaping ControlServer.Reply) {
        take(asked, reply) { (order: BackOrder) in (.undo(order.number), order.dryRun) }
    }

    private func take<Order: Decodable>(
        _ asked: Asked, _ reply: @escaping ControlServer.Reply,
        _ meaning: (Order) -> (operation: Announcer.Operation, isDry: Bool)
    ) {
        do throws(OrderError) {
            let (operation, isDry) = meaning(try readOrder(asked.body))
            operate(operation, by: asked.by, isDry: isDry, reply)
        } catch { reply(.refusal(400, "\(error)")) }
    }

    /// Says the effect, does it, and replies when it is on the disk, too; a disk that isn't ready holds up the reply for a
    /// second, and the act not at all.
    private func operate(
        _ operation: Announcer.Operation, by: String, isDry: Bool, _ reply: @escaping ControlServer.Reply
    ) {
        var answer: OrderAnswer
        do throws(Refused) { answer = OrderAnswer(effect: try announcer.effect(of: operation)) } catch {
            if !isDry { say(.refused) { ($0.by, $0.reason) = (by, "\(error)") } }
            return reply(.refusal(error.isUnknownName ? 404 : 409, "\(error)"))
        }
        answer.takesAway = drained(by: operation).map { target in
            announcer.routesTaken(by: target).map { .init(prefix: "\($0.prefix)", neighbor: $0.neighbor) }
        }
        answer.moves = drained(by: operation).flatMap { moves($0) }
        guard !isDry else {
            if case .undo(let number) = operation { answer.act = (try? announcer.acts.candidate(number)).map(describe) }
            return reply(.json(answer))
        }
        let actions = announcer.handle(.operate(operation, by: by), now: Loop.now)
        for action in actions { tell(action, by, answer.effect) }
        apply(actions)
        answer.act = actions.lazy.compactMap(\.act).first.map(describe)
        state.whenWritten(StoredMemory.name, within: .seconds(1)) { isWritten in
            answer.saved = isWritten
            reply(.json(answer))
        }
    }

    /// What an operation drains; nil: nothing.
    private func drained(by operation: Announcer.Operation) -> Announce.Drain.Target? {
        switch operation {
        case .drain(let target, _, _, _): return target
        case .undrain: return nil
        case .undo(let number):
            guard let act = try? announcer.acts.candidate(number), case .undrain(let target) = act.change else {
                return nil
            }
            return target
        }
    }

    private func tell(_ action: Announcer.Action, _ by: String, _ effect: String) {
        let kind: Event.Kind
        switch action {
        case .acted(let act): kind = act.change.isDrain ? .drain : .undrain
        case .undone: kind = .undo
        default: return
        }
        say(kind) { ($0.act, $0.by, $0.reason) = (action.act?.number, by, effect) }
    }

    var operatorHistory: History {
        var history = History()
        (history.network, history.site, history.host) = (network.name, site.name, host.name)
        history.acts = announcer.acts.all.map(describe)
        return history
    }

    private func describe(_ act: Acts.Act) -> History.Act {
        var told = History.Act()
        (told.number, told.by, told.effect) = (act.number, act.by, act.effect)
        (told.act, told.standing) = (act.change.word, act.standing.word)
        told.target = OrderTarget(of: act.change.target)
        told.at = timestamp(act.at, now: Loop.now)
        if case .superseded(let by) = act.standing { told.supersededBy = by }
        (told.undoneBy, told.undoneAt) = (act.takenBack?.by, act.takenBack.map { timestamp($0.at, now: Loop.now) })
        return told
    }
}

extension Refused {
    /// It is about something that isn't there, rather than about how things stand.
    fileprivate var isUnknownName: Bool {
        switch self {
        case .noSuchAct, .noSuchService, .noSuchNeighbor: true
        case .nothingToUndo, .ended, .undone, .superseded, .tooLate, .notDraining, .alreadyDraining, .stopping: false
        }
    }
}

extension Announcer.Action {
    /// The act that it is about.
    fileprivate var act: Acts.Act? {
        switch self {
        case .acted(let act), .undone(let act): act
        default: nil
        }
    }
}
