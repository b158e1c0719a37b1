import Net

/// The texts of `--help`, made from the table of verbs.
enum Help {
    static var overview: String {
        let verbs = Table(Verb.all.map { ["  \($0.name)", $0.summary] }).text
        return """
            Landfall runs one IP address from many places.

            Usage: landfall VERB …

            \(verbs)

            landfall VERB --help explains a verb, landfall --version says which version this is.
            Exit codes: 0 done, 1 an expectation failed, 2 bad input or usage, 3 the machine lacks something.
            """
    }

    static func usage(of verb: Verb) -> String {
        let arguments = verb.arguments.map { $0.isRequired ? $0.name : "[\($0.name)]" }
        let options = verb.options.map { "[\(name(of: $0))]\($0.repeats ? "…" : "")" }
        return (["Usage: landfall \(verb.name)"] + arguments + options).joined(separator: " ")
    }

    static func text(of verb: Verb) -> String {
        let arguments = verb.arguments.map { ["  \($0.name)", $0.summary] }
        let options = verb.options.map { ["  \(name(of: $0))", $0.summary] }
        let examples = verb.examples.flatMap { ["  # \($0.purpose)", "  \($0.line)"] }
        let parts = [
            "landfall \(verb.name): \(verb.summary)", verb.description, usage(of: verb),
            Table(arguments + options).text, "Examples:\n" + examples.joined(separator: "\n"),
        ]
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }

    private static func name(of option: Verb.Option) -> String {
        (["--\(option.name)"] + [option.value].compactMap(\.self)).joined(separator: " ")
    }
}

extension Verb {
    static let help = Verb(
        name: "help", summary: "Explain a verb.",
        description: "The same text as landfall VERB --help; without a verb, the list of all.",
        arguments: [Argument(name: "VERB", summary: "What to explain.", isRequired: false)],
        examples: [("landfall help check", "what check does, with its options")]
    ) { invocation throws(Failure) in
        guard let name = invocation.argument("VERB") else {
            Terminal.print(Help.overview)
            return .done
        }
        Terminal.print(Help.text(of: try Invocation.verb(name)))
        return .done
    }

    /// `landfall --version`; not in the list.
    static let version = Verb(
        name: "--version", summary: "Say which version this is.", description: "", examples: []
    ) { _ throws(Failure) in
        Terminal.print("landfall \(Version.text)")
        return .done
    }
}
