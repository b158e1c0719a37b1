internal import CLinux
internal import Glibc
public import Net

/// What a process gives up for good, so that whoever takes it over has little: `landfall serve` calls it at its start,
/// before it has threads.
///
/// After it: no more privileges through exec (and no exec), no new Unix sockets, no signals to other processes, no
/// looking into them, no new namespaces, mounts or io_uring; files can be read beneath the given folders, nothing else
/// opened or written. Sockets that it already holds stay. What this kernel lacks is left out and reported.
public enum Confinement {
    public struct Applied: Hashable, Sendable {
        public var noNewPrivileges: Bool
        public var seccomp: Bool
        /// The version of Landlock, 0 where the kernel has none (below Linux 5.13, or off).
        public var landlock: Int

        public init(noNewPrivileges: Bool, seccomp: Bool, landlock: Int) {
            (self.noNewPrivileges, self.seccomp, self.landlock) = (noNewPrivileges, seccomp, landlock)
        }
    }

    /// `readable`: folders or files. One that can't be opened is an error: the process would fail on it later.
    public static func apply(readable: [String]) throws(SystemError) -> Applied {
        guard landfall_no_new_privileges() == 0 else { throw SystemError("prctl", "PR_SET_NO_NEW_PRIVS") }
        let landlock = try restrictFiles(readable)
        return Applied(noNewPrivileges: true, seccomp: landfall_seccomp() == 0, landlock: landlock)
    }

    /// What this kernel could give, without giving it. A kernel with seccomp has its folder in /proc.
    public static var available: Applied {
        let seccomp = access("/proc/sys/kernel/seccomp/actions_avail", F_OK) == 0
        return Applied(noNewPrivileges: true, seccomp: seccomp, landlock: Int(landfall_landlock_version()))
    }

    private static func restrictFiles(_ readable: [String]) throws(SystemError) -> Int {
        let version = landfall_landlock_version()
        guard version > 0 else { return 0 }
        let rules = landfall_landlock_ruleset(version)
        guard rules >= 0 else { throw SystemError("landlock_create_ruleset") }
        defer { close(rules) }
        for path in readable {
            guard landfall_landlock_allow_reading(rules, path) == 0 else { throw SystemError("open", path) }
        }
        guard landfall_landlock_restrict(rules) == 0 else { throw SystemError("landlock_restrict_self") }
        return Int(version)
    }
}
