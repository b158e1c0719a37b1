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

    /// The name of its program: that of its executable where we may see that, else what it is called, which it may change; of
    /// either the 15 bytes that the kernel keeps. nil when there is no such process.
    public static func program(of pid: Int32) -> String? {
        var path = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/\(pid)/exe", &path, path.count)
        let link = String(decoding: path.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        // After an upgrade: `/usr/bin/landfall (deleted)`.
        let executable = link.replacing(" (deleted)", with: "").split(separator: "/").last
        let called = ProcFile.read("/proc/\(pid)/comm")?.prefix { $0 != "\n" }
        return (executable ?? called).map { String(decoding: $0.utf8.prefix(15), as: UTF8.self) }
    }

    /// Behind the name in parentheses, which may hold anything: the state (as 0), the parent, …; the start is the 20th.
    private static func numbers(in status: String) -> [Int64]? {
        guard let end = status.lastIndex(of: ")") else { return nil }
        return status[status.index(after: end)...].split(separator: " ").map { Int64($0) ?? 0 }
    }
}
