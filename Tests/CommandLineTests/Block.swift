import Peers

/// A block between fences in a document, with what its first line says it is.
struct Block {
    var place: String
    var kind: String
    var text: String

    /// All of a document's, in order.
    static func all(in path: String) throws -> [Block] {
        var blocks: [Block] = []
        var open: Block?
        let lines = try Repository.text(path)
        for (number, line) in lines.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let block = open {
                if line == "```" { blocks.append(block) } else { open?.text += line + "\n" }
                if line == "```" { open = nil }
            } else if line.hasPrefix("```") {
                open = Block(place: "\(path):\(number + 1)", kind: String(line.dropFirst(3)), text: "")
            }
        }
        return blocks
    }

    /// What is typed: every line of `sh`, and what follows a prompt in `console`; continued lines as one.
    var typed: [String] {
        let lines = text.replacing("\\\n", with: " ").split(separator: "\n").map(String.init)
        if kind == "sh" { return lines.filter { !$0.isEmpty && !$0.hasPrefix("#") } }
        guard kind == "console" else { return [] }
        return lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) }
    }

    /// A configuration by its keys at the top, each with the lines that it has.
    private static func sections(_ text: String) -> [(key: Substring, lines: String)] {
        var sections: [(key: Substring, lines: String)] = []
        for line in text.split(separator: "\n") {
            if let first = line.first, first.isLetter {
                sections.append((line.prefix { $0 != ":" }, ""))
            }
            if !sections.isEmpty { sections[sections.count - 1].lines += line + "\n" }
        }
        return sections
    }

    /// The blocks of one document as whole files: each that has a `network` begins one, which those after it add to or change. What
    /// a document leaves out is as in `whole`.
    static func files(_ blocks: [Block], whole: String) -> [(place: String, text: String)] {
        var files: [(place: String, keys: [(key: Substring, lines: String)])] = []
        for block in blocks where block.kind == "yaml" {
            let own = sections(block.text)
            if files.isEmpty || own.contains(where: { $0.key == "network" }) { files.append((block.place, [])) }
            files[files.count - 1].keys.removeAll { old in own.contains { $0.key == old.key } }
            files[files.count - 1].keys += own
        }
        return files.map { file in
            let rest = sections(whole).filter { part in !file.keys.contains { $0.key == part.key } }
            return (file.place, (rest + file.keys).map(\.lines).joined())
        }
    }
}
