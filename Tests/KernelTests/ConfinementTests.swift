import Glibc
import Kernel
import Net
import Testing

@Suite("Confinement of landfall serve")
struct ConfinementTests {
    /// What each attempt gave, by name.
    static let results: [String: String] = {
        let folder = "/tmp/landfall-confined-\(getpid())"
        mkdir(folder, 0o755)
        let file = folder + "/zone"
        close(open(file, O_CREAT | O_WRONLY, 0o644))
        defer {
            unlink(file)
            rmdir(folder)
        }
        let lines = try? Spawn(products + "/Confined", [folder, file, "/etc/passwd"]).run().lines
        return Dictionary(
            (lines ?? []).map { line in
                let words = line.split(separator: " ")
                return (String(words[0]), String(words[1]))
            }, uniquingKeysWith: { first, _ in first })
    }()

    @Test("reports what it gave up")
    func reported() {
        #expect(Self.results["no-new-privileges"] == "true")
        #expect(Self.results["seccomp"] == "true")
    }

    @Test(
        "refuses other processes, other programs and Unix sockets",
        arguments: [
            "unix-socket", "signal-parent", "signal-by-descriptor", "limit-parent", "signal-everyone", "signal-group",
            "fork", "exec",
        ])
    func refused(attempt: String) {
        #expect(Self.results[attempt] == "\(EPERM)")
    }

    @Test(
        "leaves what a server needs",
        arguments: ["udp-socket", "limit-itself", "signal-self", "thread", "read-allowed"])
    func allowed(attempt: String) {
        #expect(Self.results[attempt] == "0")
    }

    @Test(
        "reads beneath its folders only, and writes nowhere",
        .enabled(if: results["landlock"] != "0", "no Landlock in this kernel"),
        arguments: ["write-allowed", "read-elsewhere"])
    func files(attempt: String) {
        #expect(Self.results[attempt] == "\(EACCES)")
    }
}
