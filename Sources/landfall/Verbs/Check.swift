import Config

extension Verb {
    static let check = Verb(
        name: "check",
        summary: "Read a file and say what it means, or all that is wrong with it.",
        description: """
            Reads the file and the zone files that it names, and prints what was understood: sites, neighbors, services,
            checks, and how fast each kind of failure is noticed. Starts nothing and sends nothing.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: [.json],
        examples: [
            ("landfall check landfall.yaml", "what it says, and how fast failures are noticed"),
            ("landfall check landfall.yaml --json | jq '.sites[].name'", "the same for a program"),
        ]
    ) { invocation throws(Failure) in
        let path = try invocation.required("FILE")
        let network: Network
        do throws(Diagnostics) { network = try Configuration.loadWithZones(path) } catch {
            guard invocation.has("json") else { throw Failure(error) }
            Terminal.print(json: CheckReport(errors: error))
            return .badInput
        }
        invocation.give(CheckReport(path, network), CheckText(path, network).text)
        return .done
    }
}
