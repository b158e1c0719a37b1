/// Rows whose columns line up, two spaces between them, no space at the end of a line.
struct Table {
    private var rows: [[String]]
    /// Columns of numbers, which end below each other.
    var rightAligned: Set<Int> = []
    /// Columns are at least so wide: as they were in the part of the table above.
    var leastWidths: [Int] = []
    /// Columns in which a cell that is longer than this moves what is behind it, rather than that column in every row: then
    /// nothing is wrapped.
    var looseFrom = Int.max

    init(_ rows: [[String]], rightAligned: Set<Int> = []) { (self.rows, self.rightAligned) = (rows, rightAligned) }

    init(header: [String], _ rows: [[String]], rightAligned: Set<Int> = []) {
        self.init([header] + rows, rightAligned: rightAligned)
    }

    var text: String { lines.joined(separator: "\n") }

    /// As wide as the terminal.
    var lines: [String] { lines(within: Terminal.screenWidth) }

    /// - Parameter width: of the screen: the widest columns of text are wrapped, as far as that makes sense; nil: as wide as
    ///   they get.
    func lines(within width: Int?) -> [String] {
        guard looseFrom == .max else { return rows.map { line($0, self.widths) } }
        let widths = widths(within: width)
        return rows.flatMap { row in
            let cells = zip(row, widths).map { Self.width($0) > $1 ? $0.wrapped(at: $1, cutsWords: true) : [$0] }
            return (0..<max(1, cells.map(\.count).max() ?? 1)).map { place in
                line(cells.map { place < $0.count ? $0[place] : "" }, widths)
            }
        }
    }

    private func line(_ row: [String], _ widths: [Int]) -> String {
        let cells = row.enumerated().map { column, cell in
            let space = String(repeating: " ", count: max(0, widths[column] - Self.width(cell)))
            return rightAligned.contains(column) ? space + cell : cell + space
        }
        return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
    }

    /// No column of text gets narrower to make room than this, or than what is coloured in it.
    private static let narrowest = 9

    /// As wide as they get.
    var widths: [Int] {
        columns.enumerated().map { index, cells in
            let least = index < leastWidths.count ? leastWidths[index] : 0
            return max(least, cells.map(Self.width).filter { $0 <= looseFrom }.max() ?? 0)
        }
    }

    private func widths(within width: Int?) -> [Int] {
        var widths = self.widths
        let floors = columns.map { $0.filter(Self.isPainted).map(Self.width).max() ?? 0 }
        let gaps = 2 * max(0, widths.count - 1)
        while let width, let widest = shrinkable(widths, floors) {
            let excess = widths.reduce(gaps, +) - width
            guard excess > 0 else { break }
            // Down to the next one, so that two long columns share the room.
            let next = widths.filter { $0 < widths[widest] }.max() ?? 0
            widths[widest] = max(widths[widest] - excess, next, floors[widest], Self.narrowest)
        }
        return widths
    }

    private func shrinkable(_ widths: [Int], _ floors: [Int]) -> Int? {
        widths.indices.filter { widths[$0] > max(floors[$0], Self.narrowest) && !rightAligned.contains($0) }
            .max { (widths[$0], $1) < (widths[$1], $0) }
    }

    private var columns: [[String]] {
        (0..<(rows.map(\.count).max() ?? 0)).map { column in rows.compactMap { column < $0.count ? $0[column] : nil } }
    }

    private static func isPainted(_ text: String) -> Bool { text.contains("\u{1b}") }

    /// On a terminal: colours take no room.
    static func width(_ text: String) -> Int {
        var (count, isEscape) = (0, false)
        for character in text {
            if character == "\u{1b}" {
                isEscape = true
            } else if !isEscape {
                count += 1
            } else if character == "m" {
                isEscape = false
            }
        }
        return count
    }
}

extension String {
    /// Lines of at most `columns` characters, broken at spaces. A longer word, such as a path, has a line of its own: whole,
    /// so that it can be copied, or cut where the end of a line would cut it.
    func wrapped(at columns: Int, cutsWords: Bool = false) -> [String] {
        var lines: [String] = []
        for word in split(separator: " ").flatMap({ cutsWords ? $0.pieces(of: columns) : [$0] }) {
            if let last = lines.last, last.count + 1 + word.count <= columns {
                lines[lines.count - 1] += " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}

extension String {
    /// Prose of several lines on a screen: each is wrapped at spaces, and goes on a little to the right of its beginning. What
    /// has columns is left as it is.
    func fitted(to width: Int?) -> String {
        guard let width else { return self }
        let lines = split(separator: "\n", omittingEmptySubsequences: false).flatMap { line -> [String] in
            let indentation = String(line.prefix { $0 == " " })
            let words = String(line.dropFirst(indentation.count))
            guard Table.width(String(line)) > width, !words.contains("  ") else { return [String(line)] }
            let parts = words.wrapped(at: max(20, width - indentation.count - 2), cutsWords: true)
            return parts.enumerated().map { "\(indentation)\($0.offset == 0 ? "" : "  ")\($0.element)" }
        }
        return lines.joined(separator: "\n")
    }
}

extension Substring {
    fileprivate func pieces(of length: Int) -> [Substring] {
        var (pieces, rest) = ([Substring](), self)
        while rest.count > length, length > 0 {
            pieces.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return pieces + [rest]
    }
}
