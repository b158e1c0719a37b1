import Glibc
import Peers

/// Our server beside NSD, Knot and a program of C that answers without looking anything up, over loopback.
///
///     RUNS=1      of each, in turns (5)
///     PART=udp    only udp, tcp, engine, million or reload
///     WRITE=1     docs/dns-speed.md
let dnsSpeed = Subject(name: "dns", summary: "answers, zones and reloads, beside NSD, Knot and an echo in C") {
    let settings = DNSSettings()
    var results = DNSResults(settings: settings)
    let bench = try await DNSBench()
    for part in settings.parts {
        do { try await part.run(bench, settings, into: &results) } catch {
            results.complain("\(part.rawValue): \(error)")
        }
    }
    print(results.text, terminator: "")
    if getenv("WRITE") != nil { try writeFile(DNSResults.path, try await results.document()) }
    let complaints = results.allComplaints
    guard complaints.isEmpty else { throw NotHeld(measurements: results.measurements, complaints: complaints) }
    return results.measurements
}

struct DNSSettings: Sendable {
    var runs = setting("RUNS").flatMap { Int($0) } ?? 5
    var parts = DNSPart.allCases.filter { setting("PART") == nil || setting("PART") == $0.rawValue }
}

private func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

enum DNSPart: String, CaseIterable, Sendable {
    case udp, tcp, engine, million, reload

    func run(_ bench: DNSBench, _ settings: DNSSettings, into results: inout DNSResults) async throws {
        switch self {
        case .udp: try await bench.answersOverUDP(settings, into: &results)
        case .tcp: try await bench.answersOverTCP(settings, into: &results)
        case .engine: try engineAlone(settings, into: &results)
        case .million: try await bench.loadMillion(settings, into: &results)
        case .reload: try await bench.reloadUnderLoad(into: &results)
        }
    }
}
