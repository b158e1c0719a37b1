/// Prometheus: scrapes metrics, evaluates rules and answers questions about both.
public final class Prometheus: Sendable {
    public let child: Child
    private let sandbox: Sandbox
    private static let address = "127.0.0.1:9090"

    /// - Parameter files: `prometheus.yml`, and what it names.
    public init(in sandbox: Sandbox, files: [(name: String, text: String)]) async throws {
        let folder = "\(sandbox.folder)/prometheus-\(serial())"
        _ = try await sandbox.run("mkdir", [folder])
        for file in files { try writeFile("\(folder)/\(file.name)", file.text) }
        self.sandbox = sandbox
        child = try sandbox.start(
            "prometheus",
            [
                "--config.file=\(folder)/prometheus.yml", "--storage.tsdb.path=\(folder)/data", "--log.level=warn",
                "--web.listen-address=\(Self.address)",
            ])
    }

    public func stop() async { await child.stop() }

    /// How many series each question has for an answer.
    public func answers(to questions: [String]) async throws -> [(question: String, count: Int)] {
        Array(zip(questions, try await ask(["query"] + questions)))
    }

    /// How many rules were evaluated without an error; nil as long as not all of them were, or Prometheus isn't there yet.
    public func rulesEvaluated() async throws -> Int? {
        guard child.isRunning else { throw PeerError("prometheus ended: \(child.output)") }
        return try? await ask(["rules"]).first.flatMap { $0 > 0 ? $0 : nil }
    }

    private func ask(_ words: [String]) async throws -> [Int] {
        let words = ["-c", Self.script, "http://\(Self.address)/api/v1/"] + words
        let (status, output) = try await sandbox.run("/usr/bin/python3", words)
        guard status == 0 else { throw PeerError("prometheus: \(output)") }
        return output.split(separator: "\n").compactMap { Int($0) }
    }

    /// A question that can't be answered ends it.
    private static let script = """
        import json,sys,urllib.parse as p,urllib.request as r
        def get(path, **words):
            data=p.urlencode(words).encode() if words else None
            return json.load(r.urlopen(sys.argv[1]+path, data))['data']
        if sys.argv[2]=='rules':
            rules=[rule for group in get('rules')['groups'] for rule in group['rules']]
            print(len(rules) if all(rule['health']=='ok' for rule in rules) else 0)
        else:
            for question in sys.argv[3:]:
                try: print(len(get('query', query=question)['result']))
                except r.HTTPError as error: sys.exit(question+': '+error.read().decode())
        """
}
