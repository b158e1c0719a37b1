internal import Codes
internal import Net

/// The agent's unit, as `systemctl show` tells it.
package struct Unit: Sendable {
    var name: String
    /// nil: never.
    var timeoutStop: Duration?
    var killMode: String?
    /// Whether it can ask systemd for more time (sd_notify(3), EXTEND_TIMEOUT_USEC), as our agent does while it drains.
    var notifies = false

    /// Properties, one `Name=value` a line; nil where there is no such unit.
    package init?(_ text: some StringProtocol, name: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            let parts = String(line)[...].split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard values["LoadState"] == "loaded", let timeout = values["TimeoutStopUSec"] else { return nil }
        self.name = name
        killMode = values["KillMode"].map(String.init)
        notifies = values["Type"]?.hasPrefix("notify") == true
        timeoutStop = timeout == "infinity" ? nil : Self.span(timeout)
        if timeout != "infinity", timeoutStop == nil { return nil }
    }

    /// `1min 30s`, as systemd writes spans (systemd.time(7)).
    static func span(_ text: Substring) -> Duration? {
        var sum = Duration.zero
        for word in text.split(separator: " ") {
            let number = word.prefix { $0.isNumber || $0 == "." }
            guard let unit = units[String(word.dropFirst(number.count))], let value = Double(number), value < 1e9 else {
                return nil
            }
            sum += .nanoseconds(Int64(value * Double(unit.nanoseconds)))
        }
        return text.isEmpty ? nil : sum
    }

    private static let units: [String: Duration] = [
        "us": .microseconds(1), "ms": .milliseconds(1), "s": .seconds(1), "min": .seconds(60), "h": .seconds(3600),
        "d": .seconds(86_400), "w": .seconds(604_800),
    ]
}

/// Whether systemd gives the agent the time that its stop takes.
struct Stopping: Sendable {
    /// nil: no unit of the agent's.
    var unit: Seen<Unit?>
    /// How long a stop may take: the drain's bound, the wait after the withdrawal, and the end of sessions.
    var needed: Duration

    var look: Look {
        guard case .value(let found) = unit else { return Look("unit", hidden: unit.hidden) }
        guard let unit = found else { return Look("unit", "no unit of systemd's") }
        var findings: [Finding] = []
        let edit = "systemctl edit \(unit.name)   # [Service] "
        if let timeout = unit.timeoutStop, timeout <= needed, !unit.notifies {
            findings.append(
                Finding(
                    .shortStop, .warning, unit.name,
                    found: ["TimeoutStopSec is \(timeout.shortText), and a stop may take \(needed.shortText)"],
                    remedy: [edit + "Type=notify", edit + "TimeoutStopSec=\(needed.nanoseconds / 1_000_000_000 + 10)"]))
        }
        if let mode = unit.killMode, mode != "mixed" {
            findings.append(
                Finding(
                    .killMode, .warning, unit.name, found: ["KillMode is \(mode)"], remedy: [edit + "KillMode=mixed"]))
        }
        let time = unit.timeoutStop.map(\.shortText) ?? "any time"
        return Look(
            "unit", "\(unit.name): a stop may take \(time), and takes \(needed.shortText) at most", findings: findings)
    }
}

extension Explanation {
    static let shortStop = Self(
        "LF-D806", "short-stop", title: "Systemd kills the agent before its drain is over.",
        meaning: """
            A stop makes the routes less preferred, waits until traffic has moved (announce.drain.stop-wait at most), \
            withdraws, and waits again (announce.withdraw-wait). The agent asks systemd for that time where its unit \
            is of Type=notify; this one isn't. SIGKILL in between is an outage for whoever has not moved.
            """,
        remedy: "Type=notify, or TimeoutStopSec above the drain's bound: `systemctl edit landfall.service`.")
    static let killMode = Self(
        "LF-D807", "kill-mode", title: "Systemd stops the service together with the agent.",
        meaning: """
            With KillMode=mixed, SIGTERM goes to the agent, which drains while the service answers on. With \
            control-group, the service gets it too, and is gone before the routes are.
            """,
        remedy: "KillMode=mixed in the unit.")
}
