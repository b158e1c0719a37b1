internal import Glibc
internal import Health
internal import Kernel
internal import Loop
internal import Net

/// Runs a program and judges by its exit code, as monitoring plugins have it:
///
///     0 healthy   1 degraded   2 failing   anything else, a signal, or no such program: unknown
///
/// The program gets no capabilities, can't gain any, inherits no descriptor, and leads a process group of its own, which
/// is killed when the program ends or its time is over: nothing that it left behind outlives the check. Only a child that
/// made itself a group of its own gets away.
final class ExecTrial: Trial {
    private let loop: Loop
    private let process: Process
    private let begun = Loop.now
    private let finish: (ProbeResult) -> Void
    private let pipe: Int32
    private var pipeWatch: Watch?
    private var endWatch: Watch?
    private var isReaped = false
    private var kept: [UInt8] = []
    private var readCount = 0

    init(
        _ check: ExecCheck, _ loop: Loop, at address: Address, _ finish: @escaping (ProbeResult) -> Void
    ) throws(SystemError) {
        (self.loop, self.finish) = (loop, finish)
        let ends = try Pipe.open()
        defer { close(ends.write) }
        pipe = ends.read
        do throws(SystemError) {
            process = try Self.spawn(check, at: address, output: ends.write).start()
        } catch {
            close(ends.read)
            throw error
        }
        pipeWatch = try? loop.watch(pipe, for: .readable) { [weak self] _ in self?.readOnce() }
        endWatch = try? loop.watch(process.pidfd, for: .readable) { [weak self] _ in self?.ended() }
        guard pipeWatch != nil, endWatch != nil else { throw SystemError("epoll_ctl", check.command[0], code: ENOSPC) }
    }

    deinit {
        if let pipeWatch { loop.cancel(pipeWatch) }
        if let endWatch { loop.cancel(endWatch) }
        close(pipe)
        guard !isReaped else { return }
        try? process.signalGroup(SIGKILL)
        reap(process, on: loop)
    }

    var output: String? { kept.isEmpty ? nil : String(decoding: kept, as: UTF8.self) }

    func expire(after timeout: Duration) -> ProbeResult? {
        .failed(reason: "no result within \(timeout.shortText), killed\(said.map { ": \($0)" } ?? "")", kind: .silence)
    }

    private static func spawn(_ check: ExecCheck, at address: Address, output: Int32) throws(SystemError) -> Spawn {
        let words = check.command.map { $0.replacing("{address}", with: "\(address)") }
        guard let name = words.first else { throw SystemError("exec", code: ENOENT) }
        var spawn = Spawn(try find(name), Array(words.dropFirst()))
        spawn.environment.append("LANDFALL_ADDRESS=\(address)")
        (spawn.output, spawn.error) = (.descriptor(output), .descriptor(output))
        spawn.newGroup = true
        spawn.capabilities = []
        spawn.noNewPrivileges = true
        spawn.parentDeathSignal = SIGKILL
        spawn.limits = [.noCore]
        return spawn
    }

    /// A name without a slash is looked for in PATH.
    private static func find(_ name: String) throws(SystemError) -> String {
        if name.contains("/") { return name }
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        let places = path.split(separator: ":").map { "\($0)/\(name)" }
        guard let place = places.first(where: { access($0, X_OK) == 0 }) else {
            throw SystemError("exec", name, code: ENOENT)
        }
        return place
    }

    private func readOnce() {
        var chunk = [UInt8](repeating: 0, count: 16384)
        let count = read(pipe, &chunk, chunk.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return stopReading() }
        kept += chunk.prefix(min(count, ExecCheck.mostKept - kept.count))
        readCount += count
        guard readCount > ExecCheck.mostRead else { return }
        stopReading()
        finish(.impossible(reason: "printed more than \(ExecCheck.mostRead) bytes, killed: \(said ?? "")"))
    }

    private func stopReading() {
        if let pipeWatch { loop.cancel(pipeWatch) }
        pipeWatch = nil
    }

    /// The group goes first: as long as its leader isn't reaped, the number is nobody else's.
    private func ended() {
        let time = Loop.now - begun
        while pipeWatch != nil, hasMore { readOnce() }
        try? process.signalGroup(SIGKILL)
        isReaped = true
        do throws(SystemError) {
            guard let status = try process.poll() else { throw SystemError("waitid", code: ECHILD) }
            finish(ProbeResult(status, said: said, after: time))
        } catch { finish(.impossible(reason: "\(error)")) }
    }

    private var hasMore: Bool {
        var wait = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, 0) == 1 && wait.revents & Int16(POLLIN) != 0
    }

    /// The first line, without what plugins put behind a bar for machines.
    private var said: String? {
        let line = kept.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).first ?? []
        let text = printable(line.prefix { $0 != UInt8(ascii: "|") }.prefix(200))
        return text.isEmpty ? nil : text
    }
}

/// Takes the status of a killed process when it is there: one that the kernel can't end yet must not keep anybody.
private func reap(_ process: Process, on loop: Loop) {
    var watch: Watch?
    watch = try? loop.watch(process.pidfd, for: .readable) { _ in
        _ = try? process.poll()
        if let watch { loop.cancel(watch) }
    }
    if watch == nil { _ = try? process.wait() }
}

extension ProbeResult {
    init(_ status: Process.Status, said: String?, after time: Duration) {
        switch status {
        case .exited(0): self = .answered(after: time)
        case .exited(1): self = .degraded(reason: said ?? "exit code 1", after: time)
        case .exited(2): self = .failed(reason: said ?? "exit code 2", kind: .wrong)
        case .exited(let code): self = .impossible(reason: "exit code \(code)\(said.map { ": \($0)" } ?? "")")
        case .killed(let signal): self = .impossible(reason: "ended by signal \(signal)\(said.map { ": \($0)" } ?? "")")
        }
    }
}
