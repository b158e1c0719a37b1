internal import Glibc
package import Kernel
package import Net

/// What processes that stay have in common when they begin.
package enum Launch {
    /// Where lines of JSON go: a path, or `-` for standard output.
    package static func openEvents(_ path: String) throws(SystemError) -> Int32 {
        if path == "-" { return 1 }
        var descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o640)
        // A FIFO that nobody reads yet: with a reading end of our own the process needn't wait for one.
        if descriptor < 0, errno == ENXIO { descriptor = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw SystemError("open", path) }
        return descriptor
    }

    /// Root becomes `landfall`, or `nobody` where there is no such user; anybody else stays.
    package static func chosenUser(_ name: String?) throws(Refusal) -> User? {
        if let name {
            guard let user = User(named: name) else { throw Refusal.usage("--user \(name): no such user") }
            guard geteuid() == 0 || user.uid == geteuid() else {
                throw Refusal.machine(
                    "--user \(name): only root can become somebody else, and this is \(User.current.name): start as root, "
                        + "or without --user")
            }
            return user
        }
        return geteuid() == 0 ? User(named: "landfall") ?? User(named: "nobody") : nil
    }
}
