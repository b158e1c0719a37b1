import FoundationEssentials
import Glibc
import Peers
import Testing

/// What the documents tell somebody to type, or to write into a file.
@Suite("Blocks in the documents")
struct DocumentBlockTests {
    static let documents: [String] = {
        let docs = try? FileManager.default.subpathsOfDirectory(atPath: Repository.root + "/docs")
        return ["README.md", "CONTRIBUTING.md"]
            + (docs ?? []).filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }
    }()

    /// `text` is what a program printed, a drawing, or what other programs read; `ini` is a unit, which `systemd-analyze` has
    /// read (packaging/); the others are typed, or files of ours.
    private static let kinds: Set = ["text", "sh", "console", "yaml", "json", "zone", "ini"]

    @Test("say what they are", arguments: documents)
    func kinds(document: String) throws {
        for block in try Block.all(in: document) {
            #expect(Self.kinds.contains(block.kind), "\(block.place) is of the kind \"\(block.kind)\"")
        }
    }

    @Test("that are typed are words that a shell, landfall and make understand", arguments: documents)
    func commands(document: String) throws {
        let makefile = try Repository.text("Makefile")
        for block in try Block.all(in: document) {
            for line in block.typed {
                let syntax = try Command(program: "/bin/bash", ["-n", "-c", line])
                #expect(syntax.exit == 0, "\(block.place): \(line): \(syntax.talk)")
                for command in Self.commands(of: line) {
                    if command.hasPrefix("make ") {
                        let target = command.split(separator: " ").dropFirst().first { !$0.contains("=") } ?? ""
                        #expect(makefile.contains("\n\(target):"), "\(block.place): make has no \(target)")
                    } else if command == "landfall" || command.hasPrefix("landfall ") {
                        let typed = command.replacing("landfall", with: "exec \(Landfall.path)", maxReplacements: 1)
                        // Elsewhere, since a redirection leaves its file.
                        let elsewhere = "cd '\(FileManager.default.temporaryDirectory.path)' && "
                        let tried = try Command(program: "/bin/bash", ["-c", elsewhere + typed + " --help"])
                        #expect(tried.exit == 0, "\(block.place): \(command): \(tried.talk)")
                    }
                }
            }
        }
    }

    /// Those of docs/lint.md are files over a base of their own, which the lint's tests load.
    @Test("that are configurations are accepted", arguments: documents.filter { $0 != "docs/lint.md" })
    func configurations(document: String) throws {
        let blocks = try Block.all(in: document)
        let whole = try Block.all(in: "README.md").first { $0.kind == "yaml" }?.text ?? ""
        let zone = try Repository.text("examples/zones/example.org.zone")
        for file in Block.files(blocks, whole: whole) {
            let folder =
                FileManager.default.temporaryDirectory.path + "/landfall-block-\(getpid())-\(document.hashValue)"
            try FileManager.default.createDirectory(atPath: folder + "/zones", withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let own = blocks.first { $0.kind == "zone" }?.text ?? zone
            for path in ["/zones/example.org.zone", "/example.org.zone"] {
                try Data(own.utf8).write(to: URL(filePath: folder + path))
            }
            try Data(file.text.utf8).write(to: URL(filePath: folder + "/landfall.yaml"))
            let check = try Command("check", folder + "/landfall.yaml")
            #expect(check.exit == 0, "\(file.place): \(check.talk)")
        }
    }

    @Test("that are JSON are JSON, or lines of it", arguments: documents)
    func json(document: String) throws {
        func isJSON(_ text: String) -> Bool { (try? JSONDecoder().decode(AnyJSON.self, from: Data(text.utf8))) != nil }
        for block in try Block.all(in: document) where block.kind == "json" {
            #expect(
                isJSON(block.text) || block.text.split(separator: "\n").map(String.init).allSatisfy(isJSON),
                "\(block.place)")
        }
    }

    /// The commands of a line: what stands between `|`, `&&`, `;` outside of quotes, without sudo and variables.
    private static func commands(of line: String) -> [String] {
        var (commands, quote) = ([""], Character?.none)
        for character in line {
            if character == quote { quote = nil } else if quote == nil, "'\"".contains(character) { quote = character }
            if quote == nil, character == "#", commands.last?.last == " " { break }
            if quote == nil, "|&;".contains(character) {
                commands.append("")
            } else {
                commands[commands.count - 1].append(character)
            }
        }
        return commands.map { command in
            let words = command.split(separator: " ").drop { $0 == "sudo" || ($0.contains("=") && !$0.hasPrefix("-")) }
            return words.joined(separator: " ")
        }.filter { !$0.isEmpty }
    }
}

/// Anything that is JSON.
private struct AnyJSON: Decodable {
    init(from decoder: any Decoder) throws {
        if var list = try? decoder.unkeyedContainer() {
            while !list.isAtEnd { _ = try list.decode(AnyJSON.self) }
        } else if let object = try? decoder.container(keyedBy: Key.self) {
            for key in object.allKeys { _ = try object.decode(AnyJSON.self, forKey: key) }
        }
    }

    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }
}
