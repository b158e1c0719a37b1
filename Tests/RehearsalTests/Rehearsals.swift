import Foundation
import Glibc
import Peers
import Testing

/// What `landfall rehearse --json` said, and how it ended.
struct Rehearsed {
    var status: Int32
    var report: Report?
    /// What went to stdout and to stderr.
    var output: String
    var talk: String

    /// Every expectation was met that is not a bound on a time.
    var wasOnlyLate: Bool {
        let failures = report?.steps.flatMap(\.failures) ?? []
        return !failures.isEmpty
            && failures.allSatisfy { failure in
                ["median outage ", "longest outage ", "a query sent after "].contains { failure.hasPrefix($0) }
                    || failure.contains(" slower than before, ")
            }
    }
}

struct Report: Decodable {
    var schema: String
    var ok: Bool
    var router: String
    var mraiMilliseconds: Double
    var routesAfterMilliseconds: Double
    var landings: [Landing]
    var steps: [Step]
    var relay: Relay
    var plan: Plan

    struct Relay: Decodable { var frames, dropped: Int }

    struct Plan: Decodable {
        var tieBreak: String
        var compared, asPlanned, ties, pathsAsPlanned: Int
        var differences: [Difference]
        var notCompared: [NotCompared]
    }

    struct Difference: Decodable {
        var after: String?
        var client: String
        var asn: UInt32
        var family: String
        var site: String?
        var plannedSite: String?
        var plannedPath: [UInt32]
        var text: String
    }

    struct NotCompared: Decodable {
        var after: String?
        var reason: String
    }

    struct Landing: Decodable {
        var client: String
        var site: String?
        var family: String
        var rttMilliseconds: Double?
        var asPath: [UInt32]
        var tcpSite: String?
        var hosts: [String]
    }

    struct Step: Decodable {
        var name: String
        var kind: String
        var target: String?
        var ok: Bool
        var affected: Int
        var medianOutageMilliseconds: Double?
        var maxOutageMilliseconds: Double?
        var queries: Int
        var lost, lostElsewhere: Int
        var lastLostMilliseconds: Double?
        var connections: Int
        var connectionsBroken: Int
        var withdrawn: Bool?
        var withdrawalReason: String?
        var routes: [Route]
        var checks: Checks?
        var drain: Drain?
        var flood: Flood?
        var disturbed: [String]
        var failures: [String]
        var clients: [Client]
    }

    struct Route: Decodable {
        var host: String
        var neighbor: String
        var prefix: String
        var withdrawals, announcements, changes: Int
    }

    struct Checks: Decodable {
        var made, failed, verdicts: Int
        var degraded: Bool
    }

    struct Drain: Decodable {
        var effect: String
        var stage: String
        var share: Double?
        var arriving, arrivedBefore: Int
    }

    struct Flood: Decodable {
        var client: String
        var sent: Int
        var limit: Int
    }

    struct Client: Decodable {
        var client: String
        var family: String
        var before: String?
        var after: String?
        var hostsBefore, hostsAfter: [String]
        var lost, lostElsewhere: Int
        var recovered: Bool
        var outageMilliseconds: Double?
        var returnMilliseconds: Double?
        var movedMilliseconds: Double?
        var connection: String?
        var rttBeforeMilliseconds: Double?
        var slowestMilliseconds: Double?
    }

    func step(_ name: String) -> Step? { steps.first { $0.name == name } }
}

/// Whom a rehearsal runs as.
enum Who: String, Sendable, CustomTestStringConvertible {
    case root, ordinary
    var testDescription: String { self == .root ? "root" : "an ordinary user" }

    /// In front of a command.
    var prefix: [String] {
        self == .root || geteuid() != 0 ? [] : ["setpriv", "--reuid", "12345", "--regid", "12345", "--clear-groups"]
    }

    /// Why this machine can't; nil when it can.
    var lack: String? {
        switch self {
        case .root: return geteuid() == 0 ? Landfall.lack("bird") : "needs root"
        case .ordinary:
            let folders = [Landfall.path, Program.tree].map { URL(filePath: $0).deletingLastPathComponent().path }
            let trial =
                prefix + ["unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--mount-proc", "ls"]
                + folders
            guard let child = try? Child(trial, log: "/dev/null") else { return "needs setpriv and unshare" }
            var status: Int32 = -1
            guard waitpid(child.id, &status, 0) == child.id, status == 0 else {
                return "an ordinary user can't have user namespaces here, or can't read \(folders[0])"
            }
            return Landfall.lack("bird")
        }
    }
}

/// At most this many at a time: each has a dozen routers, and this machine may have two processors.
actor Turns {
    static let shared = Turns(3)
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    /// The longest ones are `first`, or everybody waits for them in the end.
    func take(first: Bool) async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.insert($0, at: first ? 0 : waiting.count) }
        }
    }

    func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

/// Holds rehearsals with the built program, in a folder of their own.
final class Rehearsals: Sendable {
    let folder: String

    init() throws {
        folder = try makeFolder()
        chmod(folder, 0o755)
        let zone = try String(contentsOf: URL(filePath: Self.examples + "/zones/example.org.zone"), encoding: .utf8)
        try writeFile(folder + "/example.org.zone", zone)
        chmod(folder + "/example.org.zone", 0o644)
    }

    deinit { removeFolder(folder) }

    static let examples = Repository.root + "/examples"

    func file(_ name: String, _ text: String) throws -> String {
        try writeFile("\(folder)/\(name)", text)
        chmod("\(folder)/\(name)", 0o644)
        return "\(folder)/\(name)"
    }

    /// A rehearsal that is under way; its talk goes to `log + ".talk"`.
    func start(_ arguments: [String], as who: Who = .root) throws -> Child {
        let log = "\(folder)/\(UUID().uuidString)"
        let shell = ["sh", "-c", "exec \"$0\" \"$@\" 2>\"\(log).talk\""]
        let environment = ["env", "XDG_RUNTIME_DIR=\(folder)", "LANDFALL_PEERS=\(Program.tree)"]
        return try Child(shell + who.prefix + environment + [Landfall.path, "rehearse"] + arguments, log: log)
    }

    func run(
        _ arguments: [String], as who: Who = .root, first: Bool = false, turns: Int = 1,
        within limit: Duration = .seconds(240)
    ) async throws -> Rehearsed {
        for _ in 0..<turns { await Turns.shared.take(first: first) }
        let result: Result<Rehearsed, any Error>
        do { result = .success(try await finish(try start(arguments, as: who), within: limit)) } catch {
            result = .failure(error)
        }
        for _ in 0..<turns { await Turns.shared.give() }
        return try result.get()
    }

    /// Once more when nothing but bounds on times was exceeded: on a busy machine somebody may have been late. What is too
    /// slow is too slow twice, and nothing else gets a second chance.
    func runOnTime(_ arguments: [String], first: Bool = false) async throws -> Rehearsed {
        let rehearsed = try await run(arguments, first: first)
        return rehearsed.wasOnlyLate ? try await run(arguments, first: first) : rehearsed
    }

    func finish(_ child: Child, within limit: Duration = .seconds(240)) async throws -> Rehearsed {
        let ending = try await child.wait(limit)
        let output = child.output
        return Rehearsed(
            status: ending.status, report: try? JSONDecoder().decode(Report.self, from: Data(output.utf8)),
            output: output, talk: readFile(child.log + ".talk") ?? "")
    }
}

/// Processes in whose command line the word stands.
func processes(with word: String) -> [Int32] {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return all.compactMap { Int32($0) }.filter { pid in
        pid != getpid()
            && (try? String(contentsOf: URL(filePath: "/proc/\(pid)/cmdline"), encoding: .utf8))?.contains(word) == true
    }
}
