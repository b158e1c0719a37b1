import Glibc
import Peers

/// `make judge [ONLY=name]`: comparisons with other people's programs, or beside them, that take too long for `make test`.
/// Each writes its dated result into `docs/judge.md`. Exits 1 when one finds a difference that nobody has explained.
@main
enum Judge {
    static let comparisons: [Comparison] = [
        dnsAnswers, dnsDelegation, agentMemory, flapMinute, interop, landings, accuracy, planRehearsal,
    ]

    static func main() async {
        let names = CommandLine.arguments.dropFirst()
        let unknown = names.filter { name in !comparisons.contains { $0.name == name } }
        guard unknown.isEmpty else {
            say("no comparison \(unknown.joined(separator: ", ")); there are:", comparisons.map(\.name))
            exit(2)
        }
        var failed = false
        for comparison in comparisons where names.isEmpty || names.contains(comparison.name) {
            say("\(comparison.name): \(comparison.summary)")
            do {
                let result = try await comparison.run()
                print("\(comparison.name): \(result.sentence)")
                for difference in result.unexplained.prefix(10) { print(difference) }
                try Record.note(comparison, result)
                failed = failed || !result.unexplained.isEmpty || result.cases == 0
            } catch {
                say("\(comparison.name) failed: \(error)")
                failed = true
            }
        }
        exit(failed ? 1 : 0)
    }
}

/// Talk goes to standard error: data has standard output for itself.
func say(_ text: String, _ list: [String] = []) {
    let bytes = Array((([text] + list).joined(separator: " ") + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}
