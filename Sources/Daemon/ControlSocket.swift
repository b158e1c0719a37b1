package import Control
internal import Glibc
package import Kernel
package import Loop
package import Net

/// The Unix socket of an agent or a router: for its owner and group only.
///
/// The file's mode says who may connect and ask. Orders take more: see ``mayOrder(_:at:)``. So somebody who is let in by
/// an access list, such as a monitoring system, can look and do nothing.
package enum ControlSocket {
    /// `/run/landfall/control` for root, `$XDG_RUNTIME_DIR/landfall/control` for others, `/tmp/landfall-UID/control`
    /// where there is no such folder.
    package static var defaultPath: String { defaultPath(of: "control") }

    /// That of a router is called `router`.
    package static func defaultPath(of name: String) -> String {
        if geteuid() == 0 { return "/run/landfall/\(name)" }
        if let folder = getenv("XDG_RUNTIME_DIR") { return String(cString: folder) + "/landfall/\(name)" }
        return "/tmp/landfall-\(geteuid())/\(name)"
    }

    /// For verbs: that of the agent that the system runs, where this user has none of an own.
    package static var usualPath: String {
        let (own, common) = (defaultPath, "/run/landfall/control")
        guard access(own, F_OK) != 0 else { return own }
        // A folder that isn't for us has one, as far as we know: then whoever asks hears that.
        return access(common, F_OK) == 0 || errno == EACCES ? common : own
    }

    /// Somebody listens there, or we may not know.
    package static func isAnswered(_ path: String) -> Bool {
        do { _ = try Socket.connect(unix: path) } catch { return [EACCES, EPERM, EAGAIN].contains(error.code) }
        return true
    }

    /// Root, the agent's own user, and whoever was in the group of the socket when it connected. The group is that of the
    /// file now: `chgrp` changes it.
    package static func mayOrder(_ caller: Caller, at path: String) -> Bool {
        if caller.user == 0 || caller.user == geteuid() { return true }
        var file = stat()
        return caller.user != nil && stat(path, &file) == 0 && caller.groups.contains(file.st_gid)
    }

    /// Makes the folder of the default path, for `user` to write in.
    package static func prepareDefault(
        for user: User?, name: String = "control"
    ) throws(SystemError) -> String {
        let path = defaultPath(of: name)
        let folder = String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)])
        guard mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw SystemError("mkdir", folder) }
        if let user, !User.isOnlyOne, chown(folder, user.uid, user.gid) != 0 { throw SystemError("chown", folder) }
        return path
    }

    /// A socket that an agent left behind when it was killed is replaced; one that somebody answers on is not, and
    /// neither is a file that is no socket.
    package static func open(_ path: String) throws(SystemError) -> Socket {
        if let code = obstacle(path) { throw SystemError(call, path, code: code) }
        unlink(path)
        let mask = umask(0o117)
        defer { umask(mask) }
        do { return try Socket.listen(unix: path, backlog: 1024) } catch {
            throw SystemError(call, path, code: error.code)
        }
    }

    /// What an error about the socket is about.
    static let call = "control socket"

    /// Why what is at `path` can't be replaced; nil when nothing is, or a socket that nobody listens on any more.
    private static func obstacle(_ path: String) -> Int32? {
        var file = stat()
        guard lstat(path, &file) == 0 else { return nil }
        guard file.st_mode & S_IFMT == S_IFSOCK else { return EEXIST }
        do { _ = try Socket.connect(unix: path) } catch {
            return [ECONNREFUSED, EACCES].contains(error.code) ? nil : EADDRINUSE
        }
        return EADDRINUSE
    }
}
