import FoundationEssentials

/// A target as `Package.swift` has it, with the layer of the heading that it stands under.
struct Target {
    enum Kind { case c, engine, shell }

    var name: String
    /// Nil under the headings after the last layer: tests and what they share.
    var layer: Int?
    var kind: Kind
    var dependencies: [String]
}

/// The targets of this package, read from the text of its manifest: the layers are comments there, which
/// `swift package dump-package` leaves out.
struct Manifest {
    var targets: [Target] = []

    init(text: String) {
        var layer: Int?
        var entry = ""
        for line in text.split(separator: "\n").map({ $0.drop(while: { $0 == " " }) }) {
            if line.hasPrefix("// ") { layer = Self.layer(heading: line) ?? (line.hasPrefix("// Tests") ? nil : layer) }
            if entry.isEmpty, !Self.opensTarget(line) { continue }
            entry += line
            guard entry.count(where: { $0 == "(" }) == entry.count(where: { $0 == ")" }) else { continue }
            targets.append(Target(entry: entry, layer: layer))
            entry = ""
        }
    }

    static func load() throws -> Manifest {
        Manifest(text: try Tree.text(of: "Package.swift"))
    }

    subscript(name: String) -> Target? { targets.first { $0.name == name } }

    /// Targets that stand in a layer and are written in Swift.
    var layered: [Target] { targets.filter { $0.layer != nil && $0.kind != .c } }

    private static func layer(heading: Substring) -> Int? {
        guard heading.hasPrefix("// Layer ") else { return nil }
        return Int(heading.dropFirst("// Layer ".count).prefix(while: \.isNumber))
    }

    private static func opensTarget(_ line: Substring) -> Bool {
        [".target(", ".executableTarget(", ".systemLibrary(", ".testTarget("].contains { line.hasPrefix($0) }
    }
}

extension Target {
    fileprivate init(entry: String, layer: Int?) {
        name = entry.part(after: "name: \"", until: "\"") ?? ""
        dependencies = (entry.part(after: "dependencies: [", until: "]") ?? "").quoted
        kind = entry.contains("swiftSettings: engine") ? .engine : entry.contains("swiftSettings: shell") ? .shell : .c
        self.layer = layer
    }
}

extension StringProtocol {
    /// What stands between the first `start` and the next `end`.
    func part(after start: String, until end: String) -> String? {
        guard let from = firstRange(of: start), let to = self[from.upperBound...].firstRange(of: end) else {
            return nil
        }
        return String(self[from.upperBound..<to.lowerBound])
    }

    /// Everything that stands between pairs of `mark`.
    func parts(between mark: Character) -> [String] {
        split(separator: mark, omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }
            .map { String($0.element) }
    }

    var quoted: [String] { parts(between: "\"") }
}
