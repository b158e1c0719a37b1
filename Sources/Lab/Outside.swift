internal import Glibc
internal import Kernel
internal import Net

/// The user's side of a rehearsal: starts the inside, passes signals on, and takes its exit code.
package enum Outside {
    /// `arguments`: those of this verb, for the inside. Returns the exit code, and what to say of a rehearsal that stays.
    package static func run(_ arguments: [String], keep: Bool) throws(LabError) -> (code: Int32, text: String) {
        if keep { try Kept.requireNone() }
        let process: Process
        let verdict: (code: Int32, text: String)
        do throws(SystemError) {
            let signals = try Signals([SIGINT, SIGTERM, SIGHUP])
            var ends: [Int32] = [-1, -1]
            guard pipe2(&ends, O_CLOEXEC) == 0 else { throw SystemError("pipe2") }
            defer { close(ends[0]) }
            let started = Result { () throws(SystemError) in
                try inside(arguments, keep: keep, verdict: ends[1]).start()
            }
            close(ends[1])
            process = try started.get()
            verdict = try watch(process, signals, verdict: ends[0])
        } catch {
            throw explain(error)
        }
        guard !verdict.text.isEmpty else { return verdict }
        try Kept.remember(process.pid)
        return (verdict.code, verdict.text.replacing(WaysIn.pidPlaceholder, with: "\(process.pid)"))
    }

    private static func inside(_ arguments: [String], keep: Bool, verdict: Int32) -> Spawn {
        var spawn = Spawn("/proc/self/exe", arguments)
        spawn.descriptors = [verdict]
        spawn.namespaces = [.pid, .mount, .network]
        if !Capabilities.has([.sysAdmin, .netAdmin, .netRaw]) { spawn.namespaces.insert(.user) }
        spawn.environment.append(Inside.marker + (spawn.namespaces.contains(.user) ? "user" : "root"))
        spawn.newSession = keep
        spawn.parentDeathSignal = keep ? nil : SIGKILL
        return spawn
    }

    /// Until the inside has ended, or has said that it stays.
    private static func watch(_ inside: Process, _ signals: Signals, verdict: Int32)
        throws(SystemError) -> (code: Int32, text: String)
    {
        var waits = [signals.descriptor, inside.pidfd, verdict].map {
            pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
        }
        var ended: Int32?
        while true {
            guard poll(&waits, 3, ended == nil ? -1 : 3000) > 0 else {
                if ended != nil { try? inside.signal(SIGKILL) }  // it had its time
                continue
            }
            if waits[0].revents != 0, let number = signals.next() {
                ended = number
                try? inside.signal(SIGTERM)
            }
            if waits[2].revents != 0 {
                let message = everything(from: verdict)
                if let code = message.first {
                    return (Int32(code), String(decoding: message.dropFirst(), as: UTF8.self))
                }
                waits[2].fd = -1
            }
            if waits[1].revents != 0 { return (code(try inside.wait(), ended), "") }
        }
    }

    private static func everything(from descriptor: Int32) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while case let count = read(descriptor, &chunk, chunk.count), count > 0 { bytes += chunk[..<count] }
        return bytes
    }

    private static func code(_ status: Process.Status, _ signal: Int32?) -> Int32 {
        if let signal { return 128 + signal }
        return switch status {
        case .exited(let code): code
        case .killed(let signal): 128 + signal
        }
    }

    private static func explain(_ error: SystemError) -> LabError {
        guard ["clone", "map the user"].contains(error.call) else { return .failed("\(error)") }
        return .machineLacks(
            """
            no namespaces: \(error). A rehearsal needs root (CAP_SYS_ADMIN, CAP_NET_ADMIN and CAP_NET_RAW), or a kernel \
            that lets ordinary users have user namespaces: sysctl kernel.unprivileged_userns_clone=1, \
            user.max_user_namespaces above 0, kernel.apparmor_restrict_unprivileged_userns=0
            """)
    }
}
