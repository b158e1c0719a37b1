import BGP
import Glibc
import Loop
import Net
import Peers
import RIB
import Router
import Speaker
import Synchronization
import Testing

/// The router under test, in this process, at 198.18.0.1 on a port of its own. Its neighbors have addresses beside it: FRR
/// takes none of 127.0.0.0/8 for a next hop.
final class Rig: Sendable {
    let router: Router
    let record: Record

    /// What the router said.
    final class Record: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    static let asn: UInt32 = 65000
    static let address = Address(v4: 0xc612_0001)

    init(port: UInt16, _ neighbors: [Router.Neighbor], _ change: (inout Router.Configuration) -> Void = { _ in })
        async throws
    {
        try await Self.addresses.wait()
        var configuration = Router.Configuration(
            asn: ASN(Self.asn), routerID: RouterID(rawValue: 0xc612_0001), neighbors: neighbors)
        configuration.listenPort = port
        change(&configuration)
        let record = Record()
        self.record = record
        router = Router(loop: try Loop(name: "router"), configuration: configuration, seed: 1) { record.add("\($0)") }
        try await router.start()
    }

    /// 198.18.0.1 to .9, and IPv6 beside them, once for all tests of this process.
    fileprivate static let addresses = Once {
        let sandbox = try await Sandbox(fresh: false)
        for last in 1...9 {
            try await sandbox.ip("addr replace 198.18.0.\(last)/32 dev lo")
            try await sandbox.ip("addr replace 2001:db8:18::\(last)/128 dev lo nodad")
        }
    }

    func stop(_ reason: String = "") async {
        await withCheckedContinuation { continuation in
            Task { await router.stop(reason: reason) { continuation.resume() } }
        }
    }

    func neighbor(_ name: String) async throws -> Router.NeighborState {
        try #require(await router.neighbors.first { $0.session.name == name })
    }

    func isUp(_ name: String) async throws -> Bool { try await neighbor(name).session.state == .established }

    func received(_ name: String, _ family: Family = .ipv4) async throws -> Int {
        try await neighbor(name).tables.first { $0.family == family }?.received ?? -1
    }

    /// Becomes another configuration.
    func change(_ change: @Sendable (inout Router.Configuration) -> Void) async throws {
        var configuration = await router.configuration
        change(&configuration)
        try await router.configure(configuration)
    }
}

/// Something that is done once, for whoever comes first.
final class Once: Sendable {
    private let task: Task<Void, any Error>
    init(_ body: @escaping @Sendable () async throws -> Void) { task = Task { try await body() } }
    func wait() async throws { try await task.value }
}

extension Router.Neighbor {
    /// A neighbor of another AS at 198.18.0.`last`, that accepts and is told everything.
    static func at(
        _ last: UInt32, _ name: String, asn: UInt32, port: UInt16 = 0, _ change: (inout Self) -> Void = { _ in }
    ) -> Self {
        let address = Address(v4: 0xc612_0000 + last)
        var session = Speaker.Neighbor(name: name, address: address, asn: ASN(asn))
        (session.port, session.passive, session.localAddress) = (port, port == 0, Rig.address)
        (session.hops, session.connectRetry, session.holdTime) = (255, .milliseconds(300), .seconds(9))
        session.families = [.ipv4, .ipv6]
        session.nextHops = [Address(v6: 0x2001_0db8_0018 << 80 | 1)]
        var routes = RIB.Neighbor(asn: ASN(asn), address: address)
        (routes.importing, routes.exporting) = (.acceptAll, .acceptAll)
        var neighbor = Self(session: session, routes: routes)
        change(&neighbor)
        return neighbor
    }
}

/// What tests beside routers need: their programs, and a network namespace in which addresses can be added.
let lack: String? =
    Program.lack("bird", "birdc", "ip")
    ?? (getenv("LANDFALL_ISOLATED").map { String(cString: $0) } == "yes"
        ? nil : "needs a network namespace of its own: scripts/isolate makes one")

/// A BIRD at 198.18.0.`last` whose only neighbor we are.
func birdText(
    _ last: Int, asn: UInt32, port: UInt16, statics: [String] = [], options: String = "",
    exports: String = "where source = RTS_STATIC"
) -> String {
    let (six, four) = (statics.filter { $0.contains(":") }, statics.filter { !$0.contains(":") })
    func table(_ family: String, _ prefixes: [String]) -> String {
        "protocol static s\(family) { \(family); \(prefixes.map { "route \($0) blackhole;" }.joined(separator: " ")) }"
    }
    return """
        router id 198.18.0.\(last);
        log stderr all;
        protocol device {}
        \(table("ipv4", four))
        \(table("ipv6", six))
        protocol bgp landfall {
          local 198.18.0.\(last) port \(port) as \(asn);
          neighbor 198.18.0.1 port \(port) as \(Rig.asn);
          strict bind on; multihop; connect delay time 1; connect retry time 1; error wait time 1, 2;
          \(options)
          ipv4 { import all; export \(exports); };
          ipv6 { import all; export \(exports); next hop address 2001:db8:18::\(last); };
        }
        """
}

/// May be started before a ``Rig``: it comes only from addresses that are there.
func bird(_ configuration: String) async throws -> BIRD {
    try await Rig.addresses.wait()
    return try await BIRD(in: try await Sandbox(fresh: false), configuration: configuration)
}

func prefix(_ text: String) -> Prefix { Prefix(text) ?? Prefix(host: Address(v4: 0)) }

extension Router.Neighbor {
    /// One of a ``Crowd``, at 127.1.`index`: it connects to us.
    static func crowd(_ index: UInt32, asn: UInt32, _ change: (inout Self) -> Void = { _ in }) -> Self {
        let address = Address(v4: 0x7f01_0001 + index)
        var session = Speaker.Neighbor(name: "crowd-\(index)", address: address, asn: ASN(asn))
        (session.passive, session.localAddress, session.hops) = (true, Crowd.router, 255)
        session.families = [.ipv4, .ipv6]
        var routes = RIB.Neighbor(asn: ASN(asn), address: address)
        (routes.importing, routes.exporting) = (.acceptAll, .acceptAll)
        var neighbor = Self(session: session, routes: routes)
        change(&neighbor)
        return neighbor
    }

    var address: Address { session.address }
}
