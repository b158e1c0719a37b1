import Glibc
import Peers
import Testing

/// What fails at every site at once takes none of them off the Internet: two agents of two sites, each beside a router.
@Suite("A shared cause", .enabled(if: Landfall.lack("bird", "nsd") == nil, "\(Landfall.lack("bird", "nsd") ?? "")"))
struct SharedCauseTests {
    private struct Place: Sendable {
        var rig: Rig
        var bird: BIRD
        var agent: Child
    }

    private func places(_ check: String) async throws -> [Place] {
        var options = Rig.Options()
        options.hasTwoSites = true
        options.checks += "\n      - " + check
        var places: [Place] = []
        for site in ["fra", "ams"] {
            options.site = site
            let rig = try await Rig(options)
            let bird = try await rig.startBIRD()
            places.append(Place(rig: rig, bird: bird, agent: try rig.startAgent()))
        }
        return places
    }

    /// `begin` makes it fail at both, `end` ends that.
    private func run(
        _ places: [Place], _ alarm: String, begin: () async throws -> Void, end: () async throws -> Void
    ) async throws {
        for place in places {
            try await place.rig.announced(at: place.bird)
            try await place.rig.hasNoAlarm()
        }
        try await begin()
        for place in places {
            for address in ["203.0.113.53", "2001:db8:113::53"] {
                // That a check can't be made is an alarm after ten seconds.
                try await place.rig.seen("\(address) \(alarm)")
                try await eventually("one alarm for \(address)") {
                    try await place.rig.alarms().count { $0.contains("at \(address) ") } == 1
                }
            }
            try await place.rig.announced(at: place.bird)
        }
        try await end()
        for place in places {
            try await eventually("all is over") {
                let lines = (readFile(place.rig.events) ?? "").split(separator: "\n").filter { $0.contains(alarm) }
                let opened = lines.count { $0.contains("\"event\":\"alarm\"") }
                return opened >= 2 && opened == lines.count { $0.contains("\"event\":\"alarm-resolved\"") }
            }
            try await place.rig.hasNoAlarm()
            #expect(!place.rig.has("withdrawn"))
            try await place.rig.announced(at: place.bird)
            await place.agent.stop()
        }
    }

    private static let shared = "is degraded or fails, as it would at every site"
    private static let times = "every: 500ms, timeout: 500ms, rise: 1, fall: 2, lease: 5s"

    @Test("rule 3: a shared program that fails withdraws no site; an alarm at each, resolved when it is over")
    func program() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let judge = try scripts.judge()
        let places = try await places(
            "{exec: {run: [\(judge)]}, every: 1s, timeout: 1s, rise: 1, fall: 2, lease: 5s, reach: shared}")
        try await run(places, Self.shared) {
            try scripts.set(2)
        } end: {
            try scripts.set(0)
        }
    }

    @Test(
        "rule 2: a local program that vanishes everywhere withdraws no site; an alarm at each, resolved when it is back"
    )
    func vanished() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let judge = try scripts.judge()
        let places = try await places("{exec: {run: [\(judge)]}, every: 1s, timeout: 1s, rise: 1, fall: 2, lease: 5s}")
        try await run(places, "can't be made: its last verdict stands") {
            rename(judge, judge + ".away")
        } end: {
            rename(judge + ".away", judge)
        }
    }

    @Test("rule 2: a local program that exits with 127 everywhere withdraws no site")
    func exits127() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let judge = try scripts.judge()
        let places = try await places("{exec: {run: [\(judge)]}, every: 1s, timeout: 1s, rise: 1, fall: 2, lease: 5s}")
        try await run(places, "can't be made: its last verdict stands") {
            try scripts.set(127)
        } end: {
            try scripts.set(0)
        }
    }

    @Test(
        "rule 3: several names of a shared check that are all dead withdraw no site; an alarm at each, resolved in the end"
    )
    func names() async throws {
        let places = try await places(
            "{dns: {names: [www.one.test, www.two.test], type: A, port: 5353}, \(Self.times), reach: shared}")
        var servers: [NSD] = []
        for place in places { servers.append(try await resolver(at: place.rig)) }
        try await run(places, Self.shared) {
            for server in servers { await server.stop() }
        } end: {
            servers = []
            for place in places { servers.append(try await resolver(at: place.rig)) }
        }
        for server in servers { await server.stop() }
    }

    /// Answers for both names at the service's addresses, once the agent has put them there.
    private func resolver(at rig: Rig) async throws -> NSD {
        try await eventually("the addresses") {
            try await rig.addresses().contains("2001:db8:113::53")
        }
        let zones = try ["one.test", "two.test"].map { name in
            let file = "\(rig.host.folder)/\(name).zone"
            try writeFile(
                file,
                "$ORIGIN \(name).\n$TTL 1\n@ SOA ns hostmaster 1 60 60 60 1\n  NS ns\nns A 192.0.2.1\nwww A 192.0.2.80\n"
            )
            return (name: name, file: file)
        }
        return try await NSD(in: rig.host, addresses: ["203.0.113.53", "2001:db8:113::53"], port: 5353, zones: zones)
    }
}
