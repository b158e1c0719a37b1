/// Rows whose columns line up, two spaces between them, no space at the end of a line.
struct Table {
    private var rows: [[String]]
    /// Columns of numbers, which end below each other.
    var rightAligned: Set<Int> = []
    /// Columns are at least so wide: as they were in the part of the table above.
    var leastWidths: [Int] = []
    /// Columns in which a cell that is longer than this moves what is behind it, rather than that column in every row.
    var looseFrom = Int.max

    init(_ rows: [[String]], rightAligned: Set<Int> = []) { (self.rows, self.rightAligned) = (rows, rightAligned) }

    init(header: [String], _ rows: [[String]], rightAligned: Set<Int> = []) {
        self.init([header] + rows, rightAligned: rightAligned)
    }

    var text: String { lines.joined(separator: "\n") }

    var widths: [Int] {
        let columns = rows.map(\.count).max() ?? 0
        return (0..<columns).map { column in
            let widths = rows.map { column < $0.count ? Self.width($0[column]) : 0 }
            let least = column < leastWidths.count ? leastWidths[column] : 0
            return max(least, widths.filter { $0 <= looseFrom }.max() ?? 0)
        }
    }

    var lines: [String] {
        let widths = self.widths
        return rows.map { row in
            let cells = row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: max(0, widths[column] - Self.width(cell)))
                return rightAligned.contains(column) ? space + cell : cell + space
            }
            let line = cells.joined(separator: "  ")
            return String(line.reversed().drop { $0 == " " }.reversed())
        }
    }

    /// On a terminal: colours take no room.
    private static func width(_ text: String) -> Int {
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
