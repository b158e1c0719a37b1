import FoundationEssentials
import Glibc
import Health
import Net
import Peers
import Probe
import Testing

@Suite("Checks by programs")
struct ExecTests {
    private let probing: Probing

    init() throws { probing = try Probing() }

    private func run(_ command: [String], timeout: Duration = .seconds(10)) async -> (
        result: ProbeResult, output: String?
    ) {
        await probing.result(Probing.check(.exec(ExecCheck(command: command)), timeout: timeout))
    }

    private func shell(_ script: String, timeout: Duration = .seconds(10)) async -> (
        result: ProbeResult, output: String?
    ) {
        await run(["/bin/sh", "-c", script], timeout: timeout)
    }

    /// ESRCH: nobody has this number; a zombie still does.
    private func isGone(_ pid: Int32) -> Bool {
        kill(pid, 0) != 0 || readFile("/proc/\(pid)/stat")?.split(separator: ")").last?.hasPrefix(" Z") == true
    }

    @Test(
        "exit codes mean what they mean for monitoring plugins",
        arguments: [
            (0, "answered"), (1, "degraded: 3 of 4 disks"), (2, "wrong: 3 of 4 disks"),
            (3, "unknown: exit code 3: 3 of 4 disks"), (4, "unknown: exit code 4: 3 of 4 disks"),
            (126, "unknown: exit code 126: 3 of 4 disks"), (127, "unknown: exit code 127: 3 of 4 disks"),
        ])
    func codes(_ code: Int, _ text: String) async {
        #expect(await shell("echo '3 of 4 disks | free=12%'; echo more; exit \(code)").result.text == text)
    }

    @Test("how a program ended, what it printed and how long it took is kept beside the judgement")
    func received() async {
        let check = ExecCheck(command: ["sh", "-c", "echo 3 of 4 disks; exit 2"])
        let received = await probing.received(.exec(check))
        #expect(received.exitCode == 2 && received.output == "3 of 4 disks\n" && received.after > .zero)
    }

    @Test(
        "the reason is the first line of standard output, or else the last one of standard error",
        arguments: [
            // curl's meter, which ends without a line end where the connection breaks off.
            (
                #"printf '  %% Total    %% Received\n  0     0 --:--:--     0\rcurl: (7) refused\n\n' >&2; exit 2"#,
                "curl: (7) refused"
            ),
            (
                #"printf 'Traceback (most recent call last):\n  File "x"\nOSError: refused' >&2; exit 2"#,
                "OSError: refused"
            ),
            (
                "echo 'deprecated' >&2; echo 'DISK CRITICAL | used=99'; echo more; echo done >&2; exit 2",
                "DISK CRITICAL"
            ),
            ("echo; echo '  '; echo late; exit 2", "late"),
        ])
    func reason(_ script: String, _ reason: String) async {
        #expect(await shell(script).result.text == "wrong: \(reason)")
    }

    @Test("what is kept of a program has both its streams")
    func streams() async throws {
        let output = try required(await shell("echo one; echo two >&2; exit 2").output)
        #expect(output.split(separator: "\n").sorted() == ["one", "two"])
    }

    @Test("a program that says nothing is judged all the same")
    func mute() async {
        #expect(await shell("exit 2").result.text == "wrong: exit code 2")
        #expect(await shell("exit 1").result.text == "degraded: exit code 1")
    }

    @Test("rule 2: a program that isn't there, can't be started or is killed leaves the verdict unknown")
    func unknown() async throws {
        #expect(await run(["/nowhere/check"]).result.text == "unknown: exec /nowhere/check: No such file or directory")
        #expect(await run(["no-such-check"]).result.text == "unknown: exec no-such-check: No such file or directory")
        #expect(await run(["/etc/passwd"]).result.text == "unknown: exec /etc/passwd: Permission denied")
        #expect(await shell("kill -SEGV $$").result.text == "unknown: ended by signal 11")
    }

    @Test("a program is found in PATH, and told the address that is checked")
    func environment() async throws {
        let address = try required(Address("2001:db8::53"))
        let check = ExecCheck(command: ["sh", "-c", "echo $LANDFALL_ADDRESS $0; exit 1", "-H {address}!"])
        let result = await probing.result(.exec(check), at: address)
        #expect(result.text == "degraded: 2001:db8::53 -H 2001:db8::53!")
    }

    @Test("rule 16: a program has no capabilities, can't gain any, and inherits no descriptor")
    func confined() async throws {
        let script = "grep -E 'Cap(Inh|Prm|Eff|Amb)|NoNewPrivs' /proc/self/status; ls -l /proc/self/fd"
        let output = try required(await shell(script).output)
        let lines = output.split(separator: "\n")
        let sets = lines.filter { $0.hasPrefix("Cap") }
        #expect(sets.count == 4 && sets.allSatisfy { $0.hasSuffix("0000000000000000") })
        #expect(lines.contains("NoNewPrivs:\t1"))
        // 0 is /dev/null, 1 and 2 are the pipe, 3 is the folder that ls reads.
        #expect(lines.filter { $0.contains(" -> ") }.count == 4, "\(output)")
    }

    @Test("of what a program prints, the first 4096 bytes are kept")
    func kept() async {
        let (result, output) = await shell("head -c 10000 /dev/zero | tr '\\0' x; exit 2")
        #expect(
            output?.utf8.count == ExecCheck.mostKept && result.text == "wrong: " + String(repeating: "x", count: 200))
    }

    @Test("a program that prints without end is killed, which says nothing about the service")
    func endless() async {
        let result = await run(["yes", "all is well"], timeout: .seconds(10)).result
        #expect(result.text == "unknown: printed more than 16777216 bytes, killed: all is well")
    }

    @Test("rule 1: a program that prints at length what is wrong has failed all the same")
    func verbose() async {
        let result = await shell("echo it is dead; head -c 2000000 /dev/zero; exit 2", timeout: .seconds(10)).result
        #expect(result.text == "wrong: it is dead")
    }

    @Test("what a program left behind in its group is killed when it ends, even if it holds the output")
    func leftBehind() async throws {
        let (result, output) = await shell("sleep 1000 & echo $!; exit 0")
        let pid = try required(output.flatMap { Int32($0.trimmingPrefix(" ").prefix { $0.isNumber }) })
        #expect(result.text == "answered")
        try await eventually("the child is gone") { isGone(pid) }
    }

    @Test("at the timeout the whole group is killed, children that ignore signals and all")
    func timeout() async throws {
        let script = "trap '' TERM INT HUP; (trap '' TERM; sleep 1000) & echo $$ $!; wait; sleep 1000"
        let (result, output) = await shell(script, timeout: .milliseconds(300))
        let pids = try required(output).split(whereSeparator: { !$0.isNumber }).compactMap { Int32($0) }
        #expect(
            result.text == "silence: no result within 300 ms, killed: \(pids.map(String.init).joined(separator: " "))")
        #expect(pids.count == 2)
        try await eventually("both are gone") { pids.allSatisfy(isGone) }
    }

    @Test("a check that is stopped takes its program along")
    func stopped() async throws {
        let folder = try makeFolder()
        defer { removeFolder(folder) }
        let check = Probing.check(
            .exec(
                ExecCheck(command: [
                    "/bin/sh", "-c", "echo $$ >\(folder)/new; mv \(folder)/new \(folder)/pid; sleep 1000",
                ])),
            timeout: .seconds(60))
        let id = await probing.prober.watch(check, at: .loopback, port: 53) { _ in }
        var pid: Int32?
        try await eventually("it runs") {
            pid = readFile("\(folder)/pid").flatMap { Int32($0.prefix { $0.isNumber }) }
            return pid != nil
        }
        await probing.prober.stop(id)
        let started = try required(pid)
        try await eventually("it is gone") { isGone(started) }
    }

    /// Descriptors of this process that stand for other processes.
    private var processDescriptors: Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let targets = names.map { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
        return targets.count { $0?.contains("pidfd") == true }
    }

    @Test("three hundred programs leave no descriptor and no zombie behind")
    func many() async throws {
        let check = Probing.check(
            .exec(ExecCheck(command: ["/bin/sh", "-c", "echo $$; exit 1"])), every: .milliseconds(1))
        let (results, continuation) = AsyncStream<ProbeResult>.makeStream()
        let id = await probing.prober.watch(check, at: .loopback, port: 53) { continuation.yield($0) }
        var pids: [Int32] = []
        for await result in results {
            pids.append(try required(Int32(result.text.trimmingPrefix("degraded: "))))
            if pids.count == 300 { break }
        }
        await probing.prober.stop(id)
        try await eventually("nobody is left") { pids.allSatisfy { kill($0, 0) != 0 } }
        // The other tests of this process have some of their own.
        #expect(processDescriptors < 50)
    }
}
