import Config

extension Verb {
    static let diff = Verb(
        name: "diff",
        summary: "Say what two sites of a file do differently.",
        description: """
            Compares what the agents of two sites would do: AS number, anchor, standby, capacity, number of hosts, prefixes
            that are told, hold times and attributes at each neighbor, who serves, and which checks are made. What differs
            between any two sites isn't shown: places, names, addresses, router IDs, and the ASes of neighbors. Neighbors
            are paired by name, else by AS, else by role, in each address family. Lines that begin with - are about the
            first site alone, with + about the second, with ~ about both. Exit code 0 when nothing differs, 1 when
            something does, 2 when the file can't be used, as diff has it.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: [
            Option(name: "site", value: "NAME", summary: "One of the two sites; twice.", repeats: true), .json,
        ],
        examples: [
            ("landfall diff landfall.yaml --site fra --site gru", "what gru does differently than fra"),
            ("landfall diff landfall.yaml --site fra --site gru --json | jq '.differences[].text'", "for a program"),
        ]
    ) { invocation throws(Failure) in
        let path = try invocation.required("FILE")
        let names = invocation.values("site")
        guard names.count == 2 else {
            throw Failure(
                "diff: \(names.count) site\(names.count == 1 ? "" : "s"); write --site twice: --site fra --site gru")
        }
        let network = try Configuration.network(path)
        let (old, new) = (try network.site(names[0]), try network.site(names[1]))
        let changes = Changes(between: old, and: new, in: network)
        invocation.give(DiffReport(path, names, changes), changes.text(names))
        return changes.isEmpty ? .done : .expectationFailed
    }
}

extension Network {
    fileprivate func site(_ name: String) throws(Failure) -> Site {
        if let site = sites.first(where: { $0.name == name }) { return site }
        let known = sites.map(\.name)
        let near = nearest(to: name, among: known).map { "did you mean \"\($0)\"?" }
        throw Failure("diff: there is no site \"\(name)\"; \(near ?? "there are \(known.joined(separator: ", "))")")
    }
}

extension Changes {
    fileprivate func text(_ names: [String]) -> String {
        if isEmpty { return "\(names[0]) and \(names[1]) do the same." }
        return (["\(names[0]) → \(names[1])"] + all.map { "  \($0)" }).joined(separator: "\n")
    }
}

/// What `diff --json` prints; docs/json.md describes every field.
struct DiffReport: Encodable {
    let schema = "landfall.diff/1"
    let file: String
    let sites: [String]
    let isSame: Bool
    let differences: [Difference]

    struct Difference: Encodable {
        let kind: String
        let subject: String
        let name: String
        let service: String?
        let details: [String]
        let text: String
    }

    init(_ path: String, _ sites: [String], _ changes: Changes) {
        (file, self.sites, isSame) = (path, sites, changes.isEmpty)
        differences = changes.all.map {
            Difference(
                kind: $0.kind.rawValue, subject: $0.subject.rawValue, name: $0.name, service: $0.service,
                details: $0.details, text: "\($0)")
        }
    }
}
