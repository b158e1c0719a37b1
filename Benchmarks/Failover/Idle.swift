import Peers

/// What a contender costs while it checks and nothing happens.
struct Idle: Sendable {
    var setting: Setting
    var contender: Contender
    var seconds: Double

    struct Costs: Sendable {
        var setting: Setting
        var contender: Contender
        /// Milliseconds of processor time a second, programs that it starts for its checks included.
        var cpu: Double
        var megabytes: Double
    }

    /// Without the service, which is the same for all; Landfall's own server is inside its agent's figures.
    func measure(in field: Field) async throws -> Costs {
        let (edge, _) = try await field.startEdge()
        let announcer = try await contender.start(in: field, setting)
        let router = try edge.conversation()
        try await announcer.hurried {
            try await eventually("\(contender.rawValue) announces", within: .seconds(90)) {
                try await Task.sleep(for: .milliseconds(50))
                return try router.hasRoute(to: Field.address + "/32")
            }
        }
        try await Task.sleep(for: .seconds(2))
        let before = cpu(announcer)
        let start = Client.now()
        try await Task.sleep(for: .seconds(seconds))
        let passed = Double(Client.now() - start) / 1e9
        let costs = Costs(
            setting: setting, contender: contender, cpu: (cpu(announcer) - before) / passed * 1000,
            megabytes: announcer.roots.reduce(0) { $0 + megabytes(of: $1.id) })
        await announcer.end([])
        await edge.stop()
        return costs
    }

    private func cpu(_ announcer: Announcer) -> Double { announcer.roots.reduce(0) { $0 + cpuSeconds(of: $1.id) } }
}
