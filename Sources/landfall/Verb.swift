/// One verb of the command line: parsing, `--help` and completions all come from this description.
struct Verb: Sendable {
    var name: String
    /// One line, for the list of verbs.
    var summary: String
    /// What it does, for `--help`.
    var description: String
    /// In capitals: `FILE`.
    var arguments: [Argument] = []
    var options: [Option] = []
    /// Command lines that work, each with what it is for.
    var examples: [(line: String, purpose: String)]
    var run: @Sendable (Invocation) throws(Failure) -> Exit

    struct Argument: Sendable {
        var name: String
        var summary: String
        var isRequired = true
    }

    /// `--name` or `--name VALUE`.
    struct Option: Sendable {
        var name: String
        /// What its value is called; nil for a flag.
        var value: String?
        var summary: String
        var repeats = false

        static let json = Option(name: "json", summary: "Print one JSON document instead (docs/json.md).")
    }
}

extension Verb {
    /// Every verb, in the order of `landfall --help`.
    static let all: [Verb] = [
        .check, .diff, .handoff, .doctor, .plan, .rehearse, .agent, .serve, .router, .status, .events, .explain,
        .routes, .neighbors, .dns, .drain, .undrain, .undo, .history, .checkNow, .reload, .confirm, .rollback,
        .internet, .completion, .man, .help,
    ]
}
