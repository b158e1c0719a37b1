internal import Glibc

/// What /proc says about processes.
public enum ProcessTable {
    /// A process that somebody else started.
    public struct Entry: Hashable, Sendable {
        public var pid: Int32
        public var parent: Int32
        /// In ticks since the machine started: with the pid it names one process for good.
        public var startTime: UInt64
        public var arguments: [String]
    }

    /// Those that a process has started and not yet buried.
    public static func children(of parent: Int32) -> [Entry] {
        all.filter { $0.parent == parent }
    }

    public static var all: [Entry] {
        (Folder.names(in: "/proc") ?? []).compactMap { Int32($0) }.compactMap(entry)
    }

    /// nil when there is no such process.
    public static func entry(_ pid: Int32) -> Entry? {
        guard let status = ProcFile.read("/proc/\(pid)/stat"), let numbers = numbers(in: status), numbers.count > 19,
            let parent = Int32(exactly: numbers[1]), let start = UInt64(exactly: numbers[19])
        else { return nil }
        let arguments = (ProcFile.read("/proc/\(pid)/cmdline") ?? "").split(separator: "\0").map(String.init)
        return Entry(pid: pid, parent: parent, startTime: start, arguments: arguments)
    }

    /// As `ps` shows it: `R` runs, `S` sleeps, `D` waits for a disk, `T` is stopped, `Z` has ended; nil when there is no such
    /// process.
    public static func state(of pid: Int32) -> Character? {
        guard let status = ProcFile.read("/proc/\(pid)/stat"), let end = status.lastIndex(of: ")") else { return nil }
        return status[status.index(after: end)...].first { $0 != " " }
    }

    /// Behind the name in parentheses, which may hold anything: the state (as 0), the parent, …; the start is the 20th.
    private static func numbers(in status: String) -> [Int64]? {
        guard let end = status.lastIndex(of: ")") else { return nil }
        return status[status.index(after: end)...].split(separator: " ").map { Int64($0) ?? 0 }
    }
}
