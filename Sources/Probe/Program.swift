internal import Glibc
internal import Health
package import Kernel
package import Loop
package import Net

/// A program of the operator's that runs beside a loop, and holds up nothing.
///
/// It gets no capabilities, can't gain any, inherits no descriptor, and leads a process group of its own. The group is
/// killed when the program ends, or when it is let go of: nothing that it left behind outlives it. Only a child that made
/// itself a group of its own gets away.
package final class Program {
    package enum End: Sendable {
        case ended(Process.Status, after: Duration)
        /// It printed more than it may, and is killed when it is let go of.
        case flooded
        case lost(SystemError)
    }

    /// So much of what it prints is kept.
    package static let mostKept = ExecCheck.mostKept

    private let loop: Loop
    private let process: Process
    private let begun = Loop.now
    private let mostRead: Int
    private let onEnd: (End) -> Void
    private let pipe: Int32
    private var pipeWatch: Watch?
    private var endWatch: Watch?
    private var isReaped = false
    private var kept: [UInt8] = []
    private var readCount = 0

    /// - Parameters:
    ///   - command: a path or a name in PATH, and its arguments.
    ///   - environment: `NAME=value`; beside these it gets ours, without what begins with `LANDFALL_`.
    ///   - mostRead: of what it prints; what is more than `mostKept` is read and forgotten.
    ///   - onEnd: called once at most, on the loop's thread.
    package init(
        _ command: [String], environment: [String], on loop: Loop, mostRead: Int = .max,
        onEnd: @escaping (End) -> Void
    ) throws(SystemError) {
        (self.loop, self.mostRead, self.onEnd) = (loop, mostRead, onEnd)
        let ends = try Pipe.open()
        defer { close(ends.write) }
        pipe = ends.read
        do throws(SystemError) {
            process = try Self.spawn(command, environment, output: ends.write).start()
        } catch {
            close(ends.read)
            throw error
        }
        pipeWatch = try? loop.watch(pipe, for: .readable) { [weak self] _ in self?.readOnce() }
        endWatch = try? loop.watch(process.pidfd, for: .readable) { [weak self] _ in self?.ended() }
        guard pipeWatch != nil, endWatch != nil else { throw SystemError("epoll_ctl", command[0], code: ENOSPC) }
    }

    deinit {
        if let pipeWatch { loop.cancel(pipeWatch) }
        if let endWatch { loop.cancel(endWatch) }
        close(pipe)
        guard !isReaped else { return }
        try? process.signalGroup(SIGKILL)
        reap(process, on: loop)
    }

    /// What it has printed so far, as far as it is kept, without secrets; nil for nothing.
    package var output: String? { kept.isEmpty ? nil : Secrets.hidden(in: String(decoding: kept, as: UTF8.self)) }

    /// The load that it tells: the first number for machines.
    package var load: Double? { PerformanceData.first(in: String(decoding: kept, as: UTF8.self)) }

    /// The first line of it, without what monitoring plugins put behind a bar for machines.
    package var said: String? {
        let line = kept.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true).first ?? []
        let text = Secrets.hidden(in: printable(line.prefix { $0 != UInt8(ascii: "|") }.prefix(200)))
        return text.isEmpty ? nil : text
    }

    private static func spawn(
        _ command: [String], _ environment: [String], output: Int32
    ) throws(SystemError) -> Spawn {
        guard let name = command.first else { throw SystemError("exec", code: ENOENT) }
        var spawn = Spawn(try find(name), Array(command.dropFirst()))
        spawn.environment.removeAll { $0.hasPrefix("LANDFALL_") }
        spawn.environment += environment
        (spawn.output, spawn.error) = (.descriptor(output), .descriptor(output))
        spawn.newGroup = true
        spawn.capabilities = []
        spawn.noNewPrivileges = true
        // Neither what protects the agent from the kernel's OOM killer nor its thousands of descriptors are for them.
        spawn.isOrdinaryForOOM = true
        spawn.parentDeathSignal = SIGKILL
        spawn.limits = [.noCore, .openFiles(1024)]
        return spawn
    }

    /// A name without a slash is looked for in PATH.
    private static func find(_ name: String) throws(SystemError) -> String {
        if name.contains("/") { return name }
        guard let path = SearchPath.find(name) else { throw SystemError("exec", name, code: ENOENT) }
        return path
    }

    private func readOnce() {
        var chunk = [UInt8](repeating: 0, count: 16384)
        let count = read(pipe, &chunk, chunk.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return stopReading() }
        kept += chunk.prefix(min(count, Self.mostKept - kept.count))
        readCount = min(readCount + count, .max / 2)
        guard readCount > mostRead else { return }
        stopReading()
        onEnd(.flooded)
    }

    private func stopReading() {
        if let pipeWatch { loop.cancel(pipeWatch) }
        pipeWatch = nil
    }

    /// The group goes first: as long as its leader isn't reaped, the number is nobody else's. What it printed before is
    /// still read, but not what somebody who got away goes on printing.
    private func ended() {
        let time = Loop.now - begun
        try? process.signalGroup(SIGKILL)
        for _ in 0..<16 where pipeWatch != nil && hasMore { readOnce() }
        isReaped = true
        stopReading()
        if let endWatch { loop.cancel(endWatch) }
        endWatch = nil
        do throws(SystemError) {
            guard let status = try process.poll() else { throw SystemError("waitid", code: ECHILD) }
            onEnd(.ended(status, after: time))
        } catch { onEnd(.lost(error)) }
    }

    private var hasMore: Bool {
        var wait = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
        return poll(&wait, 1, 0) == 1 && wait.revents & Int16(POLLIN) != 0
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
