internal import Glibc

/// Who a process runs as.
public struct User: Hashable, Sendable {
    public var name: String
    public var uid: UInt32
    public var gid: UInt32

    public init(name: String, uid: UInt32, gid: UInt32) { (self.name, self.uid, self.gid) = (name, uid, gid) }

    /// From the user database; nil when there is no such user.
    public init?(named name: String) {
        guard let entry = getpwnam(name) else { return nil }
        self.init(name: name, uid: entry.pointee.pw_uid, gid: entry.pointee.pw_gid)
    }

    public static var current: Self {
        let uid = geteuid()
        return Self(name: name(of: uid) ?? "\(uid)", uid: uid, gid: getegid())
    }

    /// nil when nobody is called that.
    public static func name(of uid: UInt32) -> String? { getpwuid(uid).map { String(cString: $0.pointee.pw_name) } }

    /// Whether this user namespace maps a single uid, so that nobody can become anybody else.
    public static var isOnlyOne: Bool {
        guard let map = ProcFile.read("/proc/self/uid_map") else { return false }
        let lines = map.split(separator: "\n")
        return lines.count == 1 && lines[0].split(separator: " ").last == "1"
    }
}
