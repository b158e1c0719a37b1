import Glibc

/// A network namespace with loopback up and a folder of its own, for programs that must not meet anybody else's traffic.
/// Both end with it.
///
/// The namespace is held by a child that reads from this process: however this process ends, its end closes, the child
/// ends, and the kernel removes the namespace once the programs in it are gone.
public final class Sandbox: Sendable {
    /// Empty at first, removed at the end.
    public let folder: String
    /// Nil: programs run in the namespace that we are in.
    private let holder: Child?
    private let lifeline: Int32

    /// What a sandbox needs and this machine lacks, with the remedy; nil when one can be made. For
    /// `.enabled(if: Sandbox.lack == nil, Sandbox.reason)`.
    public static let lack: String? = {
        if let missing = Program.lack("ip", "nsenter", "unshare") { return missing }
        let probe = try? Child(Sandbox.unshare + ["true"], log: "/dev/null")
        var status: Int32 = -1
        guard let probe, waitpid(probe.id, &status, 0) == probe.id, status == 0 else {
            return "needs network namespaces: run as root, or allow them with sysctl kernel.unprivileged_userns_clone=1"
        }
        return nil
    }()

    /// - Parameter fresh: false for programs that may run in the namespace that we are in, as when a whole benchmark
    ///   runs in one of its own.
    public init(fresh: Bool = true) async throws(PeerError) {
        guard fresh else {
            (folder, holder, lifeline) = (try makeFolder(), nil, -1)
            return
        }
        if let lack = Self.lack { throw PeerError(lack) }
        folder = try makeFolder()
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)  // Glibc shows no pipe2 to Swift
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw PeerError("no pair of sockets: \(String(cString: strerror(errno)))")
        }
        defer { close(ends[0]) }
        lifeline = ends[1]
        // Without the first step, an IPv6 address is unusable for its first second or two.
        let script = """
            for each in all default; do echo 0 >/proc/sys/net/ipv6/conf/$each/accept_dad; done
            "$0" link set lo up && echo up && exec cat 0<&3 3<&-
            """
        let holder = try Child(
            Sandbox.unshare + ["sh", "-c", script, try Program.find("ip")], log: folder + "/namespace.log",
            inherited: [ends[0]])
        try await eventually("a network namespace comes up") { holder.output == "up\n" }
        self.holder = holder
    }

    deinit {
        if lifeline >= 0 { close(lifeline) }
        removeFolder(folder)
    }

    /// Its network namespace, as a file of /proc, for whoever makes sockets in it.
    public var networkPath: String { "/proc/\(holder.map { "\($0.id)" } ?? "self")/ns/net" }

    /// A command that runs in here, for whoever starts it by other means. Its process id is the program's own.
    public func command(_ program: String, _ arguments: [String] = []) throws(PeerError) -> [String] {
        guard let holder else { return [try Program.find(program)] + arguments }
        let user = geteuid() == 0 ? [] : ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", "\(holder.id)", "--net"] + user + ["--", try Program.find(program)] + arguments
    }

    /// Starts a program by its name or path. It ends when nobody holds the child any longer.
    ///
    /// - Parameter core: the number of the only processor on which it and what it starts may run.
    public func start(
        _ program: String, _ arguments: [String] = [], core: Int? = nil
    ) throws(PeerError) -> Child {
        let name = program.split(separator: "/").last ?? ""
        let pinned = try Self.pinning(core) + command(program, arguments)
        return try Child(pinned, log: "\(folder)/\(name)-\(serial()).log")
    }

    /// What stands before a command that is kept on one processor.
    static func pinning(_ core: Int?) throws(PeerError) -> [String] {
        guard let core else { return [] }
        return [try Program.find("taskset"), "--cpu-list", "\(core)"]
    }

    /// Runs a program to its end.
    public func run(
        _ program: String, _ arguments: [String] = [], within limit: Duration = patience, core: Int? = nil
    ) async throws(PeerError) -> (status: Int32, output: String) {
        let child = try start(program, arguments, core: core)
        let ending = try await child.wait(limit)
        return (ending.status, child.output)
    }

    /// `ip …` in here, which has to succeed.
    public func ip(_ words: String) async throws(PeerError) {
        let (status, output) = try await run("ip", words.split(separator: " ").map(String.init))
        guard status == 0 else { throw PeerError("ip \(words): \(output)") }
    }

    /// A cable to another sandbox, up at both ends, with the addresses given (as `192.0.2.1/24`).
    public func connect(
        to other: Sandbox, as name: String, _ mine: [String], otherwise otherName: String, _ theirs: [String]
    ) async throws(PeerError) {
        guard let far = other.holder?.id else { throw PeerError("a cable wants a fresh sandbox at its other end") }
        try await ip("link add name \(name) type veth peer name \(otherName) netns \(far)")
        for (sandbox, link, addresses) in [(self, name, mine), (other, otherName, theirs)] {
            for address in addresses {
                try await sandbox.ip("addr add \(address) dev \(link)" + (address.contains(":") ? " nodad" : ""))
            }
            try await sandbox.ip("link set dev \(link) up")
        }
    }

    private static let unshare = ["unshare", "--net"] + (geteuid() == 0 ? [] : ["--user", "--map-root-user"]) + ["--"]
}
