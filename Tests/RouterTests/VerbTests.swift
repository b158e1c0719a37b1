import Control
import FoundationEssentials
import Glibc
import Loop
import Net
import Peers
import Router
import Testing

@testable import landfall

@Suite("routes, neighbors and explain", .enabled(if: access(Landfall.path, X_OK) == 0, "needs \(Landfall.path)"))
struct VerbTests {
    private struct Counted: Decodable { var count: Int }

    @Test("routes shows rows that line up, lines of JSON, or a count; of one prefix all its paths")
    func routes() async throws {
        let router = try await StandIn.router(SeeingTests.world())
        let best = try router.landfall("routes")
        let rows = best.output.split(separator: "\n")
        #expect(best.exit == 0 && best.talk.isEmpty && rows.count == 4, "\(best)")
        #expect(rows[0].hasPrefix("PREFIX") && rows[2].hasPrefix("203.0.113.0/24  transit-b"))
        let column = rows[0].split(separator: "AS PATH", maxSplits: 1)[0].count
        #expect(rows[2].dropFirst(column).hasPrefix("64502 64511 64510 i"))
        let paths = try router.landfall("routes", "203.0.113.53")
        #expect(paths.output.contains("lost to transit-b: lower local preference") && paths.output.contains("STATE"))
        #expect(try router.landfall("routes", "--count", "--all").output == "6\n")
        let lines = try router.landfall("routes", "--all", "--json").output.split(separator: "\n")
        let read = try lines.map { try JSON.decode(Array($0.utf8)) as RouteAnswer }
        #expect(read.count == 6 && read.allSatisfy { $0.schema == RouteAnswer.schema })
        let two = try router.landfall("routes", "--all", "--json", "--limit", "2")
        #expect(two.output == lines[..<2].joined(separator: "\n") + "\n")
        #expect(two.talk == "There are more: --limit 2 leaves them out.\n")
        #expect(try router.landfall("routes", "--all", "--limit", "6").talk.isEmpty)
        #expect(try router.landfall("routes", "203.0.113.53", "--limit", "1").talk.contains("There are more"))
        let count = try router.landfall("routes", "--filtered", "transit-b", "--count", "--json")
        #expect(
            try (JSON.decode(Array(count.output.utf8)) as Counted).count == 1 && !count.output.contains("\"routes\""))
        let none = try router.landfall("routes", "198.18.0.0/15")
        #expect(none.exit == 1 && none.output.isEmpty && none.talk == "There is no such route.\n")
        await router.stop()
    }

    @Test("thousands of routes come page by page, all of them and in order, and a reader who has seen enough may go")
    func many() async throws {
        let world = Onlooking()
        let id = world.add("a", 64501)
        for number in 0..<2600 { world.announce("10.\(number / 256).\(number % 256).0/24", [64501], from: id) }
        let router = try await StandIn.router(world)
        let rows = try router.landfall("routes").output.split(separator: "\n").dropFirst()
        #expect(rows.count == 2600)
        #expect(
            rows.compactMap { $0.split(separator: " ").first } == (0..<2600).map { "10.\($0 / 256).\($0 % 256).0/24" })
        let starts = rows.map { row in
            row.utf8.count - (row.firstRange(of: "64501 i").map { row[$0.lowerBound...].utf8.count } ?? 0)
        }
        #expect(Set(starts.dropFirst(500)).count == 1, "columns line up over pages, once the longest has been seen")
        let head = try router.shell("$L routes --json --socket $S | head -1")
        #expect(head.exit == 0 && head.talk.isEmpty && head.output.count { $0 == "\n" } == 1)
        #expect(try router.landfall("routes", "--count").output == "2600\n")
        await router.stop()
    }

    @Test("what is wrong with a question is said, with exit code 2")
    func slips() async throws {
        let router = try await StandIn.router(SeeingTests.world())
        let cases: [([String], String)] = [
            (
                ["routes", "203.0.113"],
                "routes: \"203.0.113\" should be a prefix, such as 203.0.113.0/24, or an address"
            ),
            (
                ["routes", "203.0.113.0/23"],
                "routes: \"203.0.113.0/23\" has host bits set: 203.0.112.0/23 is the network"
            ),
            (["explain", "203.0.113.0/23"], "explain: \"203.0.113.0/23\" has host bits set"),
            (["routes", "--within"], "routes: --within wants a prefix"),
            (
                ["routes", "203.0.113.53", "--within"],
                "routes: --within wants a prefix, and 203.0.113.53 is an address"
            ),
            (["routes", "--best", "--all"], "routes: --best and --all exclude each other"),
            (["routes", "--asn", "x"], "routes: --asn \"x\" should be an AS number"),
            (["routes", "--asn", "0"], "should be an AS number from 1 to 4294967295"),
            (["routes", "--community", "x"], "routes: --community \"x\" should be a community"),
            (["routes", "--limit", "0"], "routes: --limit \"0\" should be how many"),
            (["routes", "--sent", "transit-c"], "did you mean \"transit-a\"?"),
            (["neighbors", "transit-c"], "did you mean \"transit-a\"?"),
        ]
        for (arguments, text) in cases {
            let (exit, output, talk) = try router.shell("$L \(arguments.joined(separator: " ")) --socket $S")
            #expect(exit == 2 && output.isEmpty && talk.contains(text), "\(arguments): \(talk)")
        }
        let nobody = try router.shell("$L routes --socket /nowhere/control")
        await router.stop()
        #expect(nobody.exit == 3 && nobody.talk.contains("--socket says where its socket is"))
    }

    @Test("neighbors shows all sessions, or all of one")
    func neighbors() async throws {
        let router = try await StandIn.router(SeeingTests.world())
        let all = try router.landfall("neighbors")
        let rows = all.output.split(separator: "\n")
        #expect(all.exit == 0 && rows.count == 5 && rows[4].contains("connect: Connection refused"), "\(all)")
        let one = try router.landfall("neighbors", "transit-b").output
        #expect(
            one.contains("may send 4 (50 % used)") && one.contains("only the neighbor: ipv6 unicast, graceful restart"))
        let document: NeighborsAnswer = try JSON.decode(Array(try router.landfall("neighbors", "--json").output.utf8))
        #expect(document.neighbors.count == 4)
        await router.stop()
    }

    @Test("explain tells the story of a prefix, and says so with exit code 1 where there is none")
    func explain() async throws {
        let router = try await StandIn.router(SeeingTests.world())
        let story = try router.landfall("explain", "203.0.113.0/24")
        #expect(
            story.exit == 0
                && story.output.hasPrefix("203.0.113.0/24: by transit-b, the best of 2 paths; told to 1 of 4"))
        #expect(try router.landfall("explain", "8.8.8.8").exit == 1)
        let document: PrefixAnswer = try JSON.decode(
            Array(try router.landfall("explain", "203.0.113.53", "--json").output.utf8))
        #expect(document.prefix == "203.0.113.0/24")
        #expect(try router.landfall("explain", "LF-A401").output.hasPrefix("LF-A401"), "codes need no router")
        await router.stop()
    }

    @Test("at an agent, neighbors are its sessions, explain is why it announces, and there are no routes")
    func agent() async throws {
        let agent = try await StandIn.agent(Self.status)
        let sessions = try agent.landfall("neighbors")
        #expect(
            sessions.output.contains("r4") && sessions.output.contains("ipv6 is ignored until the session is reset"))
        let one = try agent.landfall("neighbors", "r4").output
        #expect(one.contains("both: route refresh") && one.contains("ipv4: told 1") && !one.contains("Policies"))
        #expect(try agent.landfall("neighbors", "r9").exit == 2)
        let story = try agent.landfall("explain", "203.0.113.53")
        #expect(story.exit == 0 && story.output.contains("203.0.113.53 is in 203.0.113.0/24: announced"), "\(story)")
        #expect(story.output.contains("r4") && story.output.contains("told: prepend 2"))
        let other = try agent.landfall("explain", "198.51.100.1")
        #expect(other.exit == 2 && other.talk.contains("there are 203.0.113.0/24"))
        let routes = try agent.landfall("routes")
        #expect(routes.exit == 2 && routes.talk.contains("is an agent, which keeps no routes"))
        await agent.stop()
    }

    @Test("who isn't told of a socket finds the one that somebody answers on, and none that was left behind")
    func sockets() async throws {
        let agent = try await StandIn.agent(Self.status)
        let router = agent.folder + "/router"
        defer { unlink(router) }
        #expect(RouterSocket.path(orOfAgent: agent.socket) == agent.socket)
        do {
            let listening = try Socket.listen(unix: router)
            #expect(RouterSocket.path(orOfAgent: agent.socket) == router)
            #expect(RouterSocket.pathForOrders(orOfAgent: agent.socket) == agent.socket)
            #expect(RouterSocket.pathForOrders(orOfAgent: agent.folder + "/x/control") == agent.folder + "/x/control")
            unlink(agent.folder + "/control")
            #expect(RouterSocket.pathForOrders(orOfAgent: agent.socket) == router)
            withExtendedLifetime(listening) {}
        }
        #expect(access(router, F_OK) == 0, "left behind")
        let other = try await StandIn.agent(Self.status)
        #expect(rename(other.socket, agent.socket) == 0)
        #expect(RouterSocket.path(orOfAgent: agent.socket) == agent.socket)
        await other.stop()
        unlink(router)
        await agent.stop()
    }

    static var status: Status {
        var status = Status()
        (status.network, status.site, status.host, status.time) = ("example", "fra", "fra1", "2026-03-01T03:12:00.000Z")
        var neighbor = Status.Neighbor()
        (neighbor.name, neighbor.address, neighbor.asn) = ("r4", "192.0.2.1", 64500)
        (neighbor.state, neighbor.since) = ("Established", "2026-03-01T03:10:00.000Z")
        (neighbor.families, neighbor.disabledFamilies) = (["ipv4", "ipv6"], ["ipv6"])
        var capabilities = SessionCapabilities()
        capabilities.both = ["route refresh"]
        neighbor.capabilities = capabilities
        var told = Status.Advertised()
        (told.prefix, told.prepend) = ("203.0.113.0/24", 2)
        neighbor.advertised = [told]
        status.neighbors = [neighbor]
        var prefix = Status.Prefix()
        (prefix.prefix, prefix.state, prefix.level) = ("203.0.113.0/24", "announced", "degraded")
        (prefix.reason, prefix.since) = ("degraded: slow", "2026-03-01T03:11:00.000Z")
        var route = Status.Prefix.Route()
        (route.neighbor, route.level) = ("r4", "degraded")
        prefix.routes = [route]
        status.prefixes = [prefix]
        return status
    }
}

/// Screens as files under `Tests/RouterTests/Screens`; LANDFALL_RECORD=1 writes them anew.
@Suite("What routes, neighbors and explain show")
struct ScreenTests {
    private func expect(_ text: String, toBe name: String) throws {
        let path = "Tests/RouterTests/Screens/\(name).txt"
        if getenv("LANDFALL_RECORD") != nil { try writeFile("\(Repository.root)/\(path)", text + "\n") }
        #expect(try text + "\n" == Repository.text(path), "\(path)")
        for line in text.split(separator: "\n") { #expect(!line.hasSuffix(" ") && !line.contains("\u{1b}")) }
    }

    @Test(
        "are in the documentation as they are", arguments: ["routes-all", "explain-203.0.113.53", "neighbor-transit-b"])
    func documented(name: String) throws {
        let screen = try Repository.text("Tests/RouterTests/Screens/\(name).txt")
        let block = "<!-- screen: \(name) -->\n```text\n\(screen)```\n"
        #expect(try Repository.text("docs/router-json.md").contains(block), "\(name)")
    }

    @Test("are the screens that are kept: routes", arguments: RoutesQuestion.Table.allCases)
    func routes(table: RoutesQuestion.Table) throws {
        let world = SeeingTests.world()
        let answer = try world.ask(RoutesQuestion(table, of: table.hasNeighbor ? "transit-a" : nil))
        var shown = RouteTable(table)
        (shown.ink, shown.now) = (Ink(isColoured: false), Spans.moment(answer.time) ?? .now)
        try expect(shown.text(answer.routes), toBe: "routes-\(table)")
    }

    @Test("are the screens that are kept: neighbors")
    func neighbors() throws {
        let world = SeeingTests.world()
        let now = Spans.moment(try world.ask(RoutesQuestion()).time) ?? .now
        let neighbors = try world.neighbors()
        var table = NeighborTable(neighbors, now: now)
        table.ink = Ink(isColoured: false)
        try expect(table.text, toBe: "neighbors")
        for name in ["transit-b", "away"] {
            var screen = NeighborScreen(try #require(neighbors.first { $0.name == name }), now: now)
            (screen.ink, screen.width) = (Ink(isColoured: false), 100)
            try expect(screen.text, toBe: "neighbor-\(name)")
        }
    }

    @Test(
        "are the screens that are kept: explain",
        arguments: ["203.0.113.53", "198.51.100.0/24", "192.0.2.0/25", "8.8.8.8"])
    func explain(what: String) throws {
        var screen = PrefixScreen(try SeeingTests.world().story(what))
        (screen.ink, screen.width) = (Ink(isColoured: false), 100)
        try expect(screen.text, toBe: "explain-\(what.replacing("/", with: "-"))")
    }
}
