import FoundationEssentials
import Peers

/// A service that alternates every second for a minute, at one of three sites: what the routers of the site's neighbors
/// logged of it. With `suppress: 1` a withdrawal alone withholds the next announcement, and the half-life is longer than
/// the flapping, so that one of each is all that anybody sees.
let flapMinute = Comparison(
    name: "flap-minute",
    summary: "a service that flaps for a minute, as BIRD's log has it: one withdrawal, one announcement"
) {
    let folder = try makeFolder()
    defer { removeFolder(folder) }
    try writeFile(folder + "/example.org.zone", readFile("examples/zones/example.org.zone") ?? "")
    try writeFile(folder + "/net.yaml", try file())
    let child = try Child([Landfall.path, "rehearse", folder + "/net.yaml", "--json"], log: folder + "/log")
    _ = try await child.wait(.seconds(300))
    let report: Rehearsed
    do { report = try JSONDecoder().decode(Rehearsed.self, from: Data(child.output.utf8)) } catch {
        throw PeerError("no report: \(child.output.suffix(500))")
    }
    return judge(report)
}

private struct Rehearsed: Decodable {
    var steps: [Step]

    struct Step: Decodable {
        var name: String
        var ok: Bool
        var failures: [String]
        var routes: [Route]
        var checks: Checks?
        var lost: Int
    }

    struct Route: Decodable {
        var neighbor: String
        var prefix: String
        var withdrawals, announcements: Int
    }

    struct Checks: Decodable { var verdicts: Int }
}

private func judge(_ report: Rehearsed) -> Findings {
    var findings = Findings()
    func note(_ holds: Bool, _ otherwise: String) {
        findings.cases += 1
        if holds { findings.equal += 1 } else { findings.unexplained.append(otherwise) }
    }
    for route in report.steps.flatMap(\.routes) {
        note(
            route.withdrawals == 1 && route.announcements == 1,
            "\(route.neighbor) saw \(route.withdrawals) withdrawals and \(route.announcements) announcements of \(route.prefix)"
        )
    }
    // Two addresses, a change of verdict in 2 s at least for each.
    let verdicts = report.steps.compactMap(\.checks?.verdicts).max() ?? 0
    note(verdicts >= 60, "the verdict changed only \(verdicts) times")
    for step in report.steps { note(step.ok, "\(step.name): \(step.failures)") }
    return findings
}

private func file() throws -> String {
    guard let text = readFile("examples/three-sites.yaml"), let end = text.ranges(of: "  steps:\n").last?.upperBound
    else {
        throw PeerError("no examples/three-sites.yaml with steps")
    }
    return text[..<end]
        .replacing("zones/example.org.zone", with: "example.org.zone")
        .replacing("every: 200ms, timeout: 200ms", with: "every: 100ms, timeout: 100ms")
        .replacing(
            "announce:\n  hold-down: 1s",
            with: "announce: {hold-down: 0s, penalty: {suppress: 1, reuse: 0.5, half-life: 65s}}\n#")
            + """
                - {flap: gru, for: 60s, expect: {withdrawals: 1, announcements: 1, withdrawn: true}}
                - measure: {landings: {berlin: fra, jakarta: sin, santiago: gru, rosario: gru}}

            """
}
