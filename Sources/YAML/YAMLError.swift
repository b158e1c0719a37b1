/// Why a document was refused, and where.
public struct YAMLError: Error, Hashable, Sendable {
    public var position: Position
    public var problem: Problem

    public enum Problem: Hashable, Sendable {
        case empty
        case tooLarge(limit: Int)
        case tooDeep(limit: Int)
        case tooManyNodes(limit: Int)
        /// `*name`: a few lines of aliases can stand for gigabytes ("billion laughs").
        case alias(String)
        case anchor(String)
        case tag(String)
        /// A key that is a list or a mapping.
        case keyIsNoScalar
        case duplicateKey(String, first: Position)
        case severalDocuments
        case tab
        /// Not UTF-8, or a control character.
        case encoding(String)
        /// libyaml's words.
        case syntax(String)
        case outOfMemory
    }

    public init(_ problem: Problem, at position: Position) { (self.problem, self.position) = (problem, position) }
}

extension YAMLError: CustomStringConvertible {
    public var description: String { "\(position): \(problem)" }
}

extension YAMLError.Problem: CustomStringConvertible {
    public var description: String {
        switch self {
        case .empty: "the document is empty"
        case .tooLarge(let limit): "the document is too large; at most \(limit) bytes are read"
        case .tooDeep(let limit): "nested too deep; at most \(limit) levels are read"
        case .tooManyNodes(let limit): "too many values; at most \(limit) are read"
        case .alias(let name): "\"*\(name)\" is an alias; aliases are not accepted, write the value out"
        case .anchor(let name): "\"&\(name)\" is an anchor; anchors are not accepted, write the value out"
        case .tag(let tag): "\"\(tag)\" is a tag; tags are not accepted"
        case .keyIsNoScalar: "a key must be a word, not a list or a mapping"
        case .duplicateKey(let key, let first): "\"\(key)\" is here twice; the first is on line \(first.line)"
        case .severalDocuments: "a second document begins here; one file is one document"
        case .tab: "a tab; indent with spaces"
        case .encoding(let what): "\(what); a document is UTF-8 text"
        case .syntax(let what): what
        case .outOfMemory: "out of memory"
        }
    }
}
