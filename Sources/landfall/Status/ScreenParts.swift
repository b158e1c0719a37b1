import Control

/// Sessions, checks and services: what the agent has to do with.
extension Screen {
    var sectionOfSessions: Section {
        let up = status.neighbors.filter(\.isUp)
        return Section("Sessions", fold(situation.down, up, row: { [row(of: $0)] }) { summary($0) })
    }

    private func row(of neighbor: Status.Neighbor) -> [Cell] {
        let hold = neighbor.holdTimeSeconds.map { "hold \($0.whole()) s, " } ?? ""
        let ended = neighbor.lastError.map { neighbor.isUp ? "; the one before: \($0)" : $0 } ?? ""
        let count = neighbor.advertised.count
        let told = "\(hold)told \(count) \(count == 1 ? "prefix" : "prefixes")\(ended)"
        return [
            Cell(neighbor.name), Cell(neighbor.address), Cell("AS\(neighbor.asn)"),
            Cell(neighbor.state, neighbor.isUp ? .green : .red), Cell(situation.age(neighbor.since) ?? ""),
            Cell(neighbor.isUp ? told : neighbor.lastError ?? "not up yet"),
        ]
    }

    private func summary(_ up: [Status.Neighbor]) -> [[Cell]] {
        let holds = Set(up.compactMap { $0.holdTimeSeconds?.whole() }).sorted()
        let range = holds.count < 2 ? holds.map { "\($0)" } : ["\(holds[0]) to \(holds[holds.count - 1])"]
        let hold = range.first.map { "hold \($0) s" }
        let youngest = up.compactMap { Spans.age(of: $0.since, at: situation.now) }.min()
        let since = youngest.map { "the youngest for \(Spans.text($0.rounded(.down)))" }
        return [
            [Cell("\(up.count) Established", .green), Cell([hold, since].compactMap(\.self).joined(separator: ", "))]
        ]
    }

    var sectionOfChecks: Section {
        let wrong = status.checks.filter { $0.verdict != "healthy" }.sortedWorstFirst(\.severity)
        let fine = status.checks.filter { $0.verdict == "healthy" }
        return Section("Checks", fold(wrong, fine, row: { [row(of: $0)] }) { summary($0) })
    }

    private func row(of check: Status.Check) -> [Cell] {
        let took = check.milliseconds.map { "answered in \(Figures.milliseconds($0))" } ?? "no answer yet"
        let text = check.severity == .fine ? took : check.reason
        return [
            Cell(check.name), Cell(check.address), Cell(check.verdict, check.severity.colour),
            Cell(situation.age(check.since) ?? ""), Cell(text),
        ]
    }

    private func summary(_ fine: [Status.Check]) -> [[Cell]] {
        let slowest = fine.compactMap(\.milliseconds).max().map {
            "the slowest answered in \(Figures.milliseconds($0))"
        }
        return [[Cell("\(fine.count) healthy", .green), Cell(slowest ?? "")]]
    }

    var sectionOfServices: Section {
        let wrong = status.services.filter { $0.state != "running" }
        let fine = status.services.filter { $0.state == "running" }
        return Section(
            "Services",
            fold(wrong, fine, row: { [row(of: $0)] }) { fine in
                let rate = fine.reduce(0) { $0 + $1.queriesPerSecond }
                return [[Cell("\(fine.count) running", .green), Cell("\(Figures.short(rate)) queries/s")]]
            })
    }

    private func row(of service: Status.Service) -> [Cell] {
        let isUp = service.state == "running"
        let rates = [
            Figures.load(service.queriesPerSecond, service.capacityQueriesPerSecond, "queries/s"),
            Figures.load(service.bitsPerSecond, service.capacityBitsPerSecond, "bit/s"),
        ]
        let restarts = service.restarts > 0 ? ["\(service.restarts) restart\(service.restarts == 1 ? "" : "s")"] : []
        let end = service.lastEnd.map { ["the last one \($0)"] } ?? []
        return [
            Cell(service.name), Cell(isUp ? "running" : service.state.replacing("-", with: " "), isUp ? .green : .red),
            Cell(situation.age(service.since) ?? ""),
            Cell((isUp ? rates + restarts + end : end + restarts).joined(separator: ", ")),
        ]
    }
}

extension Status.Check {
    var severity: Severity { ["healthy": .fine, "degraded": .warning, "unknown": .warning][verdict] ?? .critical }
}

extension Figures {
    static func milliseconds(_ value: Double) -> String {
        value < 100 ? "\(Double((value * 10).whole()) / 10) ms" : "\(value.whole()) ms"
    }

    /// `240 queries/s (24 % of 1 k)`
    static func load(_ rate: Double, _ capacity: UInt64?, _ unit: String) -> String {
        let shown = "\(short(rate)) \(unit)"
        guard let capacity, capacity > 0 else { return shown }
        return "\(shown) (\(percent(rate / Double(capacity))) of \(short(Double(capacity))))"
    }
}
