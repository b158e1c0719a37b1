internal import Daemon
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// The state folder before there is an agent: where it is, who owns it, and that nobody else uses it.
package enum StatePlace {
    /// Of an agent that root, or the system, starts.
    package static let commonPath = "/var/lib/landfall"

    /// `/var/lib/landfall` for root, `$XDG_STATE_HOME/landfall` or `~/.local/state/landfall` for others.
    package static var defaultPath: String {
        if geteuid() == 0 { return commonPath }
        if let folder = variable("XDG_STATE_HOME") { return folder + "/landfall" }
        if let home = variable("HOME") { return home + "/.local/state/landfall" }
        return "/tmp/landfall-\(geteuid())/state"
    }

    /// For verbs: that of the agent that the system runs, where this user has none of an own.
    package static var usualPath: String {
        access(defaultPath, F_OK) != 0 && access(commonPath, F_OK) == 0 ? commonPath : defaultPath
    }

    /// What the XDG base directory specification asks for: relative paths are ignored.
    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }

    /// Makes the folder, for `user` alone to read and write in; while there is still the right to. One that is there
    /// already gets another owner and mode only at the default path: a mistyped `--state /etc` does no harm.
    ///
    /// A machine whose disk is broken or read-only must announce all the same, so what can't be made is no error here: the
    /// first write will say so, as an alarm.
    static func prepare(_ given: String?, for user: User?) throws(Refusal) -> String {
        let path = given ?? defaultPath
        makeParents(of: path)
        let isNew = mkdir(path, 0o700) == 0
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else {
            guard errno == ENOTDIR else { return path }
            throw .usage("--state \(path): that is no folder; choose another")
        }
        defer { close(folder) }
        guard isNew || given == nil else { return path }
        if let user, !User.isOnlyOne, geteuid() == 0 { fchown(folder, user.uid, user.gid) }
        fchmod(folder, 0o700)
        return path
    }

    private static func makeParents(of path: String) {
        for (index, character) in zip(path.indices, path) where character == "/" && index > path.startIndex {
            mkdir(String(path[..<index]), 0o755)
        }
    }

    /// The right to write there, as long as the process lives; nil where there is no lock to be had, on a disk that can't
    /// be written. Two agents in one folder would each take the other's memory for their own.
    static func claim(_ path: String) throws(Refusal) -> Int32? {
        let lock = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard lock >= 0 else { return nil }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw .usage("\(path) is the state folder of another agent that is running; choose another --state")
        }
        sweep(path)
        return lock
    }

    /// What a writer that was killed had begun.
    private static func sweep(_ path: String) {
        for name in Folder.names(in: path) ?? [] where name.hasSuffix(".tmp") { unlink("\(path)/\(name)") }
    }
}
