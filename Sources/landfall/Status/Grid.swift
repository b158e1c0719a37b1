/// Rows of a section, whose columns line up, with the section's title in a column of its own on the left: a screen has few
/// lines and many columns.
///
///     Prefixes  203.0.113.0/24     withdrawn  3 min  no answer within 500 ms
///               2001:db8:113::/48  announced  2 h    to r6: prepend 2
struct Section: Sendable {
    var title: Cell
    var rows: [[Cell]]
    /// The last column goes on in the next line, where it would be cut off otherwise.
    var wraps = false
    /// Columns of numbers, which end below each other.
    var rightAligned: Set<Int> = []

    init(_ title: String, _ rows: [[Cell]], wraps: Bool = false, rightAligned: Set<Int> = []) {
        (self.title, self.rows) = (Cell(title, .bold), rows)
        (self.wraps, self.rightAligned) = (wraps, rightAligned)
    }

    static let gutter = 10
    private static let gap = 2

    /// - Parameter width: of a terminal; nil: as long as they get.
    func lines(_ ink: Ink, width: Int?) -> [String] {
        let laid = rows.flatMap { wrapped($0, width) }.map { line($0, ink, width) }
        return laid.enumerated().map { index, line in
            let head = index == 0 ? title : ""
            let padding = String(repeating: " ", count: max(1, Self.gutter - head.width))
            return line.isEmpty ? ink.paint(head.text, head.colour) : ink.paint(head.text, head.colour) + padding + line
        }
    }

    private var widths: [Int] {
        (0..<(rows.map(\.count).max() ?? 0)).map { column in
            // A last cell may be as long as it likes, and moves nothing.
            rows.filter { $0.count > column + 1 }.map { $0[column].width }.max() ?? 0
        }
    }

    private func line(_ row: [Cell], _ ink: Ink, _ width: Int?) -> String {
        var (line, used, owed) = ("", Self.gutter, 0)
        for (column, cell) in row.enumerated() {
            let room = width.map { $0 - used - owed } ?? .max
            guard room > 0 else { break }
            let shown = cell.cut(to: room)
            let padding = column + 1 < row.count ? max(0, widths[column] - cell.width) : 0
            let before = rightAligned.contains(column) ? padding : 0
            if !shown.text.isEmpty {
                line += String(repeating: " ", count: owed + before) + ink.paint(shown.text, shown.colour)
                used += owed + before + shown.width
                owed = 0
            } else {
                owed += before
            }
            owed += padding - before + Self.gap
        }
        return line
    }

    /// A row whose last cell is too long becomes several, the later ones empty on the left.
    private func wrapped(_ row: [Cell], _ width: Int?) -> [[Cell]] {
        guard wraps, let width, row.count > 1 || rows.allSatisfy({ $0.count == 1 }), let last = row.last else {
            return [row]
        }
        let left = Self.gutter + widths.prefix(row.count - 1).reduce(0) { $0 + $1 + Self.gap }
        let room = width - left
        guard room >= 20, last.width > room else { return [row] }
        return last.text.wrapped(at: room, cutsWords: true).enumerated().map { index, part in
            let head = index == 0 ? row.dropLast() : row.dropLast().map { _ in Cell("") }
            return head + [Cell(part, last.colour)]
        }
    }
}
