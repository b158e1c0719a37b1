import BGP
import Loop
import Net
import Peers
import Speaker
import Synchronization
import Testing

/// The speaker under test, in this process, on a loopback address and port of its own.
///
/// BIRD runs in the same network namespace: `make test` makes one for the whole run, and without it loopback does as
/// well, since every test has ports of its own.
final class Rig: Sendable {
    let loop: Loop
    let speaker: Speaker
    let record: Record

    /// What the speaker said.
    final class Record: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    init(
        asn: UInt32 = 65000, listenPort: UInt16? = nil, _ neighbors: [Speaker.Neighbor]
    ) async throws {
        loop = try Loop(name: "speaker")
        let configuration = Speaker.Configuration(
            asn: ASN(asn), routerID: RouterID(rawValue: 0x0a00_0002), listenPort: listenPort, neighbors: neighbors)
        let record = Record()
        self.record = record
        speaker = Speaker(loop: loop, configuration: configuration, seed: 1) { record.add("\($0)") }
        try await speaker.start()
    }

    /// Ends all sessions, so that a loop that stays has nothing to do.
    func stop(_ reason: String = "") async {
        await withCheckedContinuation { continuation in
            Task { await speaker.stop(reason: reason) { continuation.resume() } }
        }
    }

    func status(_ name: String) async throws -> NeighborStatus {
        try #require(await speaker.neighbors.first { $0.name == name })
    }

    func isUp(_ name: String) async throws -> Bool { try await status(name).state == .established }
}

extension Speaker.Neighbor {
    /// A BIRD that runs beside us, at `127.0.0.1`.
    static func bird(port: UInt16, asn: UInt32 = 64500, at address: Address = Address(v4: 0x7f00_0001)) -> Self {
        var neighbor = Self(name: "bird", address: address, asn: ASN(asn))
        neighbor.port = port
        neighbor.hops = 255
        neighbor.connectRetry = .milliseconds(300)
        neighbor.holdTime = .seconds(9)
        if address.family == .ipv4 { neighbor.localAddress = Address(v4: 0x7f00_0002) }
        return neighbor
    }
}

/// A BIRD with one neighbor, us.
func birdConfiguration(
    local: String = "127.0.0.1", port: UInt16, asn: UInt32 = 64500, neighbor: String = "127.0.0.2",
    neighborPort: UInt16? = nil, neighborASN: UInt32 = 65000, options: String = ""
) -> String {
    """
    router id 10.0.0.1;
    log stderr all;
    protocol device {}
    protocol bgp uplink {
      local \(local) port \(port) as \(asn);
      neighbor \(neighbor) \(neighborPort.map { "port \($0)" } ?? "") as \(neighborASN);
      multihop; \(neighborPort == nil ? "passive;" : "")
      connect delay time 1; connect retry time 1; error wait time 1, 2;
      \(options)
      ipv4 { import all; export none; };
      ipv6 { import all; export none; };
    }
    """
}

extension Announcement {
    init(_ text: String, prepend: Int = 0, med: UInt32? = nil) {
        self.init(prefix: Prefix(text) ?? Prefix(host: Address(v4: 0)))
        (self.prepend, self.med) = (prepend, med)
    }
}

let lack: String? = Program.lack("bird", "birdc")
