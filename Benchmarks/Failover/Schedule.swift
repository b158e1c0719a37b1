import Glibc

/// What is to be done, in which order, at how many fields at once.
struct Schedule: Sendable {
    /// `RUNS`, `RIGS`, `SEED`, `IDLE` (seconds) and `FAILURE` (part of its name, else all) of the environment.
    var runs = number("RUNS") ?? 10
    var rigs = number("RIGS") ?? 7
    var seed = UInt64(number("SEED") ?? Int(time(nil)))
    var idleSeconds = Double(number("IDLE") ?? 60)

    var failures = Failure.allCases.filter { failure in
        getenv("FAILURE").map { failure.rawValue.contains(String(cString: $0)) } ?? true
    }

    enum Job: Sendable {
        case trial(Trial)
        case idle(Idle)
    }

    /// Everything in random order, so that what else the machine does meets all alike; what takes longest, idling, first.
    func jobs() -> [Job] {
        var chance = Chance(seed: seed)
        var trials: [Job] = []
        for setting in Setting.allCases {
            for failure in failures {
                for contender in Contender.allCases { trials += self.trials(setting, failure, contender, &chance) }
            }
        }
        let idle = Setting.allCases.flatMap { setting in
            Contender.allCases.map { Job.idle(Idle(setting: setting, contender: $0, seconds: idleSeconds)) }
        }
        return idle + trials.shuffled(using: &chance)
    }

    /// A failure comes half a second after the client has landed, and then anywhere in a cycle: of the checks, or of the
    /// KEEPALIVEs, a second, where the hold timer decides; that one has to go round once before it is regular.
    private func trials(
        _ setting: Setting, _ failure: Failure, _ contender: Contender, _ chance: inout Chance
    ) -> [Job] {
        let isTimer = failure == .announcerStopped || (contender != .anycast && failure == .checkerStopped)
        let (start, cycle) = isTimer ? (1.5, 1) : (0.5, contender.period(setting))
        let phases = chance.phases(runs * failure.weight(contender))
        return phases.enumerated().map { number, phase in
            .trial(
                Trial(
                    setting: setting, failure: failure, contender: contender, delay: start + phase * cycle,
                    looksOn: number < 2 && (failure == .checkerKilled || failure == .checkerStopped)))
        }
    }
}

private func number(_ name: String) -> Int? {
    getenv(name).flatMap { Int(String(cString: $0)) }.flatMap { $0 > 0 ? $0 : nil }
}
