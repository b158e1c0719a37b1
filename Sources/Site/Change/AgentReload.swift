internal import Announce
internal import Config
internal import Control
internal import Daemon
internal import Files
internal import HTTP
internal import Loop
internal import Net

/// Reading the configuration again (ANNOUNCING 14).
///
///     SIGHUP, POST /reload ─▶ read ─▶ say what changes ─▶ become it ─▶ keep a copy
///     POST /rollback ───────▶ read a copy ──╯                 │
///                                                             ╰─ refused: the old one stays, all of it
extension Agent {
    /// By a signal: a storm of them is two reloads, the one under way and one after it.
    func reload() {
        guard !reloading.queue.contains(where: \.isSignal) else { return }
        enqueue(Reloading.Request(what: .file(confirmWithin: nil), by: "SIGHUP"))
    }

    func reload(_ asked: Asked, _ reply: @escaping ControlServer.Reply) {
        do throws(OrderError) {
            let order = try readOrder(asked.body, as: ReloadOrder.self)
            let bound = order.confirmSeconds.map { Duration.seconds($0) }
            let what: Reloading.Request.What = order.zones ? .zones : .file(confirmWithin: bound)
            enqueue(Reloading.Request(what: what, isDry: order.dryRun, by: asked.by, reply: reply))
        } catch { reply(.refusal(400, "\(error)")) }
    }

    func rollback(_ asked: Asked, _ reply: @escaping ControlServer.Reply) {
        do throws(OrderError) {
            let order = try readOrder(asked.body, as: BackOrder.self)
            enqueue(Reloading.Request(what: .copy(order.number), isDry: order.dryRun, by: asked.by, reply: reply))
        } catch { reply(.refusal(400, "\(error)")) }
    }

    private func enqueue(_ request: Reloading.Request) {
        guard reloading.queue.count < Reloading.mostQueued else {
            return refuse(request, .notNow("\(Reloading.mostQueued) others wait for theirs already; try again"))
        }
        reloading.queue.append(request)
        nextReload()
    }

    private func nextReload() {
        guard reloading.current == nil, !reloading.queue.isEmpty else { return }
        var request = reloading.queue.removeFirst()
        request.cameWhileAwaiting = reloading.awaiting != nil
        guard !isStopping else {
            refuse(request, .notNow("the agent is stopping"))
            return nextReload()
        }
        reloading.current = request
        if !request.isDry { notifier?.reloading() }
        switch request.what {
        case .file, .zones: readFile(request)
        case .copy(let number): readCopy(number, request)
        }
    }

    // MARK: Reading

    private func readFile(_ request: Reloading.Request) {
        let (file, wanted, old) = (options.file, options.wanted, inUse.edition)
        if case .zones = request.what, let reason = inUse.pinned {
            return end(request, .notNow("a copy is in use, with its zones: \(reason); landfall reload takes the file"))
        }
        let isZones = if case .zones = request.what { true } else { false }
        if let stuck = reloading.stuck { return end(request, .bad([stuck])) }
        let timer = loop.after(Reloading.patience) {
            let reason = "\(file): not read within \(Reloading.patience.shortText); does its disk hang?"
            self.reloading.stuck = reason
            self.end(request, .bad([reason]))
        }
        loop.offload(to: reloading.reader) { () -> (Result<Edition, Diagnostics>, isWhole: Bool) in
            do throws(Diagnostics) {
                guard isZones else { return (.success(try Edition.read(file, at: wanted)), true) }
                return (.success(try old.withNewZones(at: wanted)), old.isAsOnDisk(file))
            } catch { return (.failure(error), !isZones) }
        } then: { result, isWhole in
            self.loop.cancel(timer)
            guard self.reloading.stuck == nil else { return self.reloading.stuck = nil }
            var request = request
            request.isWhole = isWhole
            self.take(result, nil, request)
        }
    }

    private func readCopy(_ number: Int?, _ request: Reloading.Request) {
        if number == nil, reloading.awaiting != nil { return goBack(for: request) }
        let (folder, wanted) = (acceptedFolder, options.wanted)
        loop.offload(to: reloading.keeper) { () -> Result<(Edition, AcceptedIndex.Entry), Diagnostics> in
            do {
                let index = try folder.index()
                guard let entry = index.target(of: number) else {
                    throw Diagnostics(folder.path, index.nothing(like: number))
                }
                return .success((try folder.edition(entry, at: wanted), entry))
            } catch { return .failure((error as? Diagnostics) ?? Diagnostics(folder.path, "\(error)")) }
        } then: { result in
            self.take(result.map(\.0), (try? result.get())?.1, request)
        }
    }

    // MARK: Deciding

    private func take(
        _ result: Result<Edition, Diagnostics>, _ entry: AcceptedIndex.Entry?, _ request: Reloading.Request
    ) {
        switch result {
        case .failure(let problems):
            let isMissing = entry == nil && request.isCopy
            end(request, isMissing ? .missing("\(problems)") : .bad(problems.all.map(\.description)))
        case .success(let edition): decide(edition, entry, request)
        }
    }

    private func decide(_ edition: Edition, _ entry: AcceptedIndex.Entry?, _ request: Reloading.Request) {
        let changes = plan(edition)
        guard !isStopping else { return end(request, .notNow("the agent is stopping")) }
        guard changes.obstacles.isEmpty else { return end(request, .impossible(changes.obstacles)) }
        var answer = answer(changes, edition, entry)
        guard !request.isDry else {
            answer.dryRun = true
            return judge(edition, request, answer)
        }
        if request.isFinal, let reason = confirmationInTheWay(of: request) { return end(request, .notNow(reason)) }
        let before = inUse
        say(.reload) { ($0.by, $0.reason, $0.lines) = (request.by, answer.effect, changes.lines) }
        do { try become(edition) } catch { return end(request, .impossible(["\(Refusal(error))"])) }
        inUse.accepted = timestamp()
        settle(request, answer, before, entry)
    }

    /// What the lint would say of it that it doesn't say of what runs: found by a thread that reads, since zones may be
    /// large. A copy's never waits for the disk of the file.
    func judge(_ edition: Edition, _ request: Reloading.Request, _ answer: ReloadAnswer) {
        let old = inUse.edition
        loop.offload(to: request.isCopy ? reloading.keeper : reloading.reader) {
            edition.findings(newSince: old).map { ReloadAnswer.Finding($0, edition.path) }
        } then: { findings in
            var answer = answer
            answer.findings = findings
            self.finish(request, answer)
        }
    }

    /// A reload that nobody has to confirm would make what is on trial final; also when the trial ended without a
    /// confirmation while the file was being read.
    private func confirmationInTheWay(of request: Reloading.Request) -> String? {
        if reloading.awaiting != nil {
            return "a confirmation is awaited: landfall confirm keeps what runs, landfall rollback goes back"
        }
        guard request.cameWhileAwaiting, inUse.pinned != nil else { return nil }
        return "the confirmation that was awaited didn't come; landfall reload takes the file"
    }

    /// What becoming an edition would change, and what stands in the way.
    private func plan(_ edition: Edition) -> Changes {
        var changes = edition.changes(from: inUse.edition)
        if edition.network.needsICMP, !network.needsICMP, !canSendICMP {
            changes.obstacles.append(
                "an icmp check wants CAP_NET_RAW, which the agent gave up at its start: stop the agent and start it again"
            )
        }
        return changes
    }

    private var canSendICMP: Bool { (try? Socket.echo(.ipv4)) != nil }

    func answer(_ changes: Changes, _ edition: Edition, _ entry: AcceptedIndex.Entry?) -> ReloadAnswer {
        var answer = ReloadAnswer()
        (answer.network, answer.site, answer.host) = (network.name, site.name, host.name)
        (answer.hash, answer.changes) = (edition.hash, changes.all.map(ReloadAnswer.Change.init))
        let count = changes.all.count
        let what = count == 0 ? "nothing changes on this host" : count == 1 ? "1 change" : "\(count) changes"
        answer.effect = entry.map { "back to copy \($0.number) of \($0.accepted): \(what)" } ?? what
        return answer
    }

    // MARK: Ending

    /// The next one, in another turn of the loop.
    func finish(_ request: Reloading.Request, _ answer: ReloadAnswer, isSaved: Bool? = nil) {
        var answer = answer
        answer.saved = isSaved
        if case .file(let bound?) = request.what { answer.confirmSeconds = bound.milliseconds / 1000 }
        conclude(request)
        request.reply?(.json(answer))
    }

    func end(_ request: Reloading.Request, _ objection: Reloading.Objection) {
        conclude(request)
        refuse(request, objection)
    }

    private func conclude(_ request: Reloading.Request) {
        reloading.current = nil
        if !request.isDry { notifier?.reloaded() }
        statusChanged()
        loop.after(.zero) { self.nextReload() }
    }

    /// The old configuration stays.
    private func refuse(_ request: Reloading.Request, _ objection: Reloading.Objection) {
        let problems = objection.problems
        defer { request.reply?(.refusal(objection.status, problems.joined(separator: "\n"))) }
        guard !request.isDry else { return }
        say(.reloadRefused) { ($0.by, $0.reason, $0.lines) = (request.by, problems.first, problems) }
        guard objection.isAboutFile else { return }
        if case .zones = request.what { reloading.hasRefusedZones = true }
        guard case .file = request.what else { return }
        reloading.refused = problems
        let stays = "the configuration of \(inUse.accepted) stays"
        complain(.refused, "\(options.file) was refused, and \(stays): \(problems.first ?? "")")
    }

    /// It runs; what counts at the next start is written down, and then whoever asked is told.
    private func settle(
        _ request: Reloading.Request, _ answer: ReloadAnswer, _ before: InUse, _ entry: AcceptedIndex.Entry?
    ) {
        let done: (Bool) -> Void = { self.finish(request, answer, isSaved: $0) }
        reloading.hasRefusedZones = false
        switch request.what {
        case .file(let bound?):
            expectConfirmation(within: bound, by: request.by, before, done)
        case .file(nil):
            say(.reloaded) { ($0.by, $0.reason) = (request.by, answer.effect) }
            accept(by: request.by, done)
        case .zones:
            say(.reloaded) { ($0.by, $0.reason) = (request.by, "zones: \(answer.effect)") }
            if request.isWhole { accept(by: request.by, done) } else { keepEdition(by: request.by, done) }
        case .copy:
            cancelConfirmation()
            (inUse.number, inUse.accepted) = (entry?.number, entry?.accepted ?? inUse.accepted)
            say(.rolledBack) { ($0.by, $0.reason) = (request.by, answer.effect) }
            hold(because: "rolled back by \(request.by)", done)
        }
    }
}

extension ReloadAnswer.Change {
    init(_ change: Changes.Change) {
        self.init()
        (kind, subject, name) = (change.kind.rawValue, change.subject.rawValue, change.name)
        (service, details, effect) = (change.service, change.details, change.effect?.rawValue)
        text = "\(change)"
    }
}

extension AcceptedIndex {
    fileprivate func nothing(like number: Int?) -> String {
        guard !all.isEmpty else { return "nothing is kept to go back to" }
        guard let number else { return "there is none before the one in use; landfall rollback --list shows all" }
        return "there is no copy \(number); there are \(all.map { "\($0.number)" }.joined(separator: ", "))"
    }
}
