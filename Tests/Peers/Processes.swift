public import Glibc

/// A process as /proc has it. Its start time tells it from another one that gets the same id later.
public struct ProcessRecord: Sendable, Hashable {
    public let id: pid_t
    let parent: pid_t
    let started: UInt64
    /// Processor time in the kernel's steps, with that of the processes below it that it has seen end.
    let ticks: Int

    public static func == (one: Self, other: Self) -> Bool { one.id == other.id && one.started == other.started }
    public func hash(into hasher: inout Hasher) { hasher.combine(id) }

    /// Arguments, separated by spaces; empty when it is gone.
    public var command: String {
        (readFile("/proc/\(id)/cmdline") ?? "").split(separator: "\0").joined(separator: " ")
    }

    /// Does nothing when the process is gone.
    public func signal(_ number: Int32) {
        if Self.read(id)?.started == started { kill(id, number) }
    }

    /// From `/proc/PID/stat`; the name in parentheses may hold anything, so fields count from the last parenthesis.
    static func read(_ id: pid_t) -> ProcessRecord? {
        guard let stat = readFile("/proc/\(id)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let parent = pid_t(fields[1]), let started = UInt64(fields[19]) else { return nil }
        let ticks = fields[11...14].reduce(0) { $0 + (Int($1) ?? 0) }
        return ProcessRecord(id: id, parent: parent, started: started, ticks: ticks)
    }
}

/// A process and all below it.
public func family(of root: pid_t) -> [ProcessRecord] {
    let processes = everyProcess()
    var family: Set<pid_t> = [root]
    var grown = true
    while grown {
        let children = processes.filter { family.contains($0.parent) && !family.contains($0.id) }
        family.formUnion(children.map(\.id))
        grown = !children.isEmpty
    }
    return processes.filter { family.contains($0.id) }
}

/// The processor time that a process and all processes below it have used, those that have ended included, as the kernel
/// counts it (10 ms steps).
public func cpuSeconds(of root: pid_t) -> Double {
    Double(family(of: root).reduce(0) { $0 + $1.ticks }) / Double(sysconf(Int32(_SC_CLK_TCK)))
}

/// The memory of a process and all below it, pages that they share counted once (PSS).
public func megabytes(of root: pid_t) -> Double {
    let kilobytes = family(of: root).map { process in
        let line = readFile("/proc/\(process.id)/smaps_rollup")?.split(separator: "\n").first { $0.hasPrefix("Pss:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    }
    return kilobytes.reduce(0, +) / 1024
}

/// In KiB, by its name in proc_pid_status(5): all that is resident, unless asked otherwise.
public func memory(of id: pid_t, _ field: String = "VmRSS") throws(PeerError) -> Int {
    let lines = (readFile("/proc/\(id)/status") ?? "").split(separator: "\n")
    guard let size = lines.first(where: { $0.hasPrefix(field + ":") }).flatMap({ Int($0.filter(\.isNumber)) }) else {
        throw PeerError("no process \(id)")
    }
    return size
}

private func everyProcess() -> [ProcessRecord] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var all: [ProcessRecord] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        if let id = pid_t(name), let process = ProcessRecord.read(id) { all.append(process) }
    }
    return all
}
