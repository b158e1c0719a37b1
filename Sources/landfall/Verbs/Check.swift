import Config
import Daemon

extension Verb {
    static let check = Verb(
        name: "check",
        summary: "Read a file and say what it means, what is wrong with it, and what would hurt.",
        description: """
            Reads the file and the zone files that it names, and prints what was understood: sites, neighbors, services,
            checks, routers, and how long each kind of failure takes to be noticed and followed. Then what a lint found: what can be
            run and will hurt, each with its place, why, and what to write instead (docs/lint.md). Starts nothing and sends
            nothing. A router's password that can't be read here is told, and may be on another host. Exit code 2 when the
            file can't be used; findings don't change the exit code, unless --strict asks for 1 when there is one that the
            file doesn't accept.
            """,
        arguments: [Argument(name: "FILE", summary: "The configuration, docs/configuration.md.")],
        options: [
            Option(name: "strict", summary: "Exit 1 when there are findings that the file doesn't accept."), .json,
        ],
        examples: [
            ("landfall check landfall.yaml", "what it says, how fast failures are noticed, and what would hurt"),
            ("landfall check landfall.yaml --strict && git push", "only when nothing is left to repair or to accept"),
            ("landfall check landfall.yaml --json | jq '.findings[].code'", "the findings for a program"),
        ]
    ) { invocation throws(Failure) in
        let path = try invocation.required("FILE")
        let (file, findings): (ConfigurationFile, [Finding])
        do throws(Diagnostics) { (file, findings) = try Configuration.lint(path) } catch {
            guard invocation.has("json") else { throw Failure(error) }
            Terminal.print(json: CheckReport(errors: error))
            return .badInput
        }
        invocation.give(CheckReport(path, file, findings), CheckText(path, file, findings).text)
        for problem in passwordProblems(of: file.routers) { Terminal.say("landfall: check: \(problem)") }
        let isClean = findings.allSatisfy { $0.accepted != nil }
        return invocation.has("strict") && !isClean ? .expectationFailed : .done
    }
}

/// Files of passwords that a router here would not start without.
private func passwordProblems(of routers: [BorderRouter]) -> [String] {
    routers.flatMap { router in
        router.neighbors.compactMap { neighbor in
            do throws(PasswordError) { _ = try neighbor.link.key(of: neighbor.name) } catch {
                return "the router \(router.name) would not start here: \(error)"
            }
            return nil
        }
    }
}
