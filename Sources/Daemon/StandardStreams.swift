internal import Glibc
package import Net

/// What a process inherits from whoever started it, made fit to rely on.
package enum StandardStreams {
    /// Descriptors 0 to 2 that were closed become /dev/null: the next socket would get their number, and a line for
    /// people would go to a router. A pipe that closes is an error of `write` and no signal; children wait to be
    /// reaped, also where SIGCHLD came ignored.
    package static func prepare() throws(SystemError) {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGCHLD, SIG_DFL)
        for stream in Int32(0)...2 where fcntl(stream, F_GETFD) < 0 {
            guard open("/dev/null", O_RDWR) == stream else { throw SystemError("open", "/dev/null") }
        }
    }
}
