extension Status {
    /// What somebody should look at, worst first: prefixes that are not announced, what the announcer itself has to say,
    /// sessions that are not up or can't tell, services that keep ending, checks that are degraded or can't be made, what
    /// can't be kept on the disk, and drains, which somebody may have forgotten.
    ///
    /// - Parameters:
    ///   - announcing: of the announcer, as far as the rest of the status doesn't show it.
    ///   - keeping: of the state folder.
    package func alarms(announcing: [String], keeping: [String]) -> [String] {
        silentPrefixes + announcing + silentNeighbors + crashingServices + troubledChecks + keeping + openDrains
    }

    /// One that an operator drained is none of them: the drain says so.
    private var silentPrefixes: [String] {
        prefixes.filter { $0.state != "announced" && !isDrained($0) }.map { prefix in
            let left = prefix.secondsLeft.map { ", \(Int($0.rounded(.up))) s left" } ?? ""
            return "\(prefix.prefix) is \(prefix.state)\(left): \(prefix.reason)"
        }
    }

    private func isDrained(_ prefix: Prefix) -> Bool {
        guard let drains, !drains.isEmpty, let waiting = prefix.waiting else { return false }
        return waiting.contains { $0.hasPrefix("drain") }
    }

    private var silentNeighbors: [String] {
        let down = neighbors.filter { $0.state != "Established" }.map { neighbor in
            "neighbor \(neighbor.name) is \(neighbor.state)" + (neighbor.lastError.map { ": \($0)" } ?? "")
        }
        let blind = neighbors.filter { $0.holdTimeSeconds == 0 }.map {
            "neighbor \($0.name) wants a hold time of 0: neither side notices when the other falls silent"
        }
        return down + blind
    }

    private var crashingServices: [String] {
        services.filter { $0.state == "crash-loop" }.map { service in
            "service \(service.name) keeps ending" + (service.lastEnd.map { ": \($0)" } ?? "")
        }
    }

    private var troubledChecks: [String] {
        let degraded = checks.filter { $0.verdict == "degraded" }.map { check in
            "check \(check.name) at \(check.address) is degraded: \(check.reason)"
        }
        let unknown = checks.filter { $0.verdict == "unknown" }.map { check in
            "check \(check.name) at \(check.address) can't be made: \(check.reason)"
        }
        return degraded + unknown
    }

    private var openDrains: [String] {
        (drains ?? []).map { drain in
            let who = drain.by.map { " by \($0)" } ?? ""
            let when = drain.since.map { " since \($0)" } ?? ""
            let end = drain.ends.map { ", ends \($0)" } ?? ""
            return "\(drain.target.words) is drained\(who)\(when)\(end)"
        }
    }
}

extension OrderTarget {
    /// `the neighbor r4`.
    package var words: String { name.map { "the \(kind) \($0)" } ?? "the \(kind)" }
}
