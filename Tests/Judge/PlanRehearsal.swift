import Files
import FoundationEssentials
import Glibc
import Internet
import Net
import Peers
import RoutedInternet

/// Internets of BIRDs beside the plans of the same graphs, before and after failures: 50 to 100 ASes from 20 seeds, and
/// 300 that are cut out of CAIDA's graph of August 2024. Its tables are `docs/plan-rehearsal.md`.
let planRehearsal = Comparison(
    name: "plan-rehearsal",
    summary:
        "landings on Internets of BIRDs, before and after failures, and the plan: docs/plan-rehearsal.md has the tables"
) {
    var document = PlanRehearsalDocument()
    var findings = Findings()
    for seed in seeds {
        var random = SeededRandom(seed: seed)
        let (ases, sites) = (Int.random(in: 50...100, using: &random), Int.random(in: 2...8, using: &random))
        var scene = Scene(seed: seed, ases: ases, sites: sites)
        let moments = try scene.moments(links: 3, ases: 2)
        let trial = try await Trial(of: scene, moments: moments)
        say("plan-rehearsal: seed \(seed): \(trial.routers) BIRDs, \(trial.differences.count) differences")
        for moment in trial.moments where moment.seconds > 10 {
            say("plan-rehearsal: seed \(seed): \(moment.broken) took \(moment.seconds) s")
        }
        document.note(trial, seed: seed)
        findings.note(trial, "seed \(seed)")
    }
    if let part = try extract() {
        var scene = Scene(part, seed: 300, sites: 6)
        let moments = try scene.moments(links: 3, ases: 2)
        let trial = try await Trial(of: scene, moments: moments, patience: .seconds(20), sessionsWithin: .seconds(300))
        say("plan-rehearsal: \(trial.routers) BIRDs, \(trial.differences.count) differences")
        document.extracted = trial
        findings.note(trial, "extracted")
        let memory = Int(trial.megabytes.rounded())
        findings.details = [
            "\(trial.routers) BIRDs at once: routes after \(Int(trial.secondsToRoutes.rounded(.up))) s, \(memory) MB"
        ]
    }
    document.date = Date.now.formatted(.iso8601.year().month().day())
    try writeFile("docs/plan-rehearsal.md", document.text)
    return findings
}

/// `LANDFALL_SEEDS=1-3` for fewer.
private var seeds: ClosedRange<UInt64> {
    let words =
        getenv("LANDFALL_SEEDS").map { String(cString: $0) }?.split(separator: "-").compactMap { UInt64($0) } ?? []
    return words.count == 2 && words[0] <= words[1] ? words[0]...words[1] : 1...20
}

/// Around 150 ASes of any size, so that it has the form of the whole: the 300 largest would nearly all peer with each other.
/// Nil where there is no such graph.
private func extract() throws -> ASGraph? {
    let folder = getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data"
    let path = folder + "/as-rel/20240801.as-rel2.txt.bz2"
    let text: [UInt8]
    do { text = try File.readDecompressed(path, limit: 200_000_000) } catch {
        say("plan-rehearsal: no part of CAIDA's graph is rehearsed: \(error)")
        return nil
    }
    let graph = try ASGraph(text: text)
    var random = SeededRandom(seed: 300)
    let wanted = graph.ases.shuffled(using: &random).prefix(150)
    return try graph.extract(around: Array(wanted), count: 300)
}

extension Findings {
    fileprivate mutating func note(_ trial: Trial, _ name: String) {
        cases += trial.compared
        equal += trial.compared - trial.differences.count
        unexplained += trial.differences.map { "\(name): \($0)" }
    }
}
