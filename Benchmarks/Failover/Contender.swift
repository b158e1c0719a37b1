import Glibc
import Peers

/// Who announces. Each is started with NSD beside it, except for Landfall's own server, which is listed and not judged:
/// there the agent starts what serves.
enum Contender: String, CaseIterable, Sendable {
    case landfall = "landfall"
    case anycast = "BIRD + anycast-healthchecker"
    case exabgp = "ExaBGP"
    case ownServer = "landfall with its own server"

    static let peers: [Contender] = [.anycast, .exabgp]

    /// How often it checks, in seconds: what a failure's phase is a part of.
    func period(_ setting: Setting) -> Double {
        switch (setting, self) {
        case (.same, _): 0.2
        case (.defaults, .landfall), (.defaults, .ownServer): 1
        case (.defaults, .anycast): 10
        case (.defaults, .exabgp): 5
        }
    }

    func start(in field: Field, _ setting: Setting) async throws -> Announcer {
        switch self {
        case .landfall, .ownServer: try await startLandfall(in: field, setting)
        case .anycast: try await startAnycast(in: field, setting)
        case .exabgp: try await startExaBGP(in: field, setting)
        }
    }

    private func startLandfall(in field: Field, _ setting: Setting) async throws -> Announcer {
        let isOwn = self == .ownServer
        let nsd = isOwn ? nil : try await field.startNSD()
        let name = "\(field.host.folder)/landfall-\(Client.now())"
        let text = Self.landfall(setting, zone: isOwn ? "example.org.zone" : nil)
        try writeFile(name + ".yaml", text)
        let agent = try field.host.start(
            Landfall.path,
            [
                "run", name + ".yaml", "--site", "fra", "--quiet", "--socket", name + ".socket", "--state",
                name + ".state", "--events", name + ".events",
            ])
        let itself: @Sendable () -> [ProcessRecord] = { family(of: agent.id).filter { $0.id == agent.id } }
        return Announcer(
            roots: [agent],
            service: { nsd.map { family(of: $0.child.id) } ?? family(of: agent.id).filter { $0.id != agent.id } },
            announcer: itself, checker: itself, text: text, holds: nsd.map { [$0] } ?? [])
    }

    private func startAnycast(in field: Field, _ setting: Setting) async throws -> Announcer {
        let nsd = try await field.startNSD()
        let peer = try await AnycastHealthchecker(
            in: field.host, session: Field.session, check: try Self.check(setting))
        return Announcer(
            roots: [peer.bird.child, peer.child], service: { family(of: nsd.child.id) },
            announcer: { family(of: peer.bird.child.id) },
            checker: { family(of: peer.child.id).filter { $0.id == peer.child.id } },
            text: peer.birdConfiguration + "\n" + peer.configuration, holds: [nsd, peer],
            hurry: { peer.child.signal(SIGURG) })
    }

    private func startExaBGP(in field: Field, _ setting: Setting) async throws -> Announcer {
        let nsd = try await field.startNSD()
        let peer = try await ExaBGP(in: field.host, session: Field.session, check: try Self.check(setting))
        return Announcer(
            roots: [peer.child], service: { family(of: nsd.child.id) },
            announcer: { family(of: peer.child.id).filter { $0.id == peer.child.id } },
            checker: { peer.healthcheck }, text: peer.configuration, holds: [nsd, peer])
    }

    /// One question by dig, which gives up after a second where nobody stops it earlier.
    static func check(_ setting: Setting, dig: String? = nil) throws -> HealthCommand {
        let command = "\(try dig ?? Program.find("dig")) +tries=1 +time=1 @\(Field.address) www.example.org A"
        return switch setting {
        case .same: HealthCommand(command, interval: 0.2, timeout: 0.2, rise: 2, fall: 2)
        case .defaults: HealthCommand(command)
        }
    }

    /// In (a) without hold-down, which the others don't have; each run has an agent without a past, so that no penalty
    /// counts.
    static func landfall(_ setting: Setting, zone: String?) -> String {
        let times = setting == .same ? ", every: 200ms, timeout: 200ms, rise: 2, fall: 2" : ""
        let serve = zone.map { "\n    serve: {dns: {zones: [\($0)]}}" } ?? ""
        return """
            network: {name: failover, asn: 65000, prefixes: [203.0.113.53/32], hold-time: 3s}
            sites:
              fra:
                place: FRA
                hosts: {fra1: {unicast: 192.0.2.2}}
                neighbors: [{name: edge, address: 192.0.2.1, asn: 64501, role: provider}]
            services:
              dns:
                addresses: [\(Field.address)]\(serve)
                checks: [{dns: {name: www.example.org, type: A}\(times)}]
            \(setting == .same ? "announce: {hold-down: 0s}\n" : "")
            """
    }
}

/// A contender that runs at the host: its processes, by what they do.
struct Announcer: Sendable {
    /// What it consists of, without the service.
    var roots: [Child]
    var service, announcer, checker: @Sendable () -> [ProcessRecord]
    /// The configuration it runs with.
    var text: String
    /// What ends when nobody holds it.
    var holds: [any Sendable] = []
    /// Has it check at once, so that it announces sooner after its start.
    var hurry: @Sendable () -> Void = {}

    /// Waits for what comes of its start.
    func hurried<T>(_ work: () async throws -> T) async throws -> T {
        let hurrying = Task {
            while !Task.isCancelled {
                hurry()
                try await Task.sleep(for: .milliseconds(300))
            }
        }
        defer { hurrying.cancel() }
        return try await work()
    }

    /// Whom the failure meets, and the signal that does it.
    func victims(of failure: Failure) -> ([ProcessRecord], Int32) {
        switch failure {
        case .serviceHung: (service(), SIGSTOP)
        case .serviceKilled: (service(), SIGKILL)
        case .announcerKilled: (announcer(), SIGKILL)
        case .announcerStopped: (announcer(), SIGSTOP)
        case .checkerKilled: (checker(), SIGKILL)
        case .checkerStopped: (checker(), SIGSTOP)
        }
    }

    /// Every process of it and of the service.
    func processes() -> [ProcessRecord] { Array(Set(roots.flatMap { family(of: $0.id) } + service())) }

    /// What has been started, and what those have started since.
    func end(_ known: [ProcessRecord]) async {
        for process in Set(known + processes()) { process.signal(SIGKILL) }
        for root in roots { _ = try? await root.wait(.seconds(5)) }
    }
}
