import Dialect
import Foundation
import Net
import Testing

@Suite("A router as BIRD's configuration")
struct BIRDTests {
    /// A transit between a customer, a peer and a provider, with a network of its own.
    static func transit() throws -> Router {
        let first = try #require(Address("198.18.0.1"))
        let first6 = try #require(Address("2001:2::1"))
        func neighbor(_ name: String, _ asn: UInt32, _ relation: Router.Relation, _ local: Address) -> Router.Neighbor {
            Router.Neighbor(
                name: name, asn: ASN(asn), relation: relation, interface: "to-\(relation)", localAddress: local,
                address: local.advanced(by: 1), holdTime: .seconds(3))
        }
        var site = neighbor("site_fra_4", 65000, .customer, first)
        site.passive = true
        site.port = 1179
        site.isLogged = true
        var up = neighbor("up_6", 64502, .provider, first6.advanced(by: 2))
        up.honoursGracefulShutdown = false
        return Router(
            asn: ASN(64500), routerID: RouterID(rawValue: 64500),
            origins: [
                .init(prefix: try #require(Prefix("198.19.1.0/24")), interface: "client"),
                .init(prefix: try #require(Prefix("2001:2:1::/48")), interface: "client"),
            ],
            neighbors: [
                site, neighbor("ix_4", 64501, .peer, first.advanced(by: 2)),
                neighbor("ix_6", 64501, .peer, first6), up,
            ])
    }

    /// The same, with flows spread over two hosts of a site, and everything else ranked.
    static func spreading() throws -> Router {
        var router = try transit()
        router.spreadsFlows = true
        var second = router.neighbors[0]
        second.name = "site_fra_5"
        second.address = second.address.advanced(by: 1)
        router.neighbors.insert(second, at: 1)
        for index in router.neighbors.indices {
            router.neighbors[index].order = .init(rank: index < 2 ? 1 : 0, count: 2)
        }
        return router
    }

    static func router(_ name: String) throws -> Router { try name == "transit" ? transit() : spreading() }

    @Test("reads as recorded", arguments: ["transit", "spreading"])
    func recorded(name: String) throws {
        let vector = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Vectors/\(name).conf")
        let text = BIRD.configuration(of: try Self.router(name))
        if ProcessInfo.processInfo.environment["LANDFALL_RECORD"] != nil {
            try text.write(to: vector, atomically: true, encoding: .utf8)
        }
        #expect(
            try String(contentsOf: vector, encoding: .utf8) == text,
            "\(vector.path): LANDFALL_RECORD=1 records it again")
    }

    @Test("customers are preferred to peers, and peers to providers")
    func preferences() {
        #expect(Router.Relation.customer.localPreference > Router.Relation.peer.localPreference)
        #expect(Router.Relation.peer.localPreference > Router.Relation.provider.localPreference)
    }

    @Test("a hold time below what BGP allows becomes 3 s")
    func holdTime() throws {
        var router = try Self.transit()
        router.neighbors = [router.neighbors[0]]
        router.neighbors[0].holdTime = .milliseconds(1500)
        #expect(BIRD.configuration(of: router).contains("hold time 3;"))
    }

    @Test("a session may be secured, and a real BIRD accepts that", .enabled(if: bird != nil, "no BIRD: make deps"))
    func secured() throws {
        var router = try Self.transit()
        for index in router.neighbors.indices {
            (router.neighbors[index].ttlSecurity, router.neighbors[index].saysRole) = (true, true)
            router.neighbors[index].password = Secret("correct horse")
        }
        let text = BIRD.configuration(of: router)
        #expect(text.contains(" ttl security on; local role provider; password \"correct horse\";"))
        router.neighbors[0].servesRoutes = true
        #expect(BIRD.configuration(of: router).contains(" local role rs_server;"))
        try Self.check(text, "secured")
        try Self.check(BIRD.configuration(of: router), "route-server")
    }

    @Test(
        "a real BIRD accepts what a neighbor is handed", .enabled(if: bird != nil, "no BIRD: make deps"),
        arguments: Handoffs.names)
    func parsesHandoff(name: String) throws {
        let text = Handoffs.handoff(name).text(for: .bird)
            .split(separator: "\n").map { line in
                // What nobody has filled in yet; the hostile one's is long.
                guard let start = line.firstRange(of: "ADDRESS-OF-")?.lowerBound else { return String(line) }
                let rest = line[start...].drop { $0 != " " }
                return line[..<start] + "192.0.2.2" + rest
            }.joined(separator: "\n")
        try Self.check("router id 192.0.2.1;\nprotocol device {}\n" + text, name)
    }

    @Test(
        "a real BIRD accepts it", .enabled(if: bird != nil, "no BIRD: make deps"), arguments: ["transit", "spreading"])
    func parses(name: String) throws {
        try Self.check(BIRD.configuration(of: try Self.router(name)), name)
    }

    private static func check(_ text: String, _ name: String) throws {
        let unique = "landfall-dialect-\(name)-\(UUID().uuidString).conf"
        let file = FileManager.default.temporaryDirectory.appending(path: unique)
        try text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(filePath: try #require(bird))
        process.arguments = ["-p", "-c", file.path]
        let output = Pipe()
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        let said = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        #expect(process.terminationStatus == 0, "\(said)")
    }
}

/// `$LANDFALL_PEERS/bin/bird`, or one on PATH.
private let bird: String? = {
    let environment = ProcessInfo.processInfo.environment
    let peers = environment["LANDFALL_PEERS"] ?? ".build/peers"
    let folders = [peers + "/bin"] + (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/sbin"]
    return folders.map { $0 + "/bird" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}()
