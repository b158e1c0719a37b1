internal import Glibc
public import Net

/// What a process may use.
public enum Limits {
    /// As many open files as whoever started us allows at most: the usual first limit of 1,024 is for `select`.
    public static func raiseOpenFiles() throws(SystemError) {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { throw SystemError("getrlimit") }
        limit.rlim_cur = limit.rlim_max
        guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { throw SystemError("setrlimit") }
    }
}
