public import Glibc
import Synchronization

/// A program that was started here. It is stopped by its own id: by `stop`, or when nobody holds it any longer, which is
/// what happens when a test fails.
public final class Child: Sendable {
    public let id: pid_t
    public let name: String
    /// A file that gets what the program writes, data and talk alike.
    public let log: String
    private let ended = Mutex<Ending?>(nil)

    /// How a program ended: its exit status, or the signal that killed it as 128 + number, as shells count.
    public struct Ending: Sendable, Equatable {
        public var status: Int32
    }

    /// - Parameter inherited: descriptors of ours that become its 3, 4, …
    public init(_ command: [String], log: String, inherited: [Int32] = []) throws(PeerError) {
        name = command.first.map { String($0.split(separator: "/").last ?? "") } ?? ""
        self.log = log
        id = try Self.spawn(command, log: log, inherited: inherited)
    }

    deinit {
        guard poll() == nil else { return }
        kill(id, SIGKILL)
        var status: Int32 = 0
        while waitpid(id, &status, 0) == -1, errno == EINTR {}
    }

    public var isRunning: Bool { poll() == nil }

    public var output: String { readFile(log) ?? "" }

    /// Does nothing when the program has ended: its id may be someone else's by then.
    public func signal(_ number: Int32) {
        ended.withLock { ending in
            Self.reap(id, &ending)
            if ending == nil { kill(id, number) }
        }
    }

    /// Ends the program, by force when it takes longer than 15 s.
    public func stop() async {
        signal(SIGCONT)
        signal(SIGTERM)
        if (try? await wait(.seconds(15))) != nil { return }
        signal(SIGKILL)
        _ = try? await wait()
    }

    @discardableResult
    public func wait(_ limit: Duration = patience) async throws(PeerError) -> Ending {
        var ending: Ending?
        try await eventually("\(name) ends", within: limit) {
            ending = poll()
            return ending != nil
        }
        guard let ending else { throw PeerError("\(name) has not ended") }
        return ending
    }

    private func poll() -> Ending? {
        ended.withLock { ending in
            Self.reap(id, &ending)
            return ending
        }
    }

    private static func reap(_ id: pid_t, _ ending: inout Ending?) {
        guard ending == nil else { return }
        var status: Int32 = 0
        guard waitpid(id, &status, WNOHANG) == id else { return }
        let signal = status & 0x7f
        ending = Ending(status: signal == 0 ? (status >> 8) & 0xff : 128 + signal)
    }

    private static func spawn(_ command: [String], log: String, inherited: [Int32]) throws(PeerError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, log, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        for (place, descriptor) in inherited.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(3 + place))
        }
        posix_spawn_file_actions_addclosefrom_np(&actions, Int32(3 + inherited.count))

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

        var id: pid_t = 0
        let arguments = command.map { strdup($0) }
        defer { arguments.forEach { free($0) } }
        let error = posix_spawnp(&id, command.first ?? "", &actions, &attributes, arguments + [nil], environ)
        guard error == 0 else {
            throw PeerError("cannot start \(command.first ?? "nothing"): \(String(cString: strerror(error)))")
        }
        return id
    }
}
