import Control

/// Prefixes, what each neighbor is told of them, and what comes next.
extension Screen {
    var sectionOfPrefixes: Section {
        let (wrong, fine) = (
            situation.prefixes.filter { $0.severity > .fine }, situation.prefixes.filter { $0.severity == .fine }
        )
        return Section("Prefixes", fold(wrong, fine, row: rows) { summary($0) })
    }

    private func rows(_ prefix: Situation.Prefix) -> [[Cell]] {
        let since = Cell(situation.age(prefix.status.since) ?? "")
        let head = [Cell(prefix.name), Cell(prefix.word, prefix.severity.colour), since]
        let ways = ways(prefix)
        guard prefix.severity > .fine else { return list(ways.isEmpty ? [""] : ways, behind: head) }
        return list([reason(of: prefix)] + ways, behind: head)
    }

    private func list(_ lines: [String], behind head: [Cell]) -> [[Cell]] {
        lines.enumerated().map { index, line in (index == 0 ? head : head.map { _ in "" }) + [Cell(line)] }
    }

    /// Why, and what it waits for where that is the same at all neighbors.
    private func reason(of prefix: Situation.Prefix) -> String {
        let waiting = prefix.status.waiting ?? []
        if let muted = prefix.muted { return "no session is up with \(names(muted))" }
        // What it was held down for is over; how long it still is, counts.
        if prefix.status.state == "held-down", !waiting.isEmpty { return waiting.joined(separator: "; ") }
        let isNews = waiting.count == 1 && !prefix.status.reason.hasPrefix(waiting[0])
        return ([prefix.status.reason] + (isNews ? [waiting[0]] : [])).filter { !$0.isEmpty }.joined(separator: "; ")
    }

    /// What neighbors are told: those that are told the same in one line, and those that wait for something of their own.
    private func ways(_ prefix: Situation.Prefix) -> [String] {
        var ways: [(told: String, neighbors: [String])] = []
        for (neighbor, route) in prefix.told {
            let told = route.attributes
            if let index = ways.firstIndex(where: { $0.told == told }) {
                ways[index].neighbors.append(neighbor)
            } else {
                ways.append((told, [neighbor]))
            }
        }
        let waiting = (prefix.status.waiting?.count ?? 0) > 1 || ways.isEmpty ? waits(prefix) : []
        return ways.map { "to \(names($0.neighbors)): \($0.told)" }.limited(to: 3) + waiting.limited(to: 3)
    }

    private func waits(_ prefix: Situation.Prefix) -> [String] {
        let routes = (prefix.status.routes ?? []).filter { $0.waiting != nil }
        guard Set(routes.map(\.waiting)).count > 1 else { return [] }
        return routes.map { "at \($0.neighbor): \($0.waiting ?? "")" }
    }

    private func names(_ all: [String]) -> String {
        all.count <= Self.few ? all.joined(separator: ", ") : "\(all[0]), \(all[1]) and \(all.count - 2) more"
    }

    /// Those that are told the same to the same neighbors in one line.
    private func summary(_ fine: [Situation.Prefix]) -> [[Cell]] {
        var groups: [(ways: [String], prefixes: [Situation.Prefix])] = []
        for prefix in fine {
            let own = ways(prefix)
            if let index = groups.firstIndex(where: { $0.ways == own }) {
                groups[index].prefixes.append(prefix)
            } else {
                groups.append((own, [prefix]))
            }
        }
        let rows = groups.prefix(Self.few).flatMap { group -> [[Cell]] in
            let (first, count) = (group.prefixes[0].name, group.prefixes.count)
            let head = [Cell(count == 1 ? first : "\(first) and \(count - 1) more"), Cell("announced", .green), ""]
            return list(group.ways.isEmpty ? [""] : group.ways, behind: head)
        }
        let rest = groups.dropFirst(Self.few).reduce(0) { $0 + $1.prefixes.count }
        return rows + (rest > 0 ? [[Cell("and \(rest) more announced, with other attributes")]] : [])
    }

    var sectionOfTransitions: Section {
        let rows = (status.next ?? []).map { [Cell("in \(Spans.text($0.inSeconds))"), Cell($0.text)] }
        return Section(
            "Next", rows.count > 3 ? rows.prefix(3) + [["", "and \(rows.count - 3) more"]] : rows, wraps: true)
    }
}

extension Status.Advertised {
    /// `prepend 2, MED 10, 65535:0`; `plain` without any.
    var attributes: String {
        let numbers = [
            prepend > 0 ? "prepend \(prepend)" : nil, med.map { "MED \($0)" }, localPref.map { "LOCAL_PREF \($0)" },
        ]
        let all = numbers.compactMap(\.self) + communities
        return all.isEmpty ? "no attributes added" : all.joined(separator: ", ")
    }
}

extension [String] {
    /// The first ones, and how many there are beside.
    fileprivate func limited(to count: Int) -> [String] {
        self.count <= count ? self : prefix(count) + ["and \(self.count - count) more"]
    }
}
