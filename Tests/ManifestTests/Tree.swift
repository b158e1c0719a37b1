import FoundationEssentials
import Peers

/// The working copy that this test was built from.
enum Tree {
    static func text(of path: String) throws -> String { try Repository.text(path) }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: Repository.root + "/" + path) }

    /// Paths under `folder`, from the root of the working copy and in order.
    static func files(in folder: String, ending: String) -> [String] {
        let all = try? FileManager.default.subpathsOfDirectory(atPath: Repository.root + "/" + folder)
        return (all ?? []).filter { $0.hasSuffix(ending) }.sorted().map { folder + "/" + $0 }
    }
}

/// A Swift source of this package.
struct Source {
    var path: String
    /// Without comments, as long as no string holds two slashes.
    var lines: [Substring]

    init(path: String) throws {
        self.path = path
        lines = try Tree.text(of: path).split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in line.firstRange(of: "//").map { line[..<$0.lowerBound] } ?? line[...] }
    }

    static func all(of target: String) throws -> [Source] {
        try Tree.files(in: "Sources/" + target, ending: ".swift").map(Source.init)
    }

    /// The modules that it imports, whatever their access level, attribute or kind.
    var imports: [String] {
        lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
                words[..<at].allSatisfy({ $0.hasPrefix("@") || ["public", "package", "internal"].contains($0) })
            else { return nil }
            let kinds: Set<Substring> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
            let name = kinds.contains(words[at + 1]) ? words.dropFirst(at + 2).first : words[at + 1]
            return name?.split(separator: ".").first.map(String.init)
        }
    }

    /// Where one of `words` stands, as `path:line: word`.
    func places(of words: [String]) -> [String] {
        lines.enumerated().flatMap { number, line in
            words.filter { line.contains($0) }.map { "\(path):\(number + 1): \($0)" }
        }
    }
}
