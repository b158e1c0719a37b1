import Glibc
import Peers
import Testing

/// The machine fails the agent: docs/agent.md, "When things go wrong".
@Suite("Adversity", .enabled(if: Landfall.lack("bird", "dig") == nil, "\(Landfall.lack("bird", "dig") ?? "")"))
struct AdversityTests {
    @Test("an agent that is stopped beyond its hold time loses its routes, and has them back when it goes on")
    func stopped() async throws {
        var options = Rig.Options()
        options.holdTime = 3
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        agent.signal(SIGSTOP)
        try await rig.withdrawn(at: bird)
        let answer = try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router, ["+nsid"])
        #expect(answer.nsid == "fra", "the service goes on meanwhile")
        agent.signal(SIGCONT)
        try await rig.announced(at: bird)  // the router waits before it tries again
        for event in ["session-down", "check-uncertain"] { try await rig.seen("\"event\":\"\(event)\"") }
        #expect(!rig.has("withdrawn"))
        await agent.stop()
    }

    @Test("rule 2: an agent without descriptors keeps verdicts and sessions, says so to whoever asks, and recovers")
    func descriptors() async throws {
        var options = Rig.Options()
        options.holdTime = 3
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent(["--user", "root"])  // whose limits we may change
        try await rig.announced(at: bird)
        let service = try await rig.service()
        try await limit(agent, to: try await lowestFreeDescriptor(agent.id))
        try await eventually("checks that can't be made") { rig.has("check-uncertain") }
        let before = processorTime(agent.id)
        try await Task.sleep(for: .seconds(4))
        #expect(processorTime(agent.id) - before < .seconds(2), "it doesn't spin")
        #expect(try await rig.routes(at: bird) == 2, "beyond the hold time")
        for _ in 0..<3 {
            let status = try await rig.status()
            #expect(status.contains("\"verdict\":\"unknown\"") && status.contains("Too many open files"), "\(status)")
        }
        try await eventually("the alarm, with the reason") {
            try await rig.alarms().contains { $0.contains("can't be made: ") && $0.contains("Too many open files") }
        }
        kill(service, SIGKILL)
        try await eventually("the service's end") { rig.has("service-ended") }
        try await limit(agent, to: 1024)
        try await eventually("checks that can be made") {
            try await !rig.status().contains("\"verdict\":\"unknown\"")
        }
        try await eventually("another service") { try await rig.service() != service }
        let answer = try await Dig.ask("www.example.org", at: "203.0.113.53", in: rig.router, ["+nsid"])
        #expect(answer.nsid == "fra" && !rig.has("session-down"))
        await agent.stop()
    }

    @Test("a full disk loses lines of the event log, and what the next agent would know, and says so; nothing else")
    func fullDisk() async throws {
        let rig = try await Rig()
        let disk = try await SmallDisk(in: rig.host)
        defer { disk.remove() }
        try disk.fill()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent(events: disk.events, state: disk.folder)
        try await rig.announced(at: bird)
        try await eventually("lines are lost") {
            kill(try await rig.service(), SIGKILL)
            return try #require(try await rig.status().number(after: "\"eventsLost\":")) > 0
        }
        let service = try await rig.service()
        kill(service, SIGSTOP)
        try await rig.withdrawn(at: bird)
        kill(service, SIGCONT)
        try await rig.announced(at: bird)
        let alarm = "nothing is kept for the next start: "
        try await eventually("the alarm") { try await rig.status().contains(alarm) }
        let before = readFile(disk.events)?.count
        disk.makeRoom()
        kill(service, SIGKILL)
        try await eventually("lines again") { readFile(disk.events)?.count != before }
        let lines = (readFile(disk.events) ?? "").split(separator: "\n")
        let broken = lines.filter { !$0.hasPrefix("{") || !$0.hasSuffix("}") }
        #expect(broken.count <= 1 && lines.last?.hasSuffix("}") == true, "\(broken)")
        try await eventually("no alarm") { try await !rig.status().contains(alarm) }
        await agent.stop()
    }

    @Test(
        "a wall clock that is set back an hour changes the times of events, and nothing else",
        .enabled(if: Program.lack("clang") == nil, "needs clang, which Swift brings"))
    func clock() async throws {
        var options = Rig.Options()
        options.checks = "{dns: {name: www.example.org, type: A}, every: 1s, timeout: 1s, rise: 1, fall: 2}"
        let rig = try await Rig(options)
        let clock = try await WallClock(in: rig.host)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent(environment: clock.environment)
        try await rig.announced(at: bird)
        let passed = try #require(try await rig.status().number(after: "\"passed\":"))
        try clock.set(back: 3600)
        try await eventually("checks go on") {
            try #require(try await rig.status().number(after: "\"passed\":")) > passed + 2
        }
        #expect(!rig.has("withdrawn") && !rig.has("session-down"))
        #expect(!rig.hasRaised("LF-A302"), "one check too late is any busy machine's, ten seconds of them are not")
        agent.signal(SIGKILL)
        try await rig.withdrawn(at: bird)
        try clock.set(back: 7200)  // what was written down is from the future
        let next = try rig.startAgent(environment: clock.environment)
        try await rig.announced(at: bird)
        kill(try await rig.service(), SIGSTOP)
        try await rig.withdrawn(at: bird)
        let times = (readFile(rig.events) ?? "").split(separator: "\n").compactMap { $0.time }
        #expect(zip(times, times.dropFirst()).contains { $0 > $1 }, "the clock was set back: \(times)")
        await next.stop()
    }

    @Test("a million checks leave memory within 2 % of what it was after the first tenth")
    func millionChecks() async throws {
        let sandbox = try await Sandbox(fresh: false)
        let program = Landfall.path.replacing(/landfall$/, with: "Soak")
        let (status, output) = try await sandbox.run(program, ["1000000", "1"], within: .seconds(300))
        #expect(status == 0 && output.number(after: "verdicts ") ?? 0 > 1000, "\(output)")
        let resident = try #require(output.number(after: "resident "))
        #expect(output.number(after: "growth ") ?? 0 <= resident / 50, "\(output)")
    }

    private func limit(_ agent: Child, to count: Int) async throws {
        let sandbox = try await Sandbox(fresh: false)
        let (status, output) = try await sandbox.run("prlimit", ["--pid", "\(agent.id)", "--nofile=\(count):"])
        #expect(status == 0, "\(output)")
    }

    /// The lowest that a process doesn't have, also between two probes.
    private func lowestFreeDescriptor(_ pid: Int32) async throws -> Int {
        var lowest = Int.max
        for _ in 0..<50 {
            var name = stat()
            let free = (0..<1024).first { lstat("/proc/\(pid)/fd/\($0)", &name) != 0 }
            lowest = min(lowest, free ?? lowest)
            try await Task.sleep(for: .milliseconds(10))
        }
        return lowest
    }

    /// What a process has used, of both kinds.
    private func processorTime(_ pid: Int32) -> Duration {
        let fields = readFile("/proc/\(pid)/stat")?.split(separator: " ") ?? []
        guard fields.count > 14, let user = Int(fields[13]), let system = Int(fields[14]) else { return .zero }
        return .milliseconds((user + system) * 1000 / sysconf(Int32(_SC_CLK_TCK)))
    }
}

extension Substring {
    /// Of a line of events.
    fileprivate var time: Substring? {
        firstRange(of: "\"time\":\"").map { self[$0.upperBound...].prefix { $0 != "\"" } }
    }
}

/// A file system of 64 KiB.
private struct SmallDisk {
    let folder: String
    var events: String { folder + "/events" }
    private var filler: String { folder + "/filler" }

    init(in sandbox: Sandbox) async throws {
        folder = sandbox.folder + "/disk"
        mkdir(folder, 0o755)
        let (status, output) = try await sandbox.run(
            "mount", ["-t", "tmpfs", "-o", "size=64k,mode=777", "landfall", folder])
        guard status == 0 else { throw PeerError("no small disk: \(output)") }
    }

    /// All but one page, for the first lines.
    func fill() throws(PeerError) { try writeFile(filler, String(repeating: "x", count: 60 << 10)) }
    func makeRoom() { unlink(filler) }
    func remove() { umount2(folder, Int32(MNT_DETACH)) }
}

/// A wall clock that programs see instead of the machine's, which no namespace has of its own: a library that is loaded
/// before the others adds an offset.
private struct WallClock {
    private let offset: String
    private let library: String

    var environment: [String] { ["LD_PRELOAD=\(library)", "CLOCK_OFFSET=\(offset)"] }

    init(in sandbox: Sandbox) async throws {
        (offset, library) = (sandbox.folder + "/offset", sandbox.folder + "/clock.so")
        try writeFile(offset, String(repeating: "\0", count: 8))
        try writeFile(sandbox.folder + "/clock.c", Self.source)
        let (status, output) = try await sandbox.run(
            "clang", ["-shared", "-fPIC", "-o", library, sandbox.folder + "/clock.c"])
        guard status == 0 else { throw PeerError("no library: \(output)") }
    }

    func set(back seconds: Int64) throws(PeerError) {
        let file = open(offset, O_WRONLY | O_CLOEXEC)
        defer { close(file) }
        var value = -seconds
        guard write(file, &value, 8) == 8 else { throw PeerError("the clock stands") }
    }

    private static let source = """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <sys/syscall.h>
        #include <sys/time.h>
        #include <time.h>
        #include <unistd.h>
        static volatile long *offset;
        __attribute__((constructor)) static void begin(void) {
            int file = open(getenv("CLOCK_OFFSET"), O_RDONLY | O_CLOEXEC);
            void *page = mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
            if (page != MAP_FAILED) offset = page;
            close(file);
        }
        int clock_gettime(clockid_t clock, struct timespec *time) {
            int result = syscall(SYS_clock_gettime, clock, time);
            if (!result && clock == CLOCK_REALTIME && offset) time->tv_sec += *offset;
            return result;
        }
        int gettimeofday(struct timeval *time, void *zone) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            time->tv_sec = now.tv_sec;
            time->tv_usec = now.tv_nsec / 1000;
            return 0;
        }
        int timespec_get(struct timespec *time, int base) { return clock_gettime(CLOCK_REALTIME, time) ? 0 : base; }
        time_t time(time_t *out) {
            struct timespec now;
            clock_gettime(CLOCK_REALTIME, &now);
            if (out) *out = now.tv_sec;
            return now.tv_sec;
        }
        """
}
