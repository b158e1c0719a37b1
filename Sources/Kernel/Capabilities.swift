internal import CLinux
internal import Glibc
public import Net

/// Rights of root that a process can have one by one (capabilities(7)).
public struct CapabilitySet: OptionSet, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let setGID = Self(rawValue: 1 << 6)
    public static let setUID = Self(rawValue: 1 << 7)
    public static let setPCap = Self(rawValue: 1 << 8)
    /// Ports below 1024.
    public static let netBindService = Self(rawValue: 1 << 10)
    /// Addresses, links, routes.
    public static let netAdmin = Self(rawValue: 1 << 12)
    /// ICMP and packet sockets.
    public static let netRaw = Self(rawValue: 1 << 13)
    public static let sysAdmin = Self(rawValue: 1 << 21)

    private static let names: [(Self, String)] = [
        (.setGID, "CAP_SETGID"), (.setUID, "CAP_SETUID"), (.setPCap, "CAP_SETPCAP"),
        (.netBindService, "CAP_NET_BIND_SERVICE"),
        (.netAdmin, "CAP_NET_ADMIN"), (.netRaw, "CAP_NET_RAW"), (.sysAdmin, "CAP_SYS_ADMIN"),
    ]

    /// `CAP_NET_BIND_SERVICE, CAP_NET_ADMIN`
    public var description: String {
        (0..<64).map { Self(rawValue: 1 << UInt64($0)) }.filter(contains).map { one in
            Self.names.first { $0.0 == one }?.1 ?? "capability \(one.rawValue.trailingZeroBitCount)"
        }.joined(separator: ", ")
    }
}

/// What this thread may do, and giving it up. The kernel keeps capabilities per thread, so a process drops them before
/// it has a second one.
public enum Capabilities {
    public static var effective: CapabilitySet {
        var effective: UInt64 = 0
        var permitted: UInt64 = 0
        return landfall_get_capabilities(&effective, &permitted) == 0 ? CapabilitySet(rawValue: effective) : []
    }

    public static func has(_ wanted: CapabilitySet) -> Bool { effective.isSuperset(of: wanted) }

    /// Becomes `user` (nil: stays who it is), keeps at most `kept`, and empties the bounding set, so that no child gets
    /// any back. What couldn't be kept because it was never there is missing from the result.
    ///
    /// Where there is only one uid, as in a rehearsal by an ordinary user, and for who isn't root, the user stays.
    public static func become(user: User?, keeping kept: CapabilitySet) throws(SystemError) -> CapabilitySet {
        var effective: UInt64 = 0
        var permitted: UInt64 = 0
        guard landfall_get_capabilities(&effective, &permitted) == 0 else { throw SystemError("capget") }
        let kept = kept.intersection(CapabilitySet(rawValue: permitted))
        let current = User.current.uid
        let user = current == 0 && user?.uid != current && !User.isOnlyOne ? user : nil
        var order = landfall_privileges(becoming: user, keeping: kept, ambient: false)
        guard landfall_become(&order) == 0 else { throw SystemError("become", user?.name ?? "unprivileged") }
        return Self.effective
    }
}

extension landfall_privileges {
    init(becoming user: User?, keeping kept: CapabilitySet?, ambient: Bool) {
        let user = User.isOnlyOne ? nil : user
        self.init(
            change_identity: user != nil, uid: user?.uid ?? 0, gid: user?.gid ?? 0, change_capabilities: kept != nil,
            kept: kept?.rawValue ?? 0, ambient: ambient && kept != nil)
    }
}
