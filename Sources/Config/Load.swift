package import YAML

/// A whole `landfall.yaml`, checked: a network, routers, or both.
package struct ConfigurationFile: Sendable {
    package var network: Network?
    package var routers: [BorderRouter] = []
    /// Findings of the lint that somebody has accepted.
    package var accepted: [Acceptance] = []
}

/// A file's meaning beside the document that it was read from: what the file says, and where it says so.
package struct LocatedFile: Sendable {
    package var file: ConfigurationFile
    package var document: Node
    package var path: String
}

extension ConfigurationFile {
    /// Reads a whole file. Everything that is wrong with it is reported at once, in two rounds: while the text isn't
    /// YAML or a value isn't what its key takes, the parts aren't held against each other.
    ///
    /// Pure: `path` is only what errors begin with, and what relative paths in the file are relative to.
    package static func load(text: [UInt8], path: String) -> Result<ConfigurationFile, Diagnostics> {
        locate(text: text, path: path).map(\.file)
    }

    /// The same, for whoever wants to point into the file.
    package static func locate(text: [UInt8], path: String) -> Result<LocatedFile, Diagnostics> {
        let document: Node
        do throws(YAMLError) { document = try Node.parse(text) } catch {
            return .failure(Diagnostics([(error.position, "\(error.problem)")], path))
        }
        var reading = Reading(folder: folder(of: path))
        let draft = Kind<Draft>.file.read(document, "the file", &reading)
        guard let draft, reading.problems.isEmpty else { return .failure(Diagnostics(reading.problems, path)) }
        var rules = Rules(document)
        let file = rules.check(draft)
        guard rules.problems.isEmpty else { return .failure(Diagnostics(rules.problems, path)) }
        return .success(LocatedFile(file: file, document: document, path: path))
    }

    /// Every key that a file may have, in the order of `docs/configuration.md`.
    package static var keys: [KeyDescription] {
        var reading = Reading()
        Kind<Draft>.file.describe("", &reading)
        return reading.described
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

extension Network {
    /// What is read of a file: as large as the reader of YAML takes.
    package static let mostBytes = 1 << 20

    /// The network of a file, which may have routers as well.
    public static func load(text: [UInt8], path: String) -> Result<Network, Diagnostics> {
        ConfigurationFile.locate(text: text, path: path).flatMap { located in
            located.file.network.map { .success($0) } ?? .failure(located.lacking("network", "sites", "services"))
        }
    }
}

extension LocatedFile {
    /// `landfall.yaml:24:9`: where a value is, for what is found wrong with it later.
    package func place(of way: [KeyStep]) -> String {
        let position = document.position(at: way)
        return "\(path):\(position.line):\(position.column)"
    }

    /// What somebody needs of a file that can be used for something else.
    package func lacking(_ keys: String...) -> Diagnostics {
        let words = keys.map { "\"\($0)\"" }
        let (which, are) = (listed(words), words.count > 1 ? "are" : "is")
        return Diagnostics([(document.position, "the file: \(which) \(are) missing, and needed for this")], path)
    }
}

extension Kind where Value == Draft {
    fileprivate static var file: Kind {
        record("a mapping with the keys network, sites and services, or routers") { Draft(keys: &$0) }
    }
}

extension Diagnostics {
    init(_ problems: [(position: Position, text: String)], _ path: String) {
        let inOrder = problems.enumerated().sorted {
            ($0.element.position, $0.offset) < ($1.element.position, $1.offset)
        }
        all = inOrder.map { _, problem in
            let (line, column) = (problem.position.line, problem.position.column)
            return Diagnostic(path: path, line: line, column: column, message: problem.text)
        }
    }
}
