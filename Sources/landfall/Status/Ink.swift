import Net

/// Whether text is coloured. A value, so that a screen is a function of what it shows.
struct Ink: Sendable {
    var isColoured: Bool

    func paint(_ text: String, _ colour: Terminal.Colour?) -> String {
        guard isColoured, let colour, !text.isEmpty else { return text }
        return "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m"
    }
}

/// Text of one colour. Neighbors, services and programs write some of it, so nothing in it may command a terminal.
struct Cell: Sendable, ExpressibleByStringInterpolation {
    var text: String
    var colour: Terminal.Colour?

    init(_ text: String, _ colour: Terminal.Colour? = nil) { (self.text, self.colour) = (text.printable(), colour) }

    init(stringLiteral text: String) { self.init(text) }

    var width: Int { text.count }

    /// Its first `columns`, with a sign that there was more.
    func cut(to columns: Int) -> Cell {
        guard width > columns else { return self }
        var cell = self
        cell.text = columns > 0 ? text.prefix(columns - 1) + "…" : ""
        return cell
    }
}
