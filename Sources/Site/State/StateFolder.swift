internal import Files
internal import Loop
internal import Net

/// Where an agent keeps what must outlive it. Files are replaced whole (`File.write`), by a thread of its own: a disk that
/// hangs or is full never holds up an announcement.
///
///     ┌──────┐ write  ┌─────────┐ written, and nothing newer
///     │ idle │ ─────▶ │ writing │ ───────────────────────────▶ idle
///     └──────┘        └─────────┘
///                       │     ▲ 2 s later, with what is newest then
///                 failed▼     │
///                     ┌─────────┐
///                     │ waiting │  an alarm, until it has worked
///                     └─────────┘
///
/// Of each file only the newest content counts: what was not written when the next comes is never written. Lives on a loop.
final class StateFolder {
    let path: String
    /// Why nothing is kept at the moment; nil while all is well.
    private(set) var trouble: String?
    /// Told when that changes.
    var onTrouble: (_ now: String?) -> Void = { _ in }

    private let loop: Loop
    private let disk: Loop
    private var pending: [Pending] = []
    private var isWriting = false
    private var isWaiting = false
    private var overdue: Timer?
    private var waiting: [Wait] = []
    private var lastWait = 0

    private struct Pending { var name: String; var content: @Sendable () -> [UInt8] }
    private struct Wait { var id: Int; var then: (Bool) -> Void }

    /// After this a write that hasn't ended is an alarm.
    private static let patience = Duration.seconds(5)
    private static let retry = Duration.seconds(2)

    init(_ path: String, loop: Loop) throws(SystemError) {
        (self.path, self.loop) = (path, loop)
        disk = try Loop(name: "state")
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// `content` is made on the writer's thread.
    func write(_ name: String, _ content: @escaping @Sendable () -> [UInt8]) {
        pending.removeAll { $0.name == name }
        pending.append(Pending(name: name, content: content))
        next()
    }

    /// Calls `then` once: with true when all that was written before is on the disk, with false when that failed or took
    /// longer than `limit`.
    func whenWritten(within limit: Duration, _ then: @escaping (Bool) -> Void) {
        guard !isIdle else { return then(true) }
        guard trouble == nil else { return then(false) }
        lastWait += 1
        let id = lastWait
        waiting.append(Wait(id: id, then: then))
        loop.after(limit) { [weak self] in self?.answer(false) { $0.id == id } }
    }

    private var isIdle: Bool { pending.isEmpty && !isWriting }

    private func next() {
        guard !isWriting, !isWaiting, let first = pending.first else { return }
        pending.removeFirst()
        isWriting = true
        overdue = loop.after(Self.patience) { [weak self] in
            self?.note("\(self?.file(first.name) ?? ""): not written after \(Self.patience.shortText)")
        }
        let path = file(first.name)
        loop.offload(to: disk) { () -> FileError? in
            do throws(FileError) { try File.write(first.content(), to: path, mode: 0o600) } catch { return error }
            return nil
        } then: { error in
            self.ended(first, error)
        }
    }

    private func ended(_ written: Pending, _ error: FileError?) {
        isWriting = false
        if let overdue { loop.cancel(overdue) }
        note(error.map { "\($0)" })
        guard error != nil else {
            if isIdle { answer(true) { _ in true } }
            return next()
        }
        if !pending.contains(where: { $0.name == written.name }) { pending.insert(written, at: 0) }
        answer(false) { _ in true }
        isWaiting = true
        loop.after(Self.retry) {
            self.isWaiting = false
            self.next()
        }
    }

    private func answer(_ isWritten: Bool, _ which: (Wait) -> Bool) {
        let answered = waiting.filter(which)
        waiting.removeAll(where: which)
        for wait in answered { wait.then(isWritten) }
    }

    private func note(_ now: String?) {
        guard now != trouble else { return }
        trouble = now
        onTrouble(now)
    }
}
