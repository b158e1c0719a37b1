import Codes
import Control
import Site

@testable import landfall

/// Statuses that agents could have, to be shown.
enum Statuses {
    static let now = "2026-03-01T03:12:00.000Z"

    /// So many seconds before `now`, within the day.
    static func ago(_ seconds: Int) -> String {
        let at = 24 * 3600 + 3 * 3600 + 12 * 60 - seconds
        let pad = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
        let day = at >= 24 * 3600 ? "2026-03-01" : "2026-02-28"
        let of = at % (24 * 3600)
        return "\(day)T\(pad(of / 3600)):\(pad(of % 3600 / 60)):\(pad(of % 60)).000Z"
    }

    /// Two prefixes, two neighbors, one service: nothing is wrong.
    static var well: Status {
        var status = Status()
        (status.network, status.site, status.host) = ("example", "fra", "fra1")
        (status.version, status.pid, status.time, status.started) = ("0.5.0", 812, now, ago(7500))
        status.file = "/etc/landfall/landfall.yaml"
        var configuration = Status.Configuration()
        (configuration.path, configuration.accepted) = ("/etc/landfall/landfall.yaml", ago(7500))
        configuration.hash = "3f9c1a7be0d24415a9f0"
        (configuration.number, configuration.onDisk) = (4, "same")
        status.configuration = configuration
        status.neighbors = [
            neighbor("transit-a", "192.0.2.1", 64500), neighbor("transit-a6", "2001:db8:f::1", 64500),
        ]
        announce(&status, "203.0.113.0/24", at: ["transit-a"])
        announce(&status, "2001:db8:113::/48", at: ["transit-a6"])
        status.checks = [
            check("dns www.example.org A", "203.0.113.53"), check("dns www.example.org A", "2001:db8:113::53"),
        ]
        status.services = [service()]
        (status.load, status.drains, status.next) = (0.24, [], [])
        return status
    }

    static func neighbor(_ name: String, _ address: String, _ asn: UInt32) -> Status.Neighbor {
        var neighbor = Status.Neighbor()
        (neighbor.name, neighbor.address, neighbor.asn) = (name, address, asn)
        (neighbor.state, neighbor.since, neighbor.holdTimeSeconds) = ("Established", ago(7490), 90)
        return neighbor
    }

    static func announce(
        _ status: inout Status, _ name: String, at neighbors: [String],
        _ fill: (inout Status.Advertised) -> Void = { _ in }
    ) {
        var prefix = Status.Prefix()
        (prefix.prefix, prefix.state, prefix.level) = (name, "announced", "healthy")
        (prefix.reason, prefix.since, prefix.waiting) = ("healthy for 10 s", ago(7480), [])
        prefix.routes = neighbors.map { route($0, "healthy") }
        status.prefixes.append(prefix)
        var told = Status.Advertised()
        told.prefix = name
        fill(&told)
        for index in status.neighbors.indices where neighbors.contains(status.neighbors[index].name) {
            status.neighbors[index].advertised.append(told)
        }
    }

    static func route(_ neighbor: String, _ level: String, _ waiting: String? = nil, drained: Bool? = nil)
        -> Status.Prefix.Route
    {
        var route = Status.Prefix.Route()
        (route.neighbor, route.level, route.waiting, route.isDrained) = (neighbor, level, waiting, drained)
        return route
    }

    static func check(_ name: String, _ address: String) -> Status.Check {
        var check = Status.Check()
        (check.name, check.address, check.verdict) = (name, address, "healthy")
        (check.reason, check.since, check.milliseconds) = ("passed 3 times", ago(7485), 1.24)
        (check.passed, check.failed) = (7480, 2)
        return check
    }

    static func service() -> Status.Service {
        var service = Status.Service()
        (service.name, service.state, service.pid, service.since) = ("dns", "running", 815, ago(7499))
        (service.queriesPerSecond, service.bitsPerSecond) = (96_240, 83_000_000)
        (service.capacityQueriesPerSecond, service.capacityBitsPerSecond) = (400_000, 10_000_000_000)
        return service
    }

    static func alarm(
        _ code: String, _ severity: Status.Alarm.Severity, _ text: String, _ since: String, remedy: String
    ) -> Status.Alarm {
        let explanation = Explanation(code, code, title: "", meaning: "", remedy: remedy)
        return Status.Alarm(explanation, severity, text) { $0.since = since }
    }

    static var events: [Event] {
        var verdict = Event(.verdict, at: ago(186), site: "fra", host: "fra1")
        (verdict.id, verdict.check, verdict.address) = (117, "dns www.example.org A", "203.0.113.53")
        (verdict.verdict, verdict.reason) = ("failing", "no answer within 500 ms")
        var withdrawn = Event(.withdrawn, at: ago(186), site: "fra", host: "fra1")
        (withdrawn.id, withdrawn.prefix, withdrawn.neighbors) = (118, "203.0.113.0/24", ["transit-a"])
        withdrawn.reason = "dns www.example.org A at 203.0.113.53: no answer within 500 ms"
        return [verdict, withdrawn]
    }
}

// MARK: What may be wrong

extension Statuses {
    static func withdraw(_ status: inout Status, _ index: Int, _ reason: String, for seconds: Int) {
        (status.prefixes[index].state, status.prefixes[index].level) = ("withdrawn", "withdrawn")
        (status.prefixes[index].reason, status.prefixes[index].since) = (reason, ago(seconds))
        let name = status.prefixes[index].prefix
        for neighbor in status.neighbors.indices {
            status.neighbors[neighbor].advertised.removeAll { $0.prefix == name }
        }
        for route in status.prefixes[index].routes?.indices ?? 0..<0 {
            status.prefixes[index].routes?[route].level = "withdrawn"
        }
    }

    static var withdrawn: Status {
        var status = well
        let reason = "dns www.example.org A at 203.0.113.53: no answer within 500 ms"
        withdraw(&status, 0, reason, for: 186)
        (status.checks[0].verdict, status.checks[0].reason) = ("failing", "no answer within 500 ms")
        status.checks[0].since = ago(186)
        status.alarms = [
            alarm(
                "LF-A401", .critical, "203.0.113.0/24 is withdrawn: \(reason)", ago(186),
                remedy: "landfall check-now shows what comes back now: silence means a hang. Mend that.")
        ]
        return status
    }

    static var heldDown: Status {
        var status = withdrawn
        (status.prefixes[0].state, status.prefixes[0].secondsLeft) = ("held-down", 6.4)
        (status.prefixes[0].reason, status.prefixes[0].waiting) = ("it fails", ["held down, 7 s left"])
        (status.checks[0].verdict, status.checks[0].reason) = ("healthy", "passed 3 times")
        var next = Status.Transition()
        (next.kind, next.subject, next.inSeconds) = ("hold-down", "203.0.113.0/24", 6.4)
        next.text = "203.0.113.0/24 is announced again: held down until then"
        status.next = [next]
        status.alarms = [
            alarm(
                "LF-A402", .warning, "203.0.113.0/24 is held-down, 7 s left: it fails", ago(3),
                remedy: "Usually none: the time that is left stands beside it.")
        ]
        return status
    }

    static var drained: Status {
        var status = well
        for index in 0..<2 {
            withdraw(&status, index, "drained: the host", for: 700)
            status.prefixes[index].waiting = ["drained"]
            status.prefixes[index].routes = status.prefixes[index].routes?.map {
                route($0.neighbor, "withdrawn", "drained", drained: true)
            }
        }
        var drain = Status.Drain()
        (drain.state, drain.act, drain.by, drain.since) = ("withdrawn", 3, "alice", ago(730))
        (drain.share, drain.ends, drain.endsInSeconds) = (0, ago(-1070), 1070)
        status.drains = [drain]
        var next = Status.Transition()
        (next.kind, next.subject, next.inSeconds) = ("drain-end", "the host", 1070)
        next.text = "the drain of the host ends: announced again after rise and hold-down"
        status.next = [next]
        status.alarms = [
            alarm(
                "LF-A601", .warning, "the host is drained by alice since \(ago(730)), ends \(ago(-1070))", ago(730),
                remedy: "Ask whoever is named whether the work is done; then landfall undrain.")
        ]
        return status
    }

    static var neighborDown: Status {
        var status = well
        (status.neighbors[0].state, status.neighbors[0].since) = ("Active", ago(65))
        (status.neighbors[0].holdTimeSeconds, status.neighbors[0].lastError) = (nil, "Hold timer expired")
        status.neighbors[0].advertised = []
        status.alarms = [
            alarm(
                "LF-A501", .warning, "neighbor transit-a is Active: Hold timer expired", ago(65),
                remedy: "Connection refused: BGP isn't running there, or not for our address. Timed out: link.")
        ]
        return status
    }

    static var crashLoop: Status {
        var status = well
        for index in 0..<2 {
            (status.prefixes[index].level, status.prefixes[index].reason) = ("degraded", "the service keeps ending")
            status.prefixes[index].since = ago(40)
            status.prefixes[index].routes = status.prefixes[index].routes?.map { route($0.neighbor, "degraded") }
            status.neighbors[index].advertised[0].prepend = 2
        }
        (status.services[0].state, status.services[0].pid) = ("crash-loop", nil)
        (status.services[0].restarts, status.services[0].lastEnd) = (14, "ended by signal 11 (SIGSEGV)")
        (status.services[0].since, status.services[0].queriesPerSecond) = (ago(2), 0)
        status.alarms = [
            alarm(
                "LF-A201", .critical, "the service dns ends as soon as it starts: ended by signal 11 (SIGSEGV)",
                ago(40),
                remedy: "Look at how it ended: a signal means a fault of the program. If it began with a reload.")
        ]
        return status
    }

    static var anchor: Status {
        var status = well
        let reason = "dns www.example.org A at 203.0.113.53: SERVFAIL"
        (status.prefixes[0].level, status.prefixes[0].reason) = ("last-resort", reason)
        (status.prefixes[0].since, status.prefixes[0].routes) = (ago(300), [route("transit-a", "last-resort")])
        (status.neighbors[0].advertised[0].prepend, status.neighbors[0].advertised[0].med) = (3, 100)
        status.neighbors[0].advertised[0].communities = ["64500:70", "65000:1:2"]
        (status.checks[0].verdict, status.checks[0].reason, status.checks[0].since) = ("failing", "SERVFAIL", ago(300))
        status.alarms = [
            alarm(
                "LF-A403", .critical,
                "203.0.113.0/24 fails at this anchor: announced less preferred; no other site reaches transit-a",
                ago(300), remedy: "Mend the service: its checks and their evidence are in landfall status. If more.")
        ]
        return status
    }

    static var onTrial: Status {
        var status = well
        var configuration = status.configuration ?? Status.Configuration()
        (configuration.accepted, configuration.number) = (ago(120), 5)
        (configuration.confirmBy, configuration.confirmSecondsLeft) = (ago(-180), 180)
        status.configuration = configuration
        var next = Status.Transition()
        (next.kind, next.inSeconds) = ("confirmation", 180)
        next.text = "the configuration goes back to that of \(ago(7500)), unless confirmed"
        status.next = [next]
        return status
    }

    /// Fifty prefixes at fifty neighbors, of which one of each is in trouble.
    static var large: Status {
        var status = well
        (status.prefixes, status.neighbors, status.checks) = ([], [], [])
        for number in 1...50 {
            status.neighbors.append(neighbor("peer-\(number)", "192.0.2.\(number)", UInt32(64500 + number)))
        }
        let names = status.neighbors.map(\.name)
        for number in 1...50 {
            announce(&status, "203.0.\(number).0/24", at: names)
            status.checks.append(check("dns www.example.org A", "203.0.\(number).53"))
        }
        let reason = "dns www.example.org A at 203.0.17.53: refused"
        withdraw(&status, 16, reason, for: 30)
        (status.checks[16].verdict, status.checks[16].reason, status.checks[16].since) = ("failing", "refused", ago(30))
        (status.neighbors[30].state, status.neighbors[30].lastError) = ("Idle", "Cease/Administrative Shutdown")
        (status.neighbors[30].since, status.neighbors[30].advertised) = (ago(4000), [])
        status.alarms = [
            alarm(
                "LF-A401", .critical, "203.0.17.0/24 is withdrawn: \(reason)", ago(30),
                remedy: "landfall check-now shows what comes back now: silence means a hang. Mend that."),
            alarm(
                "LF-A501", .warning, "neighbor peer-31 is Idle: Cease/Administrative Shutdown", ago(4000),
                remedy: "Connection refused: BGP isn't running there. Timed out: link."),
        ]
        return status
    }
}
