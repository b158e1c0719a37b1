import FoundationEssentials
import Glibc
import Peers

/// A full table from one neighbor to another through our router and through BIRD, in turns; then what else happens to routes.
///
///     RUNS=1          of each (3)
///     SCALE=0.1       a tenth of the routes, to try it
///     SCENARIO=churn  only this one
///     OTHERS=no       without FRR, GoBGP and OpenBGPD
///     WRITE=1         docs/bgp-speed.md
let bgpSpeed = Subject(name: "bgp", summary: "routes from neighbor to neighbor, beside BIRD and others") {
    let settings = SpeedSettings()
    let load = try await SpeedLoad()
    var results = SpeedResults(settings: settings)
    for scenario in settings.scenarios {
        for run in 0..<settings.runs {
            for contender in [SpeedContender.landfall, .bird] {
                say("\(scenario.name), \(contender.rawValue), run \(run + 1)")
                results.add(scenario, contender, try await load.run(scenario, contender))
            }
        }
    }
    for contender in SpeedContender.others where settings.wantsOthers {
        guard let scenario = settings.scenarios.first(where: { $0.name == "table" }) else { break }
        if let lack = contender.lack {
            results.notes.append("\(contender.rawValue): \(lack)")
            continue
        }
        say("\(scenario.name), \(contender.rawValue)")
        do { results.add(scenario, contender, try await load.run(scenario, contender)) } catch {
            results.notes.append("\(error)")
        }
    }
    print(results.text, terminator: "")
    if getenv("WRITE") != nil { try writeFile(SpeedResults.path, try await results.document()) }
    guard results.complaints.isEmpty else {
        throw NotHeld(measurements: results.measurements, complaints: results.complaints)
    }
    return results.measurements
}

struct SpeedSettings: Sendable {
    var runs = setting("RUNS").flatMap { Int($0) } ?? 3
    var scale = setting("SCALE").flatMap { Double($0) } ?? 1
    var wantsOthers = setting("OTHERS") != "no"

    var scenarios: [SpeedScenario] {
        SpeedScenario.all(scale).filter { setting("SCENARIO") == nil || setting("SCENARIO") == $0.name }
    }
}

private func setting(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
