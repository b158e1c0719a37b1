internal import CLinux
internal import Glibc
public import Net

/// A pipe that no other child inherits: its ends are closed on exec, and reading never blocks.
public enum Pipe {
    public static func open() throws(SystemError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard landfall_pipe(&ends) == 0 else { throw SystemError("pipe") }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }
}
