import Files
import FoundationEssentials
import Glibc
import Internet
import Peers

/// Plans of seven real experiments, from the AS graph of their time, and where the ASes were seen. The tables are
/// `docs/accuracy.md`; that most plans are often wrong is the result, and not a difference.
let accuracy = Comparison(
    name: "accuracy", summary: "plans of seven experiments with two sites, and where pings landed: docs/accuracy.md"
) {
    let data = getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data"
    let sandbox = try await Sandbox(fresh: false)
    var findings = Findings()
    var results: [AccuracyResult] = []
    for experiment in try Experiment.all(in: data + "/catchments/peering") {
        say("accuracy: \(experiment.sites.joined(separator: ", "))")
        let planned = try await Planned(experiment, graph: data + "/as-rel/20200101.as-rel2.txt.bz2", in: sandbox)
        let result = AccuracyResult(experiment, planned)
        findings.unexplained += try await planned.disagreements(result)
        results.append(result)
    }
    let right = results.map { ($0.scores[.pings]?.rightShare ?? 0) }.sorted()
    if right.map({ ($0 * 100).rounded() / 100 }) != Trust.experiments {
        findings.unexplained.append("plans take for granted \(Trust.experiments); found is \(right)")
    }
    let single = results.compactMap { $0.scores[.pings]?.singleShare }.map { ($0 * 100).rounded() / 100 }
    if single.min() != Trust.singleRoutes.lowerBound || single.max() != Trust.singleRoutes.upperBound {
        findings.unexplained.append("plans take for granted \(Trust.singleRoutes) of single routes; found is \(single)")
    }
    findings.cases = results.reduce(0) { $0 + ($1.scores[.pings]?.ases ?? 0) }
    findings.equal = results.reduce(0) { $0 + ($1.scores[.pings]?.right ?? 0) }
    findings.explained["the graph alone says no more"] = findings.cases - findings.equal
    let date = Date.now.formatted(.iso8601.year().month().day())
    try writeFile("docs/accuracy.md", AccuracyDocument(results: results, date: date).text)
    return findings
}

/// What `landfall plan` says of an experiment.
struct Planned {
    struct Landing {
        var site: String
        /// Whether its route is the only best one.
        var isSingle: Bool
    }

    /// By AS; those without a route aren't in here.
    private(set) var landings: [UInt32: Landing] = [:]
    /// All that the graph has.
    private(set) var known: Set<UInt32> = []
    private let experiment: Experiment
    private let sandbox: Sandbox
    private let command: String

    init(_ experiment: Experiment, graph: String, in sandbox: Sandbox) async throws {
        (self.experiment, self.sandbox) = (experiment, sandbox)
        let file = "\(sandbox.folder)/experiment.yaml"
        try writeFile(file, experiment.configuration)
        command = "\(Landfall.path) plan \(file) --graph \(graph) --transits 0"
        let table = try await Self.run(command + " --csv", in: sandbox)
        for line in table.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            guard fields.count > 3, let asn = UInt32(fields[0]) else { throw PeerError("plan --csv printed: \(line)") }
            known.insert(asn)
            guard !fields[1].isEmpty else { continue }
            landings[asn] = Landing(site: String(fields[1]), isSingle: !fields[3].contains(" "))
        }
    }

    /// What the plan says of itself beside the measurement has to be what is counted here.
    func disagreements(_ result: AccuracyResult) async throws -> [String] {
        var found: [String] = []
        for method in Experiment.Method.allCases {
            try writeFile("\(sandbox.folder)/measured.csv", experiment.table(method))
            let text = try await Self.run(command + " --catchment \(sandbox.folder)/measured.csv --json", in: sandbox)
            let said = try JSONDecoder().decode(PlanDocument.self, from: Data(text.utf8)).catchment.score
            let counted = result.scores[method] ?? AccuracyScore()
            if (said.ases, said.right) != (counted.ases, counted.right) {
                found.append("\(result.title), \(method): plan --json has \(said), here it is \(counted)")
            }
        }
        return found
    }

    /// Data has a file of its own, so that talk isn't in it.
    private static func run(_ command: String, in sandbox: Sandbox) async throws -> String {
        let file = "\(sandbox.folder)/plan.out"
        let ended = try await sandbox.run("/bin/sh", ["-c", "\(command) > \(file)"], within: .seconds(120))
        guard ended.status == 0, let text = readFile(file) else { throw PeerError("\(command): \(ended.output)") }
        return text
    }
}

private struct PlanDocument: Decodable {
    var catchment: Catchment

    struct Catchment: Decodable { var score: Score }
    struct Score: Decodable {
        var ases: Int
        var right: Int
    }
}

/// How a plan stands beside one way of measuring.
struct AccuracyScore {
    /// Measured, and in the graph.
    var ases = 0
    var right = 0
    /// At the first site.
    var first = 0
    var plannedFirst = 0
    /// With a single best route, and of those the right ones.
    var single = 0
    var singleRight = 0

    var singleShare: Double { single > 0 ? Double(singleRight) / Double(single) : 0 }
    var rightShare: Double { ases > 0 ? Double(right) / Double(ases) : 0 }
    /// Of whoever says that all land at the larger site.
    var largerShare: Double { ases > 0 ? Double(max(first, ases - first)) / Double(ases) : 0 }
}

/// One experiment, by all ways of measuring.
struct AccuracyResult {
    var sites: [String]
    var transits: [String: [UInt32]]
    var scores: [Experiment.Method: AccuracyScore] = [:]

    var title: String { sites.joined(separator: ", ") }

    init(_ experiment: Experiment, _ planned: Planned) {
        (sites, transits) = (experiment.sites, experiment.transits)
        for (method, seen) in experiment.seen {
            var score = AccuracyScore()
            for (asn, site) in seen where planned.known.contains(asn) {
                let landing = planned.landings[asn]
                score.ases += 1
                score.right += landing?.site == site ? 1 : 0
                score.first += site == sites[0] ? 1 : 0
                score.plannedFirst += landing?.site == sites[0] ? 1 : 0
                guard let landing, landing.isSingle else { continue }
                score.single += 1
                score.singleRight += landing.site == site ? 1 : 0
            }
            scores[method] = score
        }
    }
}
