import Control
import FoundationEssentials
import Net

/// The story of a prefix at a router, as somebody tells it who has followed the route: who sent what, which one won and
/// where, where packets go, and who hears of it.
struct PrefixScreen {
    private let story: PrefixAnswer
    private let now: Date
    var ink = Terminal.ink
    var width = Terminal.width

    init(_ story: PrefixAnswer) {
        self.story = story
        now = Spans.moment(story.time) ?? .now
    }

    /// Neighbors that are named; more of them are counted.
    private static let mostNames = 12

    var text: String {
        let sections = [paths, decision, use, told, kernel].filter { !$0.rows.isEmpty }
        let space = sections.isEmpty ? [] : [""]
        return (head + space + sections.flatMap { $0.lines(ink, width: width) }).joined(separator: "\n")
    }

    // MARK: In one line

    private var head: [String] {
        let lines = [headline] + (story.coveredBy.isEmpty ? [] : ["also covered by \(names(story.coveredBy))"])
        return lines.enumerated().flatMap { index, line in
            let parts = width.map { line.wrapped(at: $0) } ?? [line]
            return parts.map { ink.paint($0, index == 0 ? .bold : .grey) }
        }
    }

    private var headline: String {
        guard let prefix = story.prefix else { return "\(story.asked): there is no route to it" }
        let what = prefix == story.asked ? prefix : "\(story.asked) is in \(prefix)"
        let best = story.paths.first { $0.route.state == .best }
        let count = story.paths.count + (story.morePaths ?? 0)
        guard let best else { return "\(what): none of \(count) \(count == 1 ? "path" : "paths") can be used" }
        let from = best.route.neighbor.map { "by \($0.printable())" } ?? "our own"
        let told = story.told.filter(\.isTold).reduce(0) { $0 + $1.neighbors.count }
        let all = story.told.reduce(0) { $0 + $1.neighbors.count }
        let audience =
            all == 0 ? "there is nobody to tell" : "told to \(told) of \(all) \(all == 1 ? "neighbor" : "neighbors")"
        return "\(what): \(from), \(count == 1 ? "the only path" : "the best of \(count) paths"); \(audience)"
    }

    // MARK: Sections

    private var paths: Section {
        let rows = story.paths.flatMap { path -> [[Cell]] in
            let route = path.route
            let number = route.pathID.map { " path \($0)" } ?? ""
            let name = Cell((route.neighbor ?? "ourselves") + number)
            let state = Cell(route.state.rawValue, route.state.colour)
            let lines = [route.attributes.sentence] + details(path)
            return lines.enumerated().map { $0 == 0 ? [name, state, Cell($1)] : ["", "", Cell($1)] }
        }
        let more: [[Cell]] = story.morePaths.map { [[Cell("and \($0) more"), "", ""]] } ?? []
        return Section("Paths", rows + more, wraps: true)
    }

    private func details(_ path: PrefixAnswer.Path) -> [String] {
        let route = path.route
        let age = Spans.ago(route.since, at: now).map { "came \($0)" }
        let changes = path.importChanges.map { changes in
            changes.isEmpty ? "import changed nothing" : "import: " + changes.joined(separator: ", ")
        }
        let why = [RouteAnswer.State.best, .multipath].contains(route.state) ? nil : route.reason
        return [route.attributes.tags, why, route.neighbor == nil ? nil : changes, age].compactMap(\.self)
    }

    private var decision: Section {
        let rows = story.decision.map { step in
            let letter = step.letter.map { "(\($0))" } ?? ""
            return [
                Cell(letter), Cell(step.prefers), Cell(values(step)),
                Cell(outcome(step), step.out.isEmpty ? .grey : nil),
            ]
        }
        return Section("Decision", rows, wraps: true)
    }

    /// Those who have the same value together.
    private func values(_ step: PrefixAnswer.Step) -> String {
        var groups: [(value: String, neighbors: [String])] = []
        for entry in step.values {
            if let index = groups.firstIndex(where: { $0.value == entry.value }) {
                groups[index].neighbors.append(entry.neighbor)
            } else {
                groups.append((entry.value, [entry.neighbor]))
            }
        }
        if groups.count == 1 { return "all \(groups[0].value)" }
        return groups.map { "\($0.value): \(names($0.neighbors))" }.joined(separator: "; ")
    }

    private func outcome(_ step: PrefixAnswer.Step) -> String {
        if step.out.isEmpty { return "equal" }
        return "\(names(step.out)) out, \(step.left) left"
    }

    private var use: Section {
        if story.isBlackhole == true { return Section("Use", [["packets are discarded (BLACKHOLE, RFC 7999)"]]) }
        guard story.prefix != nil, story.paths.contains(where: { $0.route.state == .best }) else {
            return Section("Use", [])
        }
        let hops = story.nextHops.joined(separator: " and ")
        let spread = story.nextHops.count > 1 ? ", flows spread over \(story.nextHops.count)" : ""
        return Section(
            "Use", [[Cell(hops.isEmpty ? "our own prefix: it ends here" : "packets go to \(hops)\(spread)")]])
    }

    private var told: Section {
        Section(
            "Told",
            story.told.map {
                [Cell(names($0.neighbors)), Cell($0.isTold ? "yes" : "no", $0.isTold ? .green : nil), Cell(words($0))]
            }, wraps: true)
    }

    private func words(_ told: PrefixAnswer.Told) -> String {
        if let reason = told.reason { return reason }
        let changes = told.changes ?? []
        return changes.isEmpty ? "as it is" : changes.joined(separator: ", ")
    }

    private var kernel: Section {
        guard let kernel = story.kernel else { return Section("Kernel", []) }
        let hops = kernel.nextHops.isEmpty ? "" : " by \(kernel.nextHops.joined(separator: " and "))"
        let metric = kernel.metric.map { ", metric \($0)" } ?? ""
        let line = "table \(kernel.table): \(kernel.state)\(hops)\(metric)"
        return Section("Kernel", [[Cell(line)]] + (kernel.text.map { [[Cell($0)]] } ?? []), wraps: true)
    }

    private func names(_ all: [String]) -> String {
        let rest = all.count - Self.mostNames
        return all.prefix(Self.mostNames).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
    }
}

extension RouteAttributes {
    /// `64501 64510 i, next hop 192.0.2.9, local preference 100, MED 5`
    var sentence: String {
        let parts: [String?] = [
            pathAndOrigin, nextHops.isEmpty ? nil : "next hop \(nextHops.joined(separator: " "))",
            localPref.map { "local preference \($0)" }, med.map { "MED \($0)" },
        ]
        return parts.compactMap(\.self).joined(separator: ", ")
    }

    /// What else it carries; nil: nothing.
    var tags: String? {
        let lists: [(String, [String]?)] = [
            ("communities", communities), ("large communities", largeCommunities),
            ("extended communities", extendedCommunities), ("clusters", clusterList), ("attributes", others),
        ]
        let parts =
            lists.compactMap { name, list in list.map { "\(name) \($0.joined(separator: " "))" } }
            + [
                onlyToCustomer.map { "only to customers since AS\($0)" }, aggregator.map { "aggregated by \($0)" },
                originatorID.map { "originator \($0)" },
            ].compactMap(\.self)
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}
