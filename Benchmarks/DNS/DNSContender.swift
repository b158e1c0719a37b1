import Peers

/// What answers.
enum DNSContender: String, CaseIterable, Sendable {
    case landfall = "Landfall"
    case nsd = "NSD"
    case knot = "Knot"
    /// Answers of the same sizes, from nowhere: what the system calls cost.
    case echo = "C echo"

    static let servers: [Self] = [.landfall, .nsd, .knot]

    /// Each has a port of its own, so that all run at once and are asked in turns.
    var port: Int {
        switch self {
        case .landfall: 5300
        case .nsd: 5301
        case .knot: 5302
        case .echo: 5303
        }
    }

    /// Answers as short as ours, no limits on rates, and the receive buffer that ours asks for: what NSD has settings for.
    static let settingsOfNSD = [
        "minimal-responses: yes", "receive-buffer-size: 4194304", "send-buffer-size: 4194304", "tcp-count: 1000",
    ]
}

/// One that runs, and answers at 127.0.0.1.
struct DNSServer: Sendable {
    var contender: DNSContender
    var child: Child

    /// All of its processes.
    var pids: String { family(of: child.id).map { "\($0.id)" }.joined(separator: ",") }
}

extension DNSBench {
    func start(_ contender: DNSContender, _ zone: DNSZone) async throws -> DNSServer {
        let (addresses, zones) = (["127.0.0.1"], [(name: zone.name, file: zone.file)])
        let child =
            switch contender {
            case .landfall:
                try await Served(
                    Landfall.path, zones: [zone.file], port: UInt16(contender.port), in: sandbox, core: serverCore
                ).child
            case .nsd:
                try await NSD(
                    in: sandbox, addresses: addresses, port: contender.port, zones: zones,
                    more: DNSContender.settingsOfNSD, core: serverCore
                ).child
            case .knot:
                try await Knot(
                    in: sandbox, addresses: addresses, port: contender.port, zones: zones, core: serverCore
                ).child
            case .echo: try sandbox.start(echo, ["\(contender.port)", "64"], core: serverCore)
            }
        return DNSServer(contender: contender, child: child)
    }
}
