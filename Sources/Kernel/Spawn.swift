internal import CLinux
internal import Glibc
public import Net

/// A child process, as it is to be started.
///
/// Everything between fork and exec happens in `CLinux/spawn.h`, because only async-signal-safe calls are allowed there.
/// The child inherits the descriptors named here and no others, default signal dispositions and an empty signal mask.
public struct Spawn: Sendable {
    /// New namespaces that the child is the first process of.
    public struct Namespaces: OptionSet, Sendable {
        public let rawValue: Int32
        public init(rawValue: Int32) { self.rawValue = rawValue }

        /// The caller becomes uid 0 in it, the only uid there is.
        public static let user = Self(rawValue: 0x1000_0000)
        public static let pid = Self(rawValue: 0x2000_0000)
        public static let network = Self(rawValue: 0x4000_0000)
        public static let mount = Self(rawValue: 0x0002_0000)
    }

    public enum Stream: Sendable {
        case null
        case descriptor(Int32)
    }

    public struct Limit: Sendable {
        public var resource: Int32
        public var value: UInt

        public init(_ resource: Int32, _ value: UInt) { (self.resource, self.value) = (resource, value) }
        public static func openFiles(_ count: UInt) -> Self { Self(Int32(RLIMIT_NOFILE.rawValue), count) }
        public static let noCore = Self(Int32(RLIMIT_CORE.rawValue), 0)
    }

    /// A path, not searched for in PATH; `/proc/self/exe` is this very program.
    public var program: String
    /// Without the program's own name.
    public var arguments: [String]
    /// `NAME=value`; the caller's own by default.
    public var environment: [String]
    public var input = Stream.null
    public var output = Stream.descriptor(1)
    public var error = Stream.descriptor(2)
    /// Become 3, 4, … in the child and are announced as sd_listen_fds(3) wants it: LISTEN_FDS, LISTEN_PID and, when
    /// there are names, LISTEN_FDNAMES.
    public var sockets: [Int32] = []
    public var socketNames: [String] = []
    /// Follow the sockets: 3 + sockets.count, …
    public var descriptors: [Int32] = []
    public var directory: String?
    public var namespaces: Namespaces = []
    /// The network namespace to run in.
    public var network: Namespace?
    /// A folder that it sees as /var/tmp. For a process whose mounts are private (`Mounts.makePrivate`).
    public var temporary: String?
    public var limits: [Limit] = []
    /// Whom to become; ignored where a user namespace has one uid only. nil: stay.
    public var user: User?
    /// What is kept, over exec too; nil leaves the capabilities alone.
    public var capabilities: CapabilitySet?
    public var noNewPrivileges = false
    /// Sent to the child when the *thread* that started it ends: start it from one that lives as long as the process.
    public var parentDeathSignal: Int32?
    /// As likely to be ended as any other program when memory is short, whatever protects us.
    public var isOrdinaryForOOM = false
    public var newSession = false
    public var newGroup = false

    public init(_ program: String, _ arguments: [String] = []) {
        (self.program, self.arguments) = (program, arguments)
        environment = Self.ownEnvironment
    }

    public static var ownEnvironment: [String] {
        var lines: [String] = []
        var next = landfall_environment()
        while let place = next, let line = place.pointee {
            lines.append(String(cString: line))
            next = place + 1
        }
        return lines
    }

    /// Starts the program; returns when it runs. The error says which step failed: `exec /usr/sbin/bird: No such file or
    /// directory`.
    public func start() throws(SystemError) -> Process {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        guard null >= 0 else { throw SystemError("open", "/dev/null") }
        defer { close(null) }
        let table = [input, output, error].map { $0.descriptor(or: null) } + sockets + descriptors
        let words = CStrings([program] + arguments)
        let settings = CStrings(childEnvironment)
        let listenPID = sockets.isEmpty ? nil : settings.pointer(of: "LISTEN_PID=")
        let paths = CStrings([program, directory ?? "", temporary ?? ""])
        var order = landfall_spawn()
        order.program = paths.text(0)
        order.directory = directory == nil ? nil : paths.text(1)
        order.temporary = temporary == nil ? nil : paths.text(2)
        order.listen_pid = listenPID
        fill(&order)
        return try withExtendedLifetime(paths) { () throws(SystemError) in
            try run(&order, table: table, words: words, settings: settings)
        }
    }

    /// LISTEN_PID gets room for digits: the child alone knows its pid.
    private var childEnvironment: [String] {
        let kept = environment.filter { !$0.hasPrefix("LISTEN_") }
        if sockets.isEmpty { return kept }
        let names = socketNames.isEmpty ? [] : ["LISTEN_FDNAMES=" + socketNames.joined(separator: ":")]
        return kept + ["LISTEN_FDS=\(sockets.count)", "LISTEN_PID="] + names
    }

    private func fill(_ order: inout landfall_spawn) {
        order.namespaces = namespaces.rawValue
        order.network = network?.descriptor ?? -1
        order.no_new_privileges = noNewPrivileges
        order.ordinary_for_oom = isOrdinaryForOOM
        order.parent_death_signal = parentDeathSignal ?? 0
        order.new_session = newSession
        order.new_group = newGroup
        order.privileges = landfall_privileges(
            becoming: namespaces.contains(.user) ? nil : user, keeping: capabilities, ambient: true)
    }

    private func run(
        _ order: inout landfall_spawn, table: [Int32], words: CStrings, settings: CStrings
    ) throws(SystemError) -> Process {
        var failure = landfall_spawn_error()
        var pidfd: Int32 = -1
        let bounds = limits.map {
            landfall_limit(resource: $0.resource, value: rlimit(rlim_cur: $0.value, rlim_max: $0.value))
        }
        let pid = table.withUnsafeBufferPointer { table in
            bounds.withUnsafeBufferPointer { bounds in
                // SAFETY: all that `order` points to outlives the call, which returns after the child's exec.
                order.descriptors = table.baseAddress
                order.descriptor_count = Int32(table.count)
                order.limits = bounds.baseAddress
                order.limit_count = Int32(bounds.count)
                order.arguments = UnsafePointer(words.array)
                order.environment = UnsafePointer(settings.array)
                return withExtendedLifetime((words, settings)) { landfall_start(&order, &pidfd, &failure) }
            }
        }
        guard pid > 0 else { throw Self.describe(failure, of: self) }
        return Process(pid: pid, pidfd: pidfd)
    }

    private static func describe(_ failure: landfall_spawn_error, of spawn: Spawn) -> SystemError {
        let call =
            switch landfall_spawn_step(rawValue: UInt32(failure.step)) {
            case LANDFALL_SPAWN_FORK: "clone"
            case LANDFALL_SPAWN_MAP_USER: "map the user"
            case LANDFALL_SPAWN_SESSION: "setsid"
            case LANDFALL_SPAWN_DESCRIPTORS: "pass descriptors to"
            case LANDFALL_SPAWN_NETWORK: "setns"
            case LANDFALL_SPAWN_TEMPORARY: "mount"
            case LANDFALL_SPAWN_LIMITS: "setrlimit"
            case LANDFALL_SPAWN_DIRECTORY: "chdir"
            case LANDFALL_SPAWN_PRIVILEGES: "drop privileges of"
            case LANDFALL_SPAWN_PARENT: "outlive the parent of"
            default: "exec"
            }
        let subject =
            switch call {
            case "chdir": spawn.directory
            case "mount": spawn.temporary
            default: nil as String?
            }
        return SystemError(call, subject ?? spawn.program, code: failure.code)
    }
}

extension Spawn.Stream {
    fileprivate func descriptor(or null: Int32) -> Int32 {
        switch self {
        case .null: null
        case .descriptor(let descriptor): descriptor
        }
    }
}
