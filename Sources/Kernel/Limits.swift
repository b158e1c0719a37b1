internal import Glibc
public import Net

/// What a process may use.
public enum Limits {
    /// How many files this process may open, and to how many it could raise that.
    public static var openFiles: (now: UInt64, most: UInt64)? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
    }

    /// As many open files as whoever started us allows at most: the usual first limit of 1,024 is for `select`.
    public static func raiseOpenFiles() throws(SystemError) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw SystemError("getrlimit")
        }
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            throw SystemError("setrlimit")
        }
    }

    /// Before other work, here and in all children, where that is allowed (as root): hold times of 3 s and checks of
    /// 200 ms don't survive beside a compiler on two processors.
    public static func hurry() { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, -10) }
}
