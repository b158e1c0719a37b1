import FoundationEssentials
import Glibc
import Peers

/// Landfall's agent, BIRD with anycast-healthchecker, and ExaBGP with its healthcheck at a site of their own each, which
/// fails in six ways, and how long clients are without it. `RUNS=2` for a quick look, `WRITE=1` for docs/failover.md.
let failover = Subject(
    name: "failover",
    summary: "a site that fails, as its clients see it, beside BIRD + anycast-healthchecker and ExaBGP"
) {
    let schedule = Schedule()
    let jobs = schedule.jobs()
    say("\(schedule.runs) runs each, \(jobs.count) in all, \(schedule.rigs) at a time, seed \(schedule.seed)")
    let results = try await Crew(jobs: jobs).work(at: schedule.rigs)
    try writeFile(FailoverReport.runsPath, FailoverReport.runs(results))
    let complaints = Judgement.complaints(results.entries) + results.troubles
    print(FailoverReport.text(results), terminator: "")
    if getenv("WRITE") != nil {
        try writeFile(FailoverReport.path, try await FailoverReport.document(results, schedule, complaints))
    }
    let measurements = FailoverReport.measurements(results)
    guard complaints.isEmpty else { throw NotHeld(measurements: measurements, complaints: complaints) }
    return measurements
}

/// Everything that was measured.
struct Results: Sendable {
    var entries: [Entry] = []
    var costs: [Idle.Costs] = []
    /// Runs that could not be made, and why.
    var troubles: [String] = []

    mutating func add(_ trial: Trial, _ run: Run) {
        let known = entries.firstIndex {
            $0.setting == trial.setting && $0.failure == trial.failure && $0.contender == trial.contender
        }
        if let known {
            entries[known].runs.append(run)
        } else {
            entries.append(
                Entry(setting: trial.setting, failure: trial.failure, contender: trial.contender, runs: [run]))
        }
    }
}

/// Does the jobs, so many at a time, each in a field of its own.
actor Crew {
    private var jobs: [Schedule.Job]
    private let count: Int
    private let start = ContinuousClock.now
    private var results = Results()

    init(jobs: [Schedule.Job]) {
        self.jobs = jobs.reversed()
        count = jobs.count
    }

    func work(at rigs: Int) async throws -> Results {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<rigs { group.addTask { try await self.worker() } }
            try await group.waitForAll()
        }
        if isatty(2) == 1 { say("") }
        return results
    }

    private func worker() async throws {
        let field = try await Field()
        while let job = jobs.popLast() {
            do {
                switch job {
                case .trial(let trial): results.add(trial, try await trial.perform(in: field))
                case .idle(let idle): results.costs.append(try await idle.measure(in: field))
                }
            } catch { results.troubles.append("\(error)") }
            progress()
        }
        await field.stop()
    }

    private func progress() {
        guard isatty(2) == 1 else { return }
        let done = results.entries.reduce(0) { $0 + $1.runs.count } + results.costs.count + results.troubles.count
        let passed = (ContinuousClock.now - start).components.seconds
        let text = "\r\(done) of \(count), \(passed) s"
        _ = Array(text.utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }
}
