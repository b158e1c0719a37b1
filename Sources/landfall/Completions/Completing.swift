/// What a shell may offer for a value. It follows from what the table of verbs calls the value, so that a new verb is
/// completed without anybody thinking of it.
enum Completing: Hashable, Sendable {
    case files, folders, verbs
    case words([String])
    /// Names in the configuration: `sites`, …
    case names(Names)
    case nothing

    enum Names: String, Hashable, Sendable, CaseIterable {
        case sites, hosts, services, neighbors
    }

    /// - Parameters:
    ///   - value: what it is called: `FILE`, `bash|zsh|fish`.
    ///   - option: whose value it is.
    init(_ value: String, of option: String = "") {
        if value.contains("|") {
            self = .words(value.split(separator: "|").map(String.init))
        } else if let names = Names(rawValue: "\(option)s"), value == "NAME" {
            self = .names(names)
        } else {
            self = ["FILE": .files, "PATH": .files, "DIR": .folders, "VERB": .verbs][value] ?? .nothing
        }
    }
}

extension Verb {
    /// Options as they are written, with `--help`.
    var completed: [(name: String, summary: String, value: (name: String, what: Completing)?)] {
        options.map { option in
            (option.name, option.summary, option.value.map { ($0, Completing($0, of: option.name)) })
        } + [("help", "Explain this verb.", nil)]
    }

    /// What its arguments may be, each kind once.
    var completedArguments: [Completing] {
        arguments.map { Completing($0.name) }.reduce(into: []) { if !$0.contains($1), $1 != .nothing { $0.append($1) } }
    }
}

extension String {
    /// As one word of a POSIX shell, whatever is in it.
    var shellWord: String { "'" + replacing("'", with: "'\\''") + "'" }
}
