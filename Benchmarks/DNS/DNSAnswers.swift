import Peers

extension DNSBench {
    /// Processor time for an answer, with 256 queries under way all the time.
    func answersOverUDP(_ settings: DNSSettings, into results: inout DNSResults) async throws {
        let (workloads, lack) = try DNSWorkload.all(in: sandbox.folder)
        if let lack { results.complain(lack) }
        for workload in workloads {
            let bounds: [DNSContender: Double] = [.nsd: 0.95, .knot: 0.9]
            do {
                try await measure(workload, DNSContender.allCases, "udp:256", bounds, settings, into: &results)
            } catch { results.complain("\(workload.title): \(error)") }
        }
    }

    func answersOverTCP(_ settings: DNSSettings, into results: inout DNSResults) async throws {
        guard var workload = try DNSWorkload.tenThousand(in: sandbox.folder).first else { return }
        for (title, phase) in [
            ("TCP: 32 connections, a query after another", "tcp:32"),
            ("TCP: a connection for each query", "connect:32"),
        ] {
            workload.title = title
            try await measure(workload, DNSContender.servers, phase, [.knot: 1], settings, into: &results)
        }
    }

    /// All run at once, on the same processor, and are asked in turns.
    private func measure(
        _ workload: DNSWorkload, _ contenders: [DNSContender], _ phase: String, _ bounds: [DNSContender: Double],
        _ settings: DNSSettings, into results: inout DNSResults
    ) async throws {
        var servers: [DNSServer] = []
        for contender in contenders { servers.append(try await start(contender, workload.zone)) }
        var all: [DNSContender: [DNSFigures]] = [:]
        for run in 0..<settings.runs {
            say("dns: \(workload.title), run \(run + 1)")
            for server in servers {
                let phase = server.contender == .echo ? "echo:256" : phase
                all[server.contender, default: []].append(try await ask(server, workload.queries, phase))
            }
        }
        for server in servers { await server.child.stop() }
        results.add(workload.title, "CPU, µs an answer", all.mapValues { $0.map(\.microseconds) }, bounds)
        results.add("", "answers a second, thousands", all.mapValues { $0.map { $0.perSecond / 1000 } }, remark: true)
        results.add("", "bytes an answer", all.mapValues { $0.map(\.bytes) }, remark: true)
        for contender in contenders where all[contender]?.contains(where: { $0["lost"] > 0.01 * $0["answers"] }) == true
        {
            results.complain("\(workload.title): \(contender.rawValue) lost more than one query of a hundred")
        }
        if let complaint = Self.disagreement(all) { results.complain("\(workload.title): \(complaint)") }
    }

    /// Nobody is fast by answering something else.
    private static func disagreement(_ all: [DNSContender: [DNSFigures]]) -> String? {
        guard let ours = all[.landfall]?.first else { return nil }
        let other = [DNSContender.nsd, .knot].first { contender in
            guard let theirs = all[contender]?.first else { return false }
            return zip(ours.kinds, theirs.kinds).contains { abs($0 - $1) > 0.01 }
        }
        return other.flatMap { all[$0]?.first }.map { "answers differ: \(ours) and \($0)" }
    }
}
