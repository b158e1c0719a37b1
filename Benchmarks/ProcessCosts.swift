import Glibc
import Peers

/// The processor time that a process and all processes below it have used, as the kernel counts it (10 ms steps).
func cpuSeconds(of root: pid_t) -> Double {
    Double(family(of: root).reduce(0) { $0 + $1.ticks }) / Double(sysconf(Int32(_SC_CLK_TCK)))
}

/// The memory of a process and all below it, pages that they share counted once (PSS).
func megabytes(of root: pid_t) -> Double {
    let kilobytes = family(of: root).map { process in
        let line = readFile("/proc/\(process.id)/smaps_rollup")?.split(separator: "\n").first { $0.hasPrefix("Pss:") }
        return line?.split(separator: " ").dropFirst().first.flatMap { Double($0) } ?? 0
    }
    return kilobytes.reduce(0, +) / 1024
}

private func family(of root: pid_t) -> [ProcessTime] {
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

private struct ProcessTime {
    var id, parent: pid_t
    var ticks: Int
}

/// From `/proc/PID/stat`; the name in parentheses may hold anything, so fields count from the last parenthesis.
private func everyProcess() -> [ProcessTime] {
    guard let folder = opendir("/proc") else { return [] }
    defer { closedir(folder) }
    var all: [ProcessTime] = []
    while let entry = readdir(folder) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        guard let id = pid_t(name), let stat = readFile("/proc/\(id)/stat"), let end = stat.lastIndex(of: ")") else {
            continue
        }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 14, let parent = pid_t(fields[1]), let user = Int(fields[11]), let system = Int(fields[12])
        else { continue }
        all.append(ProcessTime(id: id, parent: parent, ticks: user + system))
    }
    return all
}
