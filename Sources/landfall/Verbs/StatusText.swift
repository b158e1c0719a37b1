import Announce
import Control

/// `landfall status` for people: one screen, what is wrong first.
struct StatusText {
    private let status: Status
    /// As it was named on the command line, for the commands that are proposed.
    private let socket: String?

    init(_ status: Status, socket: String?) { (self.status, self.socket) = (status, socket) }

    var text: String {
        let sections = [
            headline, alarms, section("Prefixes", prefixes), section("Drains", drains), section("Checks", checks),
            section("Neighbors", neighbors), section("Services", services), section("What to do", whatToDo),
        ]
        return sections.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private var headline: String {
        let verdict =
            status.alarms.isEmpty
            ? Terminal.paint("all is well", .green)
            : Terminal.paint(status.alarms.count == 1 ? "1 alarm" : "\(status.alarms.count) alarms", .red)
        return "\(status.network), site \(status.site), host \(status.host): \(verdict)\n"
            + "landfall \(status.version), pid \(status.pid), since \(status.started), now \(status.time)"
            + (status.configuration.map { "\n" + text(of: $0) } ?? "")
    }

    private func text(of configuration: Status.Configuration) -> String {
        let copy = configuration.number.map { ", copy \($0)" } ?? ""
        let left = configuration.confirmSecondsLeft.map {
            Terminal.paint(", goes back in \($0.whole(.up)) s unless confirmed", .yellow)
        }
        return "\(configuration.path), accepted \(configuration.accepted)\(copy) (\(configuration.hash.prefix(12)))"
            + (left ?? "")
    }

    private var alarms: String { status.alarms.map { Terminal.paint("! ", .red) + $0.text }.joined(separator: "\n") }

    private func section(_ title: String, _ table: Table) -> String {
        let lines = table.lines
        return lines.isEmpty ? "" : ([Terminal.paint(title, .bold)] + lines.map { "  " + $0 }).joined(separator: "\n")
    }

    private var prefixes: Table {
        Table(
            status.prefixes.flatMap { prefix in
                let colour: Terminal.Colour = prefix.state == "announced" ? .green : .red
                let level = prefix.level.map { $0 == "healthy" || $0 == "withdrawn" ? "" : " (\($0))" } ?? ""
                let first = [
                    prefix.prefix, Terminal.paint(prefix.state + level, colour), prefix.since,
                    [prefix.reason, common(prefix)].compactMap(\.self).joined(separator: "; "),
                ]
                return [first] + different(prefix)
            })
    }

    /// What it waits for, where that is the same at all neighbors.
    private func common(_ prefix: Status.Prefix) -> String? {
        guard let waiting = prefix.waiting else {
            return prefix.secondsLeft.map { "\($0.whole(.up)) s left" }
        }
        // "drained" says nothing beside "drained: the host".
        let isNews = waiting.count == 1 && !prefix.reason.hasPrefix(waiting[0])
        return isNews && differsNowhere(prefix) ? waiting[0] : nil
    }

    private func differsNowhere(_ prefix: Status.Prefix) -> Bool {
        Set((prefix.routes ?? []).map { [$0.level, $0.waiting ?? ""] }).count <= 1
    }

    /// One line for each neighbor, where they are not alike.
    private func different(_ prefix: Status.Prefix) -> [[String]] {
        guard !differsNowhere(prefix) else { return [] }
        return (prefix.routes ?? []).map { route in
            let colour: Terminal.Colour = route.level == "withdrawn" ? .red : .green
            return ["  at \(route.neighbor)", Terminal.paint(route.level, colour), "", route.waiting ?? ""]
        }
    }

    private var drains: Table {
        Table(
            (status.drains ?? []).map { drain in
                let share = drain.share.map { ", \(percent($0)) of the traffic still here" } ?? ""
                let left = drain.secondsLeft.map { ", \($0.whole(.up)) s left" } ?? ""
                let told = drain.state == "kept" ? ", announced to \(drain.neighbors.joined(separator: ", "))" : ""
                return [
                    drain.target.words, Terminal.paint(drain.state, .yellow) + left + share + told,
                    drain.by.map { "by \($0)" } ?? "", drain.since.map { "since \($0)" } ?? "",
                    drain.ends.map { "ends \($0)" } ?? "until somebody undrains it",
                ]
            })
    }

    /// Each command with its purpose.
    private var whatToDo: Table {
        let at = socket.map { " --socket \(quoted($0))" } ?? ""
        let drains = (status.drains ?? []).flatMap { drain in
            let option = drain.target.option
            let end = ["landfall undrain \(option)\(at)", "ends the drain of \(drain.target.words)"]
            guard drain.state == "kept" else { return [end] }
            return [["landfall drain \(option) --force\(at)", "withdraws, whatever traffic is still here"], end]
        }
        let checks = status.checks.filter { $0.verdict != "healthy" }.prefix(3).map { check in
            [
                "landfall check-now \(quoted(check.name)) --address \(check.address)\(at)",
                "asks again, and shows what came back",
            ]
        }
        return Table(configurationToDo(at) + drains + checks)
    }

    private func configurationToDo(_ at: String) -> [[String]] {
        guard let configuration = status.configuration else { return [] }
        if configuration.confirmBy != nil {
            return [
                ["landfall confirm\(at)", "keeps the new configuration"],
                ["landfall rollback\(at)", "goes back to the one of before, at once"],
            ]
        }
        guard configuration.refused != nil || configuration.pinned != nil else { return [] }
        return [["landfall reload --dry-run\(at)", "says what the file would change, or what is wrong with it"]]
    }

    private var checks: Table {
        Table(
            status.checks.map { check in
                let colour: Terminal.Colour =
                    ["healthy": .green, "degraded": .yellow][check.verdict] ?? .red
                let time = check.milliseconds.map { "\(decimal($0)) ms" } ?? "-"
                return [
                    check.name, check.address, Terminal.paint(check.verdict, colour), time,
                    "\(check.passed) passed, \(check.failed) failed", check.reason,
                ]
            }, rightAligned: [3])
    }

    private var neighbors: Table {
        Table(
            status.neighbors.map { neighbor in
                let isUp = neighbor.state == "Established"
                let hold = neighbor.holdTimeSeconds.map { "hold time \(Int($0)) s" } ?? ""
                let told =
                    neighbor.advertised.isEmpty
                    ? "told nothing" : "told " + neighbor.advertised.map(describe).joined(separator: ", ")
                return [
                    neighbor.name, neighbor.address, "AS\(neighbor.asn)",
                    Terminal.paint(neighbor.state, isUp ? .green : .red), neighbor.since,
                    isUp ? hold : neighbor.lastError ?? "", told,
                ]
            })
    }

    private func describe(_ told: Status.Advertised) -> String {
        let extras =
            [
                told.prepend > 0 ? "prepend \(told.prepend)" : nil, told.med.map { "MED \($0)" },
                told.localPref.map { "LOCAL_PREF \($0)" },
            ].compactMap(\.self)
            + told.communities
        return extras.isEmpty ? told.prefix : "\(told.prefix) (\(extras.joined(separator: ", ")))"
    }

    private var services: Table {
        Table(
            status.services.map { service in
                let isUp = service.state == "running"
                return [
                    service.name, Terminal.paint(service.state, isUp ? .green : .red),
                    service.pid.map { "pid \($0)" } ?? "-",
                    service.since, "restarts \(service.restarts)",
                    load(service.queriesPerSecond, service.capacityQueriesPerSecond, "queries/s"),
                    load(service.bitsPerSecond, service.capacityBitsPerSecond, "bit/s"),
                ]
            })
    }

    private func load(_ rate: Double, _ capacity: UInt64?, _ unit: String) -> String {
        let shown = "\(decimal(rate)) \(unit)"
        guard let capacity, capacity > 0 else { return shown }
        return shown + " (\(decimal(100 * rate / Double(capacity))) % of \(capacity))"
    }

    private func decimal(_ value: Double) -> String {
        let tenths = (value * 10).whole()
        return tenths >= 1000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
