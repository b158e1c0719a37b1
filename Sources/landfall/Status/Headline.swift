import Control

/// How things are, as one sentence: what the world sees from here, and of what is wrong the worst, with its reason.
extension Situation {
    var headline: String { "\(status.site)/\(status.host): " + (isStopping ? stop : parts.joined(separator: "; ")) }

    private var parts: [String] { worst.map { [count, $0] } ?? ["all is well, \(count)\(traffic)"] }

    private var stop: String { "the agent is stopping; \(count)" }

    /// `1 of 2 prefixes announced`
    private var count: String {
        let (shown, all) = (announced.count, prefixes.count)
        let what = all == 1 ? "prefix" : "prefixes"
        if shown < all {
            return shown == 0 ? "none of \(all) \(what) announced" : "\(shown) of \(all) \(what) announced"
        }
        let told = Set(announced.flatMap { $0.told.map(\.neighbor) }).count
        return "\(all) \(what) announced to \(told) \(told == 1 ? "neighbor" : "neighbors")"
    }

    private var traffic: String {
        guard !status.services.isEmpty else { return "" }
        let rate = status.services.reduce(0) { $0 + $1.queriesPerSecond }
        let share = status.load.map { " (\(Figures.percent($0)) of capacity)" } ?? ""
        return ", \(Figures.short(rate)) queries/s\(share)"
    }

    private var worst: String? { silence ?? mutedPrefix ?? drain ?? trial ?? firstAlarm }

    /// Prefixes that went for the same reason are told together.
    private var silence: String? {
        let all = silent.filter { $0.status.state != "announced" }
        guard let first = all.first else { return nil }
        let others = all.filter { $0.answer == first.answer }.count - 1
        let who = others == 0 ? first.name : "\(first.name) and \(others) more"
        let rest = all.count - 1 - others
        return "\(who) \(verb(first))" + (rest == 0 ? "" : "; \(rest) more for other reasons")
    }

    private func verb(_ prefix: Prefix) -> String {
        let because = prefix.status.reason.isEmpty ? "" : " because \(prefix.status.reason)"
        if prefix.status.state == "held-down" {
            let left = prefix.status.secondsLeft.map { " for another \(Spans.text($0))" } ?? ""
            return "held down\(left)"
        }
        return "withdrawn" + (age(prefix.status.since).map { " \($0) ago" } ?? "") + because
    }

    /// Meant to be announced, with nobody to tell it to.
    private var mutedPrefix: String? {
        guard let first = silent.first(where: { $0.muted != nil }), let meant = first.muted else { return nil }
        let why = down.first { meant.contains($0.name) }.map { neighbor in
            ": \(neighbor.name) is \(neighbor.state)" + (neighbor.lastError.map { " (\($0))" } ?? "")
        }
        let others = silent.count - 1
        return "\(first.name)\(others == 0 ? "" : " and \(others) more") told to nobody\(why ?? "")"
    }

    private var drain: String? {
        guard let drain = status.drains?.first else { return nil }
        let who = drain.by.map { " by \($0)" } ?? ""
        let when = drain.since.flatMap(age).map { " \($0) ago" } ?? ""
        let state = drain.state == "kept" ? "drained, but traffic stays: announced" : "drained"
        return "\(drain.target.words) \(state)\(who)\(when)"
    }

    private var trial: String? {
        guard let left = status.configuration?.confirmSecondsLeft else { return nil }
        return "the new configuration goes back in \(Spans.text(left)) unless confirmed"
    }

    /// Worst first, as the agent has them.
    var alarms: [Status.Alarm] { status.alarms }

    private var firstAlarm: String? {
        guard let first = alarms.first else { return nil }
        return first.text + (alarms.count > 1 ? "; \(alarms.count - 1) more" : "")
    }
}

extension Situation.Prefix {
    /// What was wrong, without the check and the address that said so.
    fileprivate var answer: Substring {
        let reason = status.reason
        return reason.firstRange(of: ": ").map { reason[$0.upperBound...] } ?? reason[...]
    }
}

/// Numbers of traffic, for people.
enum Figures {
    /// `240`, `1.2 k`, `800 k`, `2.4 M`
    static func short(_ value: Double) -> String {
        let value = max(0, value)
        for (unit, name) in [(1e12, " T"), (1e9, " G"), (1e6, " M"), (1e3, " k")] where value >= unit * 0.9995 {
            return digits(value / unit) + name
        }
        return value < 10 && value > 0 ? digits(value) : "\(value.whole())"
    }

    static func percent(_ share: Double) -> String { "\((max(0, share) * 100).whole()) %" }

    private static func digits(_ value: Double) -> String {
        let tenths = (value * 10).whole()
        return tenths >= 1000 || tenths % 10 == 0 ? "\((Double(tenths) / 10).whole())" : "\(tenths / 10).\(tenths % 10)"
    }
}
