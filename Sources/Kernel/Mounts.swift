internal import CLinux
internal import Glibc
public import Net

/// Mounts of a process that has a mount namespace of its own.
public enum Mounts {
    /// What is mounted from now on is seen here only. Comes first.
    public static func makePrivate() throws(SystemError) {
        guard landfall_private_mounts() == 0 else { throw SystemError("mount", "/") }
    }

    /// The /proc of a new PID namespace. Refused in containers that hide parts of /proc from ordinary users.
    public static func proc() throws(SystemError) {
        guard landfall_mount_proc() == 0 else { throw SystemError("mount", "/proc") }
    }

    /// An empty file system in memory.
    public static func memory(at path: String, mebibytes: Int) throws(SystemError) {
        guard landfall_mount_memory(path, "size=\(mebibytes)m,mode=755") == 0 else { throw SystemError("mount", path) }
    }

    /// Shows the folder that `descriptor` is open on at `path`, read-only, whatever the permissions of the folders above.
    public static func readOnly(_ descriptor: Int32, at path: String) throws(SystemError) {
        guard landfall_mount_read_only("/proc/self/fd/\(descriptor)", path) == 0 else {
            throw SystemError("mount", path)
        }
    }
}
