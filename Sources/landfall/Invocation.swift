import Config

/// A command line, understood: the verb, its arguments and options.
struct Invocation: Sendable {
    var verb: Verb
    private var arguments: [String] = []
    private var options: [String: [String]] = [:]

    func run() throws(Failure) -> Exit { try verb.run(self) }

    func has(_ option: String) -> Bool { options[option] != nil }
    func value(_ option: String) -> String? { options[option]?.last }
    func values(_ option: String) -> [String] { options[option] ?? [] }

    /// What came of it: a document with `--json`, words without.
    func give(_ document: some Encodable, _ words: @autoclosure () -> String) {
        if has("json") { Terminal.print(json: document) } else { Terminal.print(words()) }
    }

    /// By its name; nil when it is optional and wasn't given.
    func argument(_ name: String) -> String? {
        verb.arguments.firstIndex { $0.name == name }.flatMap { arguments.indices.contains($0) ? arguments[$0] : nil }
    }

    /// The argument N; nil when it wasn't given.
    func number(_ what: String, listedBy list: String) throws(Failure) -> Int? {
        guard let text = argument("N") else { return nil }
        guard text.utf8.count < 10, let number = Int(text), number > 0 else {
            throw Failure("\(verb.name): \"\(text)\" should be the number of \(what); \(list) lists them")
        }
        return number
    }

    /// Of an option or argument that parsing made sure of.
    func required(_ name: String) throws(Failure) -> String {
        guard let value = argument(name) ?? value(name) else { throw Failure("\(verb.name): \(name) is missing") }
        return value
    }
}

extension Invocation {
    /// Options may stand anywhere after the verb, as `--name VALUE` or `--name=VALUE`; after `--` nothing is an option.
    static func parse(_ words: [String]) throws(Failure) -> Invocation {
        switch words.first {
        case nil: throw Failure(help: Help.overview)
        case "--help", "-h": return Invocation(verb: .help)
        case "--version", "-V": return Invocation(verb: .version)
        case let name?:
            var invocation = Invocation(verb: try verb(name))
            try invocation.take(words.dropFirst())
            return invocation
        }
    }

    static func verb(_ name: String) throws(Failure) -> Verb {
        if let verb = Verb.all.first(where: { $0.name == name }) { return verb }
        let kind = name.hasPrefix("-") ? "option" : "verb"
        let near = nearest(to: name, among: Verb.all.map(\.name) + ["--help", "--version"])
        throw Failure("unknown \(kind) \"\(name)\"; \(near.map { "did you mean \"\($0)\"?" } ?? "see landfall --help")")
    }

    private mutating func take(_ words: ArraySlice<String>) throws(Failure) {
        var rest = words
        while let word = rest.popFirst() {
            if word == "--" {
                arguments += rest
                break
            } else if word == "--help" || word == "-h" {
                self = Invocation(verb: .help, arguments: [verb.name])
                return
            } else if word.hasPrefix("-"), word != "-" {
                try take(option: word, &rest)
            } else {
                arguments.append(word)
            }
        }
        try checkArguments()
    }

    private mutating func take(option word: String, _ rest: inout ArraySlice<String>) throws(Failure) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let option = verb.options.first(where: { "--\($0.name)" == parts[0] }) else {
            let near = nearest(to: parts[0], among: verb.options.map { "--\($0.name)" } + ["--help"])
            let hint = near.map { "did you mean \"\($0)\"?" } ?? "see landfall \(verb.name) --help"
            throw Failure("\(verb.name): unknown option \"\(parts[0])\"; \(hint)")
        }
        if options[option.name] != nil, !option.repeats { throw Failure("\(verb.name): \(parts[0]) is here twice") }
        guard let name = option.value else {
            if parts.count > 1 { throw Failure("\(verb.name): \(parts[0]) takes no value") }
            options[option.name] = []
            return
        }
        guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else {
            throw Failure("\(verb.name): \(parts[0]) needs a value: \(parts[0]) \(name)")
        }
        options[option.name, default: []].append(value)
    }

    private func checkArguments() throws(Failure) {
        let required = verb.arguments.count(where: \.isRequired)
        if arguments.count < required {
            throw Failure("\(verb.name): \(verb.arguments[arguments.count].name) is missing\n\(Help.usage(of: verb))")
        }
        if arguments.count > verb.arguments.count {
            let surplus = arguments[verb.arguments.count]
            throw Failure("\(verb.name): \"\(surplus)\" is one argument too many\n\(Help.usage(of: verb))")
        }
    }
}
