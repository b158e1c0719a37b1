internal import Config
internal import Control
internal import Daemon
internal import Files
internal import HTTP
internal import Loop
internal import Net

/// What counts at the next start, and the way back.
extension Agent {
    var acceptedFolder: AcceptedFolder { AcceptedFolder(state: options.state) }

    // MARK: Confirming

    /// Until the confirmation comes the copy of before counts, at a start too: an agent that is killed meanwhile has gone
    /// back.
    func expectConfirmation(
        within bound: Duration, by: String, _ before: InUse, _ done: @escaping (Bool) -> Void
    ) {
        let first = reloading.awaiting?.before ?? before
        if let timer = reloading.awaiting?.timer { loop.cancel(timer) }
        let ends = Loop.now + bound
        let timer = loop.at(ends) { self.expire() }
        reloading.awaiting = Reloading.Awaiting(before: first, by: by, ends: ends, timer: timer)
        say(.reloaded) { ($0.by, $0.reason) = (by, "goes back in \(bound.shortText) unless confirmed") }
        keep({ (folder) throws(FileError) in try folder.hold(first, because: "not confirmed") }, done)
    }

    func confirm(_ asked: Asked, _ reply: @escaping ControlServer.Reply) {
        guard let awaiting = reloading.awaiting else { return reply(.refusal(409, "no confirmation is awaited")) }
        cancelConfirmation()
        say(.confirmed) {
            ($0.by, $0.reason) = (asked.by, "instead of the configuration of \(awaiting.before.accepted)")
        }
        let effect = "the configuration of \(inUse.accepted) stays"
        accept(by: asked.by) { isSaved in
            var answer = OrderAnswer(effect: effect)
            answer.saved = isSaved
            reply(.json(answer))
        }
    }

    func cancelConfirmation() {
        if let timer = reloading.awaiting?.timer { loop.cancel(timer) }
        reloading.awaiting = nil
    }

    private func expire() {
        guard let awaiting = reloading.awaiting, !isStopping else { return }
        do { try goBack(awaiting, because: "not confirmed in time") { _ in } } catch {
            let what = "the configuration of \(awaiting.before.accepted)"
            trouble("\(what) can't be gone back to, and is tried again: \(Refusal(error))")
            reloading.awaiting?.timer = loop.after(.seconds(5)) { self.expire() }
        }
    }

    /// An operator doesn't wait for the end.
    func goBack(for request: Reloading.Request) {
        guard let awaiting = reloading.awaiting else { return end(request, .notNow("no confirmation is awaited")) }
        let before = awaiting.before.edition
        var answer = answer(before.changes(from: inUse.edition), before, nil)
        answer.dryRun = request.isDry
        guard !request.isDry else { return judge(before, request, answer) }
        do {
            try goBack(awaiting, because: "rolled back by \(request.by)") { [answer] in
                self.finish(request, answer, isSaved: $0)
            }
        } catch { end(request, .impossible(["\(Refusal(error))"])) }
    }

    private func goBack(_ awaiting: Reloading.Awaiting, because reason: String, _ done: @escaping (Bool) -> Void) throws
    {
        try become(awaiting.before.edition)
        cancelConfirmation()
        inUse = awaiting.before
        say(.rolledBack) { $0.reason = "\(reason): back to the configuration of \(awaiting.before.accepted)" }
        hold(because: reason, done)
    }

    // MARK: Keeping

    /// What runs is what the file says: it counts from now on.
    func accept(by: String, _ done: @escaping (Bool) -> Void = { _ in }) {
        inUse.pinned = nil
        reloading.refused = []
        complain(.refused, nil)
        complain(.pinned, nil)
        keepEdition(by: by, done)
    }

    /// What is in use counts at the next start, should the file be no good then.
    func keepEdition(by: String, _ done: @escaping (Bool) -> Void) {
        let (edition, time) = (inUse.edition, inUse.accepted)
        keep({ (folder) throws(FileError) in try folder.accept(edition, by: by, at: time) }, done)
    }

    /// What runs is a copy: it counts until a file is accepted again, at a start too.
    func hold(because reason: String, _ done: @escaping (Bool) -> Void) {
        inUse.pinned = reason
        tellPinned()
        let kept = inUse
        keep({ (folder) throws(FileError) in try folder.hold(kept, because: reason) }, done)
    }

    func tellPinned() {
        let what = "the accepted configuration of \(inUse.accepted) is in use, not \(options.file)"
        complain(.pinned, inUse.pinned.map { "\(what): \($0); landfall reload takes the file" })
    }

    /// `done` is told whether it is on the disk, after a second at the latest.
    private func keep(
        _ work: @escaping @Sendable (AcceptedFolder) throws(FileError) -> AcceptedIndex,
        _ done: @escaping (Bool) -> Void
    ) {
        let tell = once(done)
        loop.after(.seconds(1)) { tell(false) }
        let (folder, hash) = (acceptedFolder, inUse.edition.hash)
        loop.offload(to: reloading.keeper) { () -> Result<AcceptedIndex, FileError> in
            do throws(FileError) { return .success(try work(folder)) } catch { return .failure(error) }
        } then: { result in
            switch result {
            case .success(let index):
                self.complain(.unkept, nil)
                let entry = index[index.inUse]
                if self.inUse.edition.hash == hash, entry?.hash == hash { self.inUse.number = entry?.number }
                tell(true)
            case .failure(let error):
                self.complain(.unkept, "no copy of the configuration is kept: \(error)")
                tell(false)
            }
        }
    }

    // MARK: Alarms

    /// nil: it is over.
    func complain(_ complaint: Reloading.Complaint, _ text: String?) {
        reloading.complaints[complaint] = text
        lookAtAlarms()
    }

    // MARK: The start

    func tellBeginning() {
        if !reloading.refused.isEmpty {
            say(.reloadRefused) { ($0.by, $0.reason, $0.lines) = ("start", reloading.refused.first, reloading.refused) }
            complain(.refused, "\(options.file) was refused: \(reloading.refused.first ?? "")")
        }
        tellPinned()
    }

    /// A file that an agent could be started with is accepted. With a copy it was started because that counts, and that
    /// stays so only when it was gone back to: a bad file that was mended is taken by the next start.
    func keepBeginning() {
        if inUse.pinned == nil { accept(by: "start") }
    }

    // MARK: What is told

    var configurationStatus: Status.Configuration {
        var told = Status.Configuration()
        (told.path, told.hash, told.accepted) = (options.file, inUse.edition.hash, inUse.accepted)
        (told.number, told.pinned) = (inUse.number, inUse.pinned)
        if let awaiting = reloading.awaiting {
            told.confirmBy = timestamp(awaiting.ends, now: Loop.now)
            told.confirmSecondsLeft = max(0, (awaiting.ends - Loop.now).milliseconds / 1000)
        }
        told.refused = reloading.refused.isEmpty ? nil : reloading.refused
        tellFiles(&told)
        return told
    }

    func listAccepted(_ reply: @escaping ControlServer.Reply) {
        var list = AcceptedList()
        (list.network, list.site, list.host) = (network.name, site.name, host.name)
        let (folder, inUse) = (acceptedFolder, inUse.number)
        loop.offload(to: reloading.keeper) { () -> Result<AcceptedIndex, FileError> in
            do throws(FileError) { return .success(try folder.index()) } catch { return .failure(error) }
        } then: { result in
            switch result {
            case .success(let index):
                list.copies = index.all.reversed().map { AcceptedList.Copy($0, index, inUse: inUse) }
                reply(.json(list))
            case .failure(let error): reply(.refusal(409, "what was accepted can't be read: \(error)"))
            }
        }
    }
}

extension AcceptedList.Copy {
    fileprivate init(_ entry: AcceptedIndex.Entry, _ index: AcceptedIndex, inUse: Int?) {
        self.init()
        (number, accepted, by, path, hash) = (entry.number, entry.accepted, entry.by, entry.path, entry.hash)
        (bytes, zones) = (entry.files.reduce(0) { $0 + $1.bytes }, entry.files.count - 1)
        (isInUse, isTarget) = (entry.number == inUse, entry.number == index.target(of: nil)?.number)
    }
}
