internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// The agent's Unix socket: for its owner and group only.
package enum ControlSocket {
    /// `/run/landfall/control` for root, `$XDG_RUNTIME_DIR/landfall/control` for others, `/tmp/landfall-UID/control`
    /// where there is no such folder.
    package static var defaultPath: String {
        if geteuid() == 0 { return "/run/landfall/control" }
        if let folder = getenv("XDG_RUNTIME_DIR") { return String(cString: folder) + "/landfall/control" }
        return "/tmp/landfall-\(geteuid())/control"
    }

    /// Makes the folder of the default path, for `user` to write in.
    static func prepareDefault(for user: User?) throws(SystemError) -> String {
        let path = defaultPath
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        guard mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw SystemError("mkdir", folder) }
        if let user, !User.isOnlyOne, chown(folder, user.uid, user.gid) != 0 { throw SystemError("chown", folder) }
        return path
    }

    /// A socket file that an agent left behind when it was killed is replaced; one that somebody answers on is not.
    static func open(_ path: String) throws(SystemError) -> Socket {
        if (try? Socket.connect(unix: path)) != nil { throw SystemError("bind", path, code: EADDRINUSE) }
        unlink(path)
        let mask = umask(0o117)
        defer { umask(mask) }
        return try Socket.listen(unix: path)
    }
}
