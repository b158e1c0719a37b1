import YAML

/// One reading of a file: what was found so far.
struct Reading {
    /// What relative paths in the file are relative to.
    var folder = "."
    private(set) var problems: [(position: Position, text: String)] = []
    /// Every key that a reader asked for, when it is asked to describe itself instead of to read.
    var described: [KeyDescription] = []

    mutating func refuse(_ position: Position, _ text: String) {
        if problems.count < mostProblems { problems.append((position, text)) }
    }
}

/// How many errors one round notes; a file that has more is of another kind.
let mostProblems = 1000

/// One key of the file, for documentation, tests and completion.
package struct KeyDescription: Hashable, Sendable {
    /// `sites.NAME.neighbors.port`; names that the operator chooses are in capitals.
    package var path: String
    /// What its value may be.
    package var accepts: String
    package var presence: Presence

    package enum Presence: Hashable, Sendable {
        case required
        /// As it would be written; nil where leaving it out means something else, which `docs/configuration.md` says.
        case optional(default: String?)
        /// Known, and refused until something implements it.
        case later
    }
}
