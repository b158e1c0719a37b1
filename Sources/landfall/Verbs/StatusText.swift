import Control

/// `landfall status` for people: one screen, what is wrong first.
struct StatusText {
    private let status: Status

    init(_ status: Status) { self.status = status }

    var text: String {
        let sections = [
            headline, alarms, section("Prefixes", prefixes), section("Checks", checks), section("Neighbors", neighbors),
            section("Services", services),
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
    }

    private var alarms: String { status.alarms.map { Terminal.paint("! ", .red) + $0 }.joined(separator: "\n") }

    private func section(_ title: String, _ table: Table) -> String {
        let lines = table.lines
        return lines.isEmpty ? "" : ([Terminal.paint(title, .bold)] + lines.map { "  " + $0 }).joined(separator: "\n")
    }

    private var prefixes: Table {
        Table(
            status.prefixes.map { prefix in
                let left = prefix.secondsLeft.map { ", \(Int($0.rounded(.up))) s left" } ?? ""
                let colour: Terminal.Colour = prefix.state == "announced" ? .green : .red
                return [prefix.prefix, Terminal.paint(prefix.state + left, colour), prefix.since, prefix.reason]
            })
    }

    private var checks: Table {
        Table(
            status.checks.map { check in
                let colour: Terminal.Colour = check.verdict == "healthy" ? .green : .red
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
            [told.prepend > 0 ? "prepend \(told.prepend)" : nil, told.med.map { "MED \($0)" }].compactMap(\.self)
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
        let tenths = Int((value * 10).rounded())
        return tenths >= 1000 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}
