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

    private let loop: Loop
    private let process: Process
    private let begun = Loop.now
    private let mostRead: Int
    private let onEnd: (End) -> Void
    /// Of standard output and standard error.
    private let pipes: [Int32]
    private var pipeWatches: [Watch?] = []
    private var endWatch: Watch?
    private var isReaped = false
    private var printed = Printed()

    /// - Parameters:
    ///   - command: a path or a name in PATH, and its arguments.
    ///   - environment: `NAME=value`; beside these it gets ours, without what begins with `LANDFALL_`.
    ///   - mostRead: of what it prints; what is more than `ExecCheck.mostKept` is read and forgotten.
    ///   - onEnd: called once at most, on the loop's thread.
    package init(
        _ command: [String], environment: [String], on loop: Loop, mostRead: Int = .max,
        onEnd: @escaping (End) -> Void
    ) throws(SystemError) {
        (self.loop, self.mostRead, self.onEnd) = (loop, mostRead, onEnd)
        let ends = try Self.openPipes()
        defer { for end in ends { close(end.write) } }
        pipes = ends.map(\.read)
        do throws(SystemError) {
            process = try Self.spawn(command, environment, output: ends[0].write, error: ends[1].write).start()
        } catch {
            for pipe in pipes { close(pipe) }
            throw error
        }
        pipeWatches = Printed.Stream.allCases.map { stream in
            try? loop.watch(pipes[stream.rawValue], for: .readable) { [weak self] _ in self?.readOnce(stream) }
        }
        endWatch = try? loop.watch(process.pidfd, for: .readable) { [weak self] _ in self?.ended() }
        guard pipeWatches.allSatisfy({ $0 != nil }), endWatch != nil else {
            throw SystemError("epoll_ctl", command[0], code: ENOSPC)
        }
    }

    deinit {
        stopReading()
        if let endWatch { loop.cancel(endWatch) }
        for pipe in pipes { close(pipe) }
        guard !isReaped else { return }
        try? process.signalGroup(SIGKILL)
        reap(process, on: loop)
    }

    /// What it has printed so far, as far as it is kept, without secrets; nil for nothing.
    package var output: String? { printed.text }

    /// The load that it tells: the first number for machines.
    package var load: Double? { printed.load }

    /// The line of it that is the reason.
    package var said: String? { printed.said }

    /// One for each stream, or none.
    private static func openPipes() throws(SystemError) -> [(read: Int32, write: Int32)] {
        let first = try Pipe.open()
        do throws(SystemError) { return [first, try Pipe.open()] } catch {
            close(first.read)
            close(first.write)
            throw error
        }
    }

    private static func spawn(
        _ command: [String], _ environment: [String], output: Int32, error: Int32
    ) throws(SystemError) -> Spawn {
        guard let name = command.first else { throw SystemError("exec", code: ENOENT) }
        var spawn = Spawn(try find(name), Array(command.dropFirst()))
        spawn.environment.removeAll { $0.hasPrefix("LANDFALL_") }
        spawn.environment += environment
        (spawn.output, spawn.error) = (.descriptor(output), .descriptor(error))
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

    private func readOnce(_ stream: Printed.Stream) {
        var chunk = [UInt8](repeating: 0, count: 16384)
        let count = read(pipes[stream.rawValue], &chunk, chunk.count)
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else { return stopReading(stream) }
        printed.take(chunk.prefix(count), from: stream)
        guard printed.count > mostRead else { return }
        stopReading()
        onEnd(.flooded)
    }

    private func stopReading(_ stream: Printed.Stream) {
        guard pipeWatches.indices.contains(stream.rawValue), let watch = pipeWatches[stream.rawValue] else { return }
        loop.cancel(watch)
        pipeWatches[stream.rawValue] = nil
    }

    private func stopReading() { Printed.Stream.allCases.forEach(stopReading) }

    /// The group goes first: as long as its leader isn't reaped, the number is nobody else's. What it printed before is
    /// still read, but not what somebody who got away goes on printing.
    private func ended() {
        let time = Loop.now - begun
        try? process.signalGroup(SIGKILL)
        for stream in Printed.Stream.allCases {
            for _ in 0..<16 where hasMore(stream) { readOnce(stream) }
        }
        isReaped = true
        stopReading()
        if let endWatch { loop.cancel(endWatch) }
        endWatch = nil
        do throws(SystemError) {
            guard let status = try process.poll() else { throw SystemError("waitid", code: ECHILD) }
            onEnd(.ended(status, after: time))
        } catch { onEnd(.lost(error)) }
    }

    private func hasMore(_ stream: Printed.Stream) -> Bool {
        guard pipeWatches[stream.rawValue] != nil else { return false }
        var wait = pollfd(fd: pipes[stream.rawValue], events: Int16(POLLIN), revents: 0)
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
