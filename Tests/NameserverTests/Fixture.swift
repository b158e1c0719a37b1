import DNS
import Glibc
import Loop
import Nameserver
import Net
import Peers

/// Our nameserver on loopback addresses of this test process, with the zone that DNSTests look things up in.
struct Fixture {
    static let identity = ServerIdentity(identity: "fra-1", version: "landfall test")

    let server: Nameserver
    let endpoint: Endpoint

    /// - Parameter threads: each gets sockets of its own at the same address and port.
    init(
        threads: Int = 1, address: String = "127.0.0.1", identity: ServerIdentity = Fixture.identity,
        limits: Nameserver.Limits = Nameserver.Limits(), zones: Zones? = nil
    ) throws {
        let (place, sockets) = try Self.sockets(threads, try required(Address(address)))
        endpoint = place
        let zones = try zones ?? Zones([try Self.zone()])
        server = try Nameserver(sockets, zones: zones, identity: identity, limits: limits)
    }

    /// At a port that is free for both transports. Between finding it and taking it another test can be faster.
    private static func sockets(_ threads: Int, _ address: Address) throws -> (Endpoint, [Nameserver.Sockets]) {
        for _ in 0..<20 {
            let place = try required(try Socket.listen(at: Endpoint(address, port: 0)).local)
            let sockets = try? (0..<threads).map { _ in
                Nameserver.Sockets(
                    udp: [try Socket.udp(address.family, bind: place, .reusePort)],
                    tcp: [try Socket.listen(at: place, .reusePort)])
            }
            if let sockets { return (place, sockets) }
        }
        throw SystemError("bind", "\(address)", code: EADDRINUSE)
    }

    /// One thread's, at a free port of 127.0.0.1.
    static func socket() throws -> (Nameserver.Sockets, Endpoint) {
        let (endpoint, all) = try sockets(1, try required(Address("127.0.0.1")))
        return (try required(all.first), endpoint)
    }

    static let zonePath = Repository.root + "/Tests/DNSTests/Vectors/example.org.zone"

    static func zone() throws -> Zone { try Zone.parse(readBytes(zonePath) ?? [], path: "example.org.zone") }
}

struct Missing: Error {}

func required<Value>(_ value: Value?) throws -> Value {
    guard let value else { throw Missing() }
    return value
}
