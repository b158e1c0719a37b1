import Config
import Lab
import Net

/// One step of a rehearsal, for people.
extension Story {
    func step(_ step: Report.Step) -> String {
        let mark = step.ok ? Terminal.paint("ok", .green) : Terminal.paint("FAILED", .red)
        let head = "\(Terminal.paint(step.name, .bold)): \(deed(step)) \(mark)"
        let header = ["CLIENT", "SITE", "RTT", "LOST", times(step.kind), "TCP", "AS PATH"]
        let table = Table(header: header, rows(step).map { row($0, step.kind) }, rightAligned: [2, 3, 4])
        let failures = step.failures.map { Terminal.paint("  expected otherwise: \($0)", .red) }
        let disturbed = step.disturbed.map {
            Terminal.paint(
                "  Routes to \($0) went away too, though nothing was done to it: was this machine too busy?", .yellow)
        }
        let words = StepSummary(step).lines.map { "  " + $0 }
        return ([head] + indent(table.lines) + words + disturbed + failures).joined(separator: "\n")
    }

    private func times(_ kind: String) -> String {
        switch kind {
        case "restore", "undrain": "BACK AFTER"
        case "drain": "MOVED AFTER"
        default: "OUTAGE"
        }
    }

    private func deed(_ step: Report.Step) -> String {
        guard let site = step.target.value else { return "nothing is broken" }
        let process = step.process.value ?? "agent"
        let victim =
            process == "agent"
            ? "the agent at \(site)" : process == "serve" ? "landfall serve at \(site)" : "\(process) at \(site)"
        return switch step.kind {
        case "hang": "\(victim) stops, alive (SIGSTOP)"
        case "kill": "\(victim) dies (SIGKILL)"
        case "freeze": "agent and service at \(site) stand still (SIGSTOP)"
        case "cut": "links of \(site) drop every packet, carriers stay up"
        case "drain": "\(site) is drained"
        case "undrain": "the drain of \(site) ends"
        case "flap": "\(victim) stops and goes on, every second"
        case "overload": "\(site) gets more queries than it can answer"
        default: "\(site) is mended"
        }
    }

    /// A row for a client, or one for each family where they saw different things.
    private func rows(_ step: Report.Step) -> [[Report.Client]] {
        var groups: [[Report.Client]] = []
        for client in step.clients {
            let same = groups.firstIndex { group in
                group[0].client == client.client && group[0].before.value == client.before.value
                    && group[0].after.value == client.after.value && group[0].asPath == client.asPath
            }
            if let same { groups[same].append(client) } else { groups.append([client]) }
        }
        return groups
    }

    private func row(_ group: [Report.Client], _ kind: String) -> [String] {
        let client = group[0]
        let (before, after) = (client.before.value ?? "nothing", client.after.value ?? "nothing")
        let split = group.count == 1 && network.prefixes.count > 1
        let (fast, slow) = (
            client.rttBeforeMilliseconds.value.map(milliseconds), client.rttMilliseconds.value.map(milliseconds)
        )
        let times = group.compactMap {
            $0.outageMilliseconds.value ?? $0.movedMilliseconds.value ?? $0.returnMilliseconds.value
        }
        return [
            split ? "\(client.client) (\(client.family))" : client.client,
            before == after ? after : "\(before) → \(after)",
            before == after ? slow ?? "" : "\(fast ?? "none") → \(slow ?? "none")",
            group.map { "\($0.lost)" }.joined(separator: " + "),
            times.isEmpty ? "" : times.map(milliseconds).joined(separator: " / "),
            both(group.map { $0.connection.value ?? "none" }), path(client.asPath),
        ]
    }
}
