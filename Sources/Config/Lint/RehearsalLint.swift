/// A rehearsal that can't fail rehearses nothing.
extension Lint {
    mutating func lintRehearsal() {
        guard let internet = network.internet, says(["rehearsal", "steps"]) else { return }
        let steps = network.rehearsal.steps
        let expected = Set(steps.flatMap { $0.expect.landings.map(\.client) })
        for system in internet.ases {
            guard let client = system.client, !expected.isEmpty, !expected.contains(client) else { continue }
            report(
                .clientUntested, at: ["internet", "ases", .key(system.name), "client"],
                "no step says where \(client) lands, so nobody notices when that changes",
                instead: "measure: {landings: {\(client): SITE, …}}")
        }
        for (index, step) in steps.enumerated() where step.kind.breaks && step.expect.isEmpty {
            let way: [KeyStep] = ["rehearsal", "steps", .index(index)]
            report(
                .stepWithoutExpectation, at: way,
                "\(step.name) expects nothing, so that it passes whatever happens",
                instead: "expect: {median-outage: 1s, withdrawn: true}, or what should come of it")
        }
        lintUnbroken(steps)
    }

    private mutating func lintUnbroken(_ steps: [Rehearsal.Step]) {
        let broken = steps.filter(\.kind.breaks).compactMap(\.target)
        guard !broken.isEmpty else { return }
        for site in network.sites where !broken.contains(where: { name in site.isMeant(by: name) }) {
            report(
                .siteUnbroken, at: ["rehearsal", "steps"],
                "no step breaks \(site.name): whether the others can stand in for it isn't known",
                instead: "- {kill: \(site.name), expect: {median-outage: 1s}}, and - {restore: \(site.name)}")
        }
    }
}

extension Rehearsal.Step.Kind {
    fileprivate var breaks: Bool { ![.measure, .undrain, .restore].contains(self) }
}

extension Rehearsal.Expectation {
    fileprivate var isEmpty: Bool {
        let spans = [medianOutage, maxOutage, lastLost, slower]
        let counts = [lost, lostElsewhere, queries, withdrawals, announcements, connectionsBroken]
        return landings.isEmpty && withdrawn == nil && degraded == nil && spans.allSatisfy { $0 == nil }
            && counts.allSatisfy { $0 == nil }
    }
}

extension Site {
    fileprivate func isMeant(by name: String) -> Bool { self.name == name || hosts.contains { $0.name == name } }
}
