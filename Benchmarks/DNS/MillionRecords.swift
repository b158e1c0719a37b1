import Peers

extension DNSBench {
    /// A zone of a million records: from the start of the server to the answer for the file's last name, and the memory
    /// that it then has.
    func loadMillion(_ settings: DNSSettings, into results: inout DNSResults) async throws {
        let zone = try DNSZone.hosts(1_000_000, in: sandbox.folder)
        var all: [DNSContender: [LoadFigures]] = [:]
        for run in 0..<min(settings.runs, 3) {
            say("dns: a zone of a million records, run \(run + 1)")
            for contender in DNSContender.servers {
                all[contender, default: []].append(try await load(zone, contender))
            }
        }
        func add(_ title: String, _ measure: String, _ bounds: [DNSContender: Double], _ value: (LoadFigures) -> Double)
        {
            results.add(title, measure, all.mapValues { $0.map(value) }, bounds)
        }
        add("1M records", "until it answers, s", [.knot: 1], \.wall)
        add("", "CPU, s", [:], \.cpu)
        add("", "memory, bytes a record", [.nsd: 1], \.bytes)
        add("", "largest process at its peak, MB", [:], \.peak)
    }

    private func load(_ zone: DNSZone, _ contender: DNSContender) async throws -> LoadFigures {
        let clock = ContinuousClock.now
        let server = try await start(contender, zone)
        try await eventually("\(contender.rawValue) answers", within: .seconds(60)) {
            let reply = try await Dig.ask(
                "host999996.example.org A", at: "127.0.0.1", port: contender.port, in: sandbox)
            return reply.status == "NOERROR"
        }
        let wall = (ContinuousClock.now - clock) / .seconds(1)
        let cpu = cpuSeconds(of: server.child.id)
        try await Task.sleep(for: .milliseconds(500))
        let peaks = try family(of: server.child.id).map { try memory(of: $0.id, "VmHWM") }
        let figures = LoadFigures(
            wall: wall, cpu: cpu, bytes: megabytes(of: server.child.id) * 1_048_576 / 1e6,
            peak: Double(peaks.max() ?? 0) / 1024)
        await server.child.stop()
        return figures
    }
}

private struct LoadFigures {
    var wall, cpu, bytes, peak: Double
}
