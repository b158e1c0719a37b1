internal import Net

/// Paragraphs as comments: each line begins with `mark`, and holds at most `width` characters where words allow it.
struct Comments {
    var mark: String
    var width = 110

    /// An empty line between paragraphs.
    func lines(_ paragraphs: [String]) -> [String] {
        Array(paragraphs.map(paragraph).joined(separator: [mark]))
    }

    /// What began with spaces is an example, and stays as it is.
    private func paragraph(_ text: String) -> [String] {
        text.split(separator: "\n").flatMap { line in
            line.hasPrefix(" ") ? ["\(mark) \(line.printable())"] : wrapped(line.printable())
        }
    }

    private func wrapped(_ text: String) -> [String] {
        var lines: [String] = []
        var line = mark
        for word in text.split(separator: " ") {
            if line.count + 1 + word.count > width, line != mark {
                lines.append(line)
                line = mark
            }
            line += " " + word
        }
        return lines + [line]
    }
}
