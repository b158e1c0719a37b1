import Glibc
import Peers

/// `make bench [ONLY=name]`: measures ours beside someone else's in the same run, prints a table, and replaces what it
/// measured in `.build/bench.json`.
@main
enum Benchmarks {
    static let subjects: [Subject] = [
        dnsSpeed, failover, lookups, routes, bgpSpeed, kernelRoutes, pages, internet,
    ]

    static func main() async {
        let names = CommandLine.arguments.dropFirst()
        if names.count == 2, names.first == "ask", let address = names.last { Client.run(address) }
        if names.first == "route" { await RouterUnderTest.run(Array(names.dropFirst())) }
        let unknown = names.filter { name in !subjects.contains { $0.name == name } }
        guard unknown.isEmpty else {
            say(
                "no benchmark \(unknown.joined(separator: ", ")); there are: \(subjects.map(\.name).joined(separator: ", "))"
            )
            exit(2)
        }
        var failed = false
        var measurements: [Measurement] = []
        for subject in subjects where names.isEmpty || names.contains(subject.name) {
            say("\(subject.name): \(subject.summary)")
            do { measurements += try await subject.run() } catch let error as NotHeld {
                measurements += error.measurements
                say("\(subject.name): \(error)")
                failed = true
            } catch {
                say("\(subject.name) failed: \(error)")
                failed = true
            }
        }
        do { try Report.replace(measurements) } catch {
            say("cannot write \(Report.path): \(error)")
            failed = true
        }
        print(Report.table(measurements), terminator: "")
        exit(failed ? 1 : 0)
    }
}

/// Talk goes to standard error: data has standard output for itself.
func say(_ text: String) {
    let bytes = Array((text + "\n").utf8)
    _ = bytes.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}
