internal import Codes

extension Status {
    /// What somebody should look at: prefixes that are not announced, what the announcer itself has to say, sessions that
    /// are not up or can't tell, checks that are degraded, what can't be kept on the disk, and drains, which somebody may
    /// have forgotten. ``OpenAlarms`` puts the worst first, and knows since when.
    ///
    /// - Parameters:
    ///   - announcing: of the announcer.
    ///   - keeping: of the state folder and the configuration.
    package func alarms(announcing: [Alarm], keeping: [Alarm]) -> [Alarm] {
        let shared = announcing.filter { $0.name == "shared-failure" }.map { [$0.check, $0.address] }
        let degraded = degradedChecks.filter { !shared.contains([$0.check, $0.address]) }
        return silentPrefixes + announcing + silentNeighbors + degraded + keeping + openDrains
    }

    /// One that an operator drained is none of them: the drain says so.
    private var silentPrefixes: [Alarm] {
        prefixes.filter { $0.state != "announced" && !isDrained($0) }.map { prefix in
            let left = prefix.secondsLeft.map { ", \(Int($0.rounded(.up))) s left" } ?? ""
            let text = "\(prefix.prefix) is \(prefix.state)\(left): \(prefix.reason)"
            let isHeld = prefix.state == "held-down"
            return Alarm(isHeld ? .prefixHeldDown : .prefixWithdrawn, isHeld ? .warning : .critical, text) {
                $0.prefix = prefix.prefix
            }
        }
    }

    private func isDrained(_ prefix: Prefix) -> Bool {
        guard let drains, !drains.isEmpty, let waiting = prefix.waiting else { return false }
        return waiting.contains { $0.hasPrefix("drain") }
    }

    private var silentNeighbors: [Alarm] {
        let isAlone = !neighbors.contains { $0.state == "Established" }
        let down = neighbors.filter { $0.state != "Established" }.map { neighbor in
            let text = "neighbor \(neighbor.name) is \(neighbor.state)" + (neighbor.lastError.map { ": \($0)" } ?? "")
            return Alarm(.neighborDown, isAlone ? .critical : .warning, text) { $0.neighbor = neighbor.name }
        }
        let blind = neighbors.filter { $0.holdTimeSeconds == 0 }.map { neighbor in
            let text =
                "neighbor \(neighbor.name) wants a hold time of 0: neither side notices when the other falls silent"
            return Alarm(.holdTimeZero, .warning, text) { $0.neighbor = neighbor.name }
        }
        return down + blind
    }

    private var degradedChecks: [Alarm] {
        checks.filter { $0.verdict == "degraded" }.map { check in
            let text = "check \(check.name) at \(check.address) is degraded: \(check.reason)"
            return Alarm(.checkDegraded, .warning, text) { ($0.check, $0.address) = (check.name, check.address) }
        }
    }

    private var openDrains: [Alarm] {
        (drains ?? []).map { drain in
            let who = drain.by.map { " by \($0)" } ?? ""
            let when = drain.since.map { " since \($0)" } ?? ""
            let end = drain.ends.map { ", ends \($0)" } ?? ""
            return Alarm(.drained, .warning, "\(drain.target.words) is drained\(who)\(when)\(end)") {
                $0.target = drain.target
            }
        }
    }
}

extension OrderTarget {
    /// `the neighbor r4`.
    package var words: String { name.map { "the \(kind) \($0)" } ?? "the \(kind)" }
}
