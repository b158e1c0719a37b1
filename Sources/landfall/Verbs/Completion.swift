import Config

extension Verb {
    private static let shells = "bash|zsh|fish|sites|hosts|services|neighbors"

    static let completion = Verb(
        name: "completion",
        summary: "Print what a shell needs to complete landfall's command lines.",
        description: """
            `make install` puts these where the shells look for them. With sites, hosts, services or neighbors it prints
            such names of a file, one a line, which is what the shells ask for when they complete --site and the like.
            """,
        arguments: [
            Argument(name: shells, summary: "Which shell, or which names."),
            Argument(name: "FILE", summary: "The configuration to take names from.", isRequired: false),
        ],
        examples: [
            ("landfall completion bash | tee landfall.bash", "for bash: source it, or put it with the others"),
            ("landfall completion zsh | tee _landfall", "for zsh: put it into a folder of its fpath"),
            ("landfall completion sites landfall.yaml", "the sites of a file"),
        ]
    ) { invocation throws(Failure) in
        let what = try invocation.required(shells)
        guard let names = Completing.Names(rawValue: what) else {
            let texts = ["bash": BashCompletion.text, "zsh": ZshCompletion.text, "fish": FishCompletion.text]
            guard let text = texts[what] else {
                throw Failure("completion: \"\(what)\" should be one of \(shells.replacing("|", with: ", "))")
            }
            Terminal.print(text)
            return .done
        }
        let network = try Configuration.network(try invocation.required("FILE"))
        let found = network.names(names)
        if !found.isEmpty { Terminal.print(found.joined(separator: "\n")) }
        return .done
    }
}

extension Network {
    /// Each once, in the order of the file.
    fileprivate func names(_ what: Completing.Names) -> [String] {
        let all =
            switch what {
            case .sites: sites.map(\.name)
            case .hosts: sites.flatMap { $0.hosts.map(\.name) }
            case .services: services.map(\.name)
            case .neighbors: sites.flatMap { $0.neighbors.map(\.name) }
            }
        return all.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
}
