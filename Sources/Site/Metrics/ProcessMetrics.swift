internal import Control
internal import Files
internal import Glibc
internal import Kernel

/// The agent as a process, under the names that every exporter has for it (prometheus.io/docs/instrumenting/writing_clientlibs).
enum ProcessMetrics {
    static let cpu = Metric(
        "process_cpu_seconds_total", .counter, "Processor time of the agent, without its children.")
    static let resident = Metric("process_resident_memory_bytes", .gauge, "Resident memory of the agent.")
    static let virtual = Metric("process_virtual_memory_bytes", .gauge, "Virtual memory of the agent.")
    static let openFiles = Metric("process_open_fds", .gauge, "Open file descriptors.")
    static let mostFiles = Metric("process_max_fds", .gauge, "As many file descriptors as there may be.")
    static let started = Metric("process_start_time_seconds", .gauge, "When the agent started.")

    static let all = [cpu, resident, virtual, openFiles, mostFiles, started]

    /// What can't be read is left out.
    static func add(to page: inout MetricsPage, started moment: Double) {
        page.add(started, moment)
        var spent = timespec()
        if clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent) == 0 {
            page.add(cpu, Double(spent.tv_sec) + Double(spent.tv_nsec) / 1e9)
        }
        let pages = (try? File.read("/proc/self/statm", limit: 4096)).map { String(decoding: $0, as: UTF8.self) }
        let sizes = pages?.split(separator: " ").prefix(2).compactMap { Double($0) } ?? []
        if sizes.count == 2 {
            page.add(virtual, sizes[0] * Double(sysconf(Int32(_SC_PAGESIZE))))
            page.add(resident, sizes[1] * Double(sysconf(Int32(_SC_PAGESIZE))))
        }
        if let count = openDescriptors { page.add(openFiles, count) }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 { page.add(mostFiles, limit.rlim_cur) }
    }

    /// Without the one that is used for counting.
    private static var openDescriptors: Int? {
        Folder.names(in: "/proc/self/fd").map { $0.count - 1 }
    }
}
