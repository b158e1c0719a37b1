internal import Files
internal import Loop
internal import Net

/// Where an agent keeps what must outlive it. Files are replaced whole (`File.write`) or get lines appended (`File.append`),
/// by a thread of its own: a disk that hangs or is full never holds up an announcement.
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
/// Of a file that is replaced only the newest content counts: what was not written when the next comes is never written.
/// Lines wait for each other, up to a bound. Lives on a loop.
final class StateFolder {
    let path: String
    /// Told when it changes why nothing is kept; nil while all is well.
    var onTrouble: (_ now: String?) -> Void = { _ in }
    /// Lines that were not kept, because too many waited.
    private(set) var linesLost: UInt64 = 0

    private let loop: Loop
    private let disk: Loop
    private var pending: [Pending] = []
    private var writing: String?
    private var isWaiting = false
    private var overdue: Timer?
    private var troubles: [String: String] = [:]
    private var waiting: [Wait] = []
    private var lastWait = 0

    fileprivate struct Pending {
        var name: String
        var work: Work
    }

    fileprivate enum Work {
        case replace(@Sendable () -> [UInt8])
        case append([Line])
    }

    typealias Line = @Sendable () -> String?

    /// `name` nil: for all files.
    private struct Wait { var id: Int; var name: String?; var then: (Bool) -> Void }

    /// After this a write that hasn't ended is an alarm.
    private static let patience = Duration.seconds(5)
    private static let retry = Duration.seconds(2)
    private static let mostLines = 1000

    init(_ path: String, loop: Loop) throws(SystemError) {
        (self.path, self.loop) = (path, loop)
        disk = try Loop(name: "state")
    }

    /// Why nothing is kept at the moment; nil while all is well.
    var trouble: String? { troubles.min { $0.key < $1.key }?.value }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// `content` is made on the writer's thread.
    func write(_ name: String, _ content: @escaping @Sendable () -> [UInt8]) {
        pending.removeAll { $0.name == name }
        pending.append(Pending(name: name, work: .replace(content)))
        next()
    }

    /// `line`, without its end, is made on the writer's thread; nil appends nothing.
    func append(_ name: String, _ line: @escaping Line) {
        prepend([], to: name, and: [line])
        next()
    }

    /// Calls `then` once: with true when what was written before is on the disk, with false when that failed or took longer
    /// than `limit`.
    ///
    /// - Parameter name: of the file; nil: of all.
    func whenWritten(_ name: String? = nil, within limit: Duration, _ then: @escaping (Bool) -> Void) {
        guard !isIdle(name) else { return then(true) }
        guard name.map({ troubles[$0] == nil }) ?? troubles.isEmpty else { return then(false) }
        lastWait += 1
        let id = lastWait
        waiting.append(Wait(id: id, name: name, then: then))
        loop.after(limit) { [weak self] in self?.answer(false) { $0.id == id } }
    }

    private func isIdle(_ name: String?) -> Bool {
        guard let name else { return pending.isEmpty && writing == nil }
        return writing != name && !pending.contains { $0.name == name }
    }

    /// Of too many lines the newest are kept: they say how things are.
    private func prepend(_ earlier: [Line], to name: String, and later: [Line] = []) {
        let index = pending.firstIndex { $0.name == name }
        var lines = later
        if let index, case .append(let known) = pending[index].work { lines = known + later }
        lines = earlier + lines
        let surplus = max(0, lines.count - Self.mostLines)
        linesLost += UInt64(surplus)
        let now = Pending(name: name, work: .append(Array(lines.dropFirst(surplus))))
        if let index { pending[index] = now } else { pending.append(now) }
    }

    private func next() {
        guard writing == nil, !isWaiting, let first = pending.first else { return }
        pending.removeFirst()
        writing = first.name
        overdue = loop.after(Self.patience) { [weak self] in
            guard let self else { return }
            note("\(file(first.name)): not written after \(Self.patience.shortText)", of: first.name)
        }
        loop.offload(to: disk, first.order(at: file(first.name))) { error in self.ended(first, error) }
    }

    private func ended(_ written: Pending, _ error: FileError?) {
        writing = nil
        if let overdue { loop.cancel(overdue) }
        note(error.map { "\($0)" }, of: written.name)
        guard error != nil else {
            answer(true) { isIdle($0.name) }
            return next()
        }
        again(written)
        answer(false) { ($0.name ?? written.name) == written.name }
        isWaiting = true
        loop.after(Self.retry) {
            self.isWaiting = false
            self.next()
        }
    }

    /// Behind the others, which may be luckier.
    private func again(_ failed: Pending) {
        switch failed.work {
        case .replace: if !pending.contains(where: { $0.name == failed.name }) { pending.append(failed) }
        case .append(let lines): prepend(lines, to: failed.name)
        }
    }

    private func answer(_ isWritten: Bool, _ which: (Wait) -> Bool) {
        let answered = waiting.filter(which)
        waiting.removeAll(where: which)
        for wait in answered { wait.then(isWritten) }
    }

    private func note(_ now: String?, of name: String) {
        let before = trouble
        troubles[name] = now
        if trouble != before { onTrouble(trouble) }
    }
}

extension StateFolder.Pending {
    /// On the writer's thread.
    fileprivate func order(at path: String) -> @Sendable () -> FileError? {
        switch work {
        case .replace(let content):
            { () -> FileError? in
                do throws(FileError) { try File.write(content(), to: path, mode: 0o600) } catch { return error }
                return nil
            }
        case .append(let lines):
            { () -> FileError? in
                let text = lines.compactMap { $0() }.map { $0 + "\n" }.joined()
                do throws(FileError) {
                    try File.append(
                        Array(text.utf8), to: path, limit: EventFiles.mostBytes, older: path + EventFiles.older,
                        mode: 0o600)
                } catch { return error }
                return nil
            }
        }
    }
}
