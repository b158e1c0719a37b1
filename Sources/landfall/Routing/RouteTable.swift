import Control
import FoundationEssentials
import Net

/// Routes as rows that line up over all pages, though only one page is there at a time: columns keep the widths that they
/// came to, and a longer path than most moves its own row only.
struct RouteTable {
    private let columns: [Column]
    private var widths: [Int]
    private var isBegun = false
    var ink = Terminal.ink
    /// For ages.
    var now = Date.now

    private enum Column: CaseIterable {
        case prefix, state, from, nextHop, localPref, med, path, age, reason
    }

    init(_ table: RoutesQuestion.Table) {
        columns = Column.allCases.filter { column in
            switch column {
            case .state: table == .all || table == .received
            case .reason: table != .best && table != .sent
            default: true
            }
        }
        widths = columns.map { _ in 0 }
    }

    /// With the names of the columns above the first page.
    mutating func text(_ routes: some Collection<RouteAnswer>) -> String {
        let head = isBegun ? [] : [columns.map(name)]
        isBegun = true
        let rows = head + routes.map { route in columns.map { cell($0, of: route) } }
        for (row, column) in rows.flatMap({ row in columns.indices.map { (row, $0) } }) {
            let width = Table.width(row[column])
            if width <= Self.widest { widths[column] = max(widths[column], width) }
        }
        return rows.map(line).joined(separator: "\n")
    }

    /// Longer cells, AS paths above all, move what is behind them rather than that column in every row.
    private static let widest = 44

    private func line(_ row: [String]) -> String {
        let cells = zip(row, columns.indices).map { cell, column in
            let space = String(repeating: " ", count: max(0, widths[column] - Table.width(cell)))
            let isNumber = [.localPref, .med, .age].contains(columns[column])
            return isNumber ? space + cell : column == columns.count - 1 ? cell : cell + space
        }
        return cells.joined(separator: "  ")
    }

    private func name(_ column: Column) -> String {
        switch column {
        case .prefix: "PREFIX"
        case .state: "STATE"
        case .from: "FROM"
        case .nextHop: "NEXT HOP"
        case .localPref: "PREF"
        case .med: "MED"
        case .path: "AS PATH"
        case .age: "AGE"
        case .reason: "WHY"
        }
    }

    private func cell(_ column: Column, of route: RouteAnswer) -> String {
        switch column {
        case .prefix: route.prefix
        case .state: ink.paint(route.state.rawValue, route.state.colour)
        case .from: route.neighbor?.printable() ?? "ourselves"
        case .nextHop: route.attributes.nextHops.first ?? "-"
        case .localPref: route.attributes.localPref.map(String.init) ?? "-"
        case .med: route.attributes.med.map(String.init) ?? "-"
        case .path: route.attributes.pathAndOrigin
        case .age: Spans.age(of: route.since, at: now).map(Self.short) ?? ""
        case .reason: route.reason.printable()
        }
    }

    /// `7s`, `12m`, `3h`, `4d`: narrow, as there may be a million of them.
    private static func short(_ seconds: Double) -> String {
        let seconds = seconds.whole(.down)
        for (unit, name) in [(86_400, "d"), (3600, "h"), (60, "m")] where seconds >= unit {
            return "\(seconds / unit)\(name)"
        }
        return "\(seconds)s"
    }
}

extension RouteAnswer.State {
    var colour: Terminal.Colour? {
        switch self {
        case .best, .multipath, .sent: .green
        case .dropped, .unreachable: .red
        case .pending, .withheld: .yellow
        case .lost: nil
        }
    }
}

extension RouteAttributes {
    /// `64501 64502 i`, as looking glasses have it.
    var pathAndOrigin: String {
        let letter = ["IGP": "i", "EGP": "e"][origin ?? ""] ?? "?"
        return path.isEmpty ? letter : "\(path) \(letter)"
    }
}
