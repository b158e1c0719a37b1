import Config
import Control
import Site

extension ManPage {
    private static let exits = Mdoc.list([
        ("0", "Done."), ("1", "An expectation failed, or what was asked for is refused as things stand."),
        ("2", "Bad input or usage."), ("3", "The machine lacks something, or no agent answers."),
    ])

    /// landfall(1)
    static var overview: ManPage {
        let verbs = Verb.all.map { ("Cm \(Mdoc.word($0.name))", "\($0.summary)") }
        return ManPage(
            "landfall", section: 1, summary: "run one IP address from many places",
            [
                ("SYNOPSIS", ".Nm\n.Ar VERB\n.Op Ar ..."),
                (
                    "DESCRIPTION",
                    Mdoc.text("One program and one file for an anycast network. These are the verbs:") + "\n"
                        + Mdoc.list(verbs)
                ),
                ("ENVIRONMENT", environment), ("FILES", files), ("EXIT STATUS", exits),
                ("SEE ALSO", Mdoc.references(Verb.all.map { ("landfall-\($0.name)", 1) } + [("landfall.yaml", 5)])),
            ])
    }

    /// landfall-VERB(1)
    static func verb(_ verb: Verb) -> ManPage {
        let arguments = verb.arguments.map { ("Ar \(Mdoc.word($0.name))", $0.summary) }
        let options = verb.options.map { (flag($0), $0.summary) }
        let examples = verb.examples.map { Mdoc.text("\($0.purpose):") + "\n" + Mdoc.literal([$0.line]) }
        return ManPage(
            "landfall-\(verb.name)", section: 1, summary: verb.summary.trimmed(of: "."),
            [
                ("SYNOPSIS", synopsis(of: verb)), ("DESCRIPTION", Mdoc.text(verb.description)),
                ("OPTIONS", Mdoc.list(arguments + options)), ("EXIT STATUS", exits),
                ("EXAMPLES", examples.joined(separator: "\n.Pp\n")),
                ("SEE ALSO", Mdoc.references([("landfall", 1), ("landfall.yaml", 5)])),
            ])
    }

    /// landfall.yaml(5)
    static var file: ManPage {
        let keys = ConfigurationFile.keys.filter { $0.presence != .later }
        let described = keys.map {
            ("Cm \(Mdoc.word($0.path))", "\($0.accepts.capitalizedFirst). \($0.presence.words)")
        }
        return ManPage(
            "landfall.yaml", section: 5, summary: "the configuration of an anycast network",
            [
                (
                    "DESCRIPTION",
                    Mdoc.text(
                        """
                        One file in YAML describes a network: what is announced, from where, what answers, and how a site knows \
                        that it answers. The same file is used on every host.

                        What each key means is in docs/configuration.md, which is installed beside this page's program. \
                        "landfall check" says what a file means, or everything that is wrong with it.
                        """)
                ),
                (
                    "KEYS",
                    Mdoc.text(
                        "NAME stands for a name that you choose; keys under a list item are written without its number."
                    )
                        + "\n" + Mdoc.list(described)
                ),
                ("FILES", files), ("SEE ALSO", Mdoc.references([("landfall", 1), ("landfall-check", 1)])),
            ])
    }

    private static func synopsis(of verb: Verb) -> String {
        let arguments = verb.arguments.map { argument in
            "\(argument.isRequired ? "." : ".Op ")Ar \(Mdoc.word(argument.name))"
        }
        let options = verb.options.map { ".Op \(flag($0))" }
        return ([".Nm landfall \(Mdoc.word(verb.name))"] + arguments + options).joined(separator: "\n")
    }

    private static func flag(_ option: Verb.Option) -> String {
        "Fl \\-\(Mdoc.line(option.name))" + (option.value.map { " Ar \(Mdoc.word($0))" } ?? "")
    }

    private static let environment = Mdoc.list([
        ("Ev LANDFALL_SOCKET", "The agent's control socket."),
        ("Ev LANDFALL_SITE", "Which site of the file this machine is, for run and serve."),
        ("Ev LANDFALL_HOST", "Which host it is."), ("Ev NO_COLOR", "No colours, when it isn't empty."),
    ])

    private static let files = Mdoc.list([
        ("Pa /etc/landfall/landfall.yaml", "Where the systemd unit looks for the configuration."),
        ("Pa /etc/default/landfall", "Variables for that unit."),
        ("Pa /run/landfall/control", "The agent's control socket."),
        ("Pa /var/lib/landfall", "What outlives the agent."),
    ])
}

extension KeyDescription.Presence {
    fileprivate var words: String {
        switch self {
        case .required: "Required."
        case .optional(let value?): "By default \(value)."
        case .optional(nil), .later: "May be left out."
        }
    }
}

extension String {
    fileprivate func trimmed(of ending: String) -> String { hasSuffix(ending) ? String(dropLast(ending.count)) : self }
    fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
