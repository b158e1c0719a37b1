import Glibc
import Peers
import Testing

/// Programs of the operator's that an agent starts: told what they should know, and holding up nothing.
@Suite("Hooks", .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct HookTests {
    /// Leaves a child behind that ignores signals and keeps the output open, and hangs itself.
    private static func hangs(_ folder: String) -> String {
        """
        trap '' TERM INT HUP
        sleep 1000 &
        echo $$ $! >>\(folder)/pids
        while :; do sleep 1000; done
        """
    }

    @Test("rule 16: a hook is told what happened, and has no capabilities and no descriptor of ours")
    func told() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let tell = try scripts.add(
            "tell",
            """
            echo "$LANDFALL_EVENT $LANDFALL_NETWORK $LANDFALL_SITE $LANDFALL_HOST prefix=$LANDFALL_PREFIX \
            level=$LANDFALL_LEVEL at=$LANDFALL_NEIGHBORS neighbor=$LANDFALL_NEIGHBOR check=$LANDFALL_CHECK \
            verdict=$LANDFALL_VERDICT ${LANDFALL_TIME:+timed} ${LANDFALL_SOCKET:+socket} \
            $(grep CapEff /proc/self/status | tr -d '\\t') sockets=$(ls -l /proc/$$/fd | grep -cE 'socket|anon_inode') $*" >>\(scripts.folder)/told
            echo "told of $LANDFALL_EVENT"
            """)
        var options = Rig.Options()
        options.drain = "{stop-wait: 1s}"
        options.more = "hooks: {any: [\(tell), all], withdrawn: [\(tell), one of them]}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        agent.signal(SIGTERM)
        #expect(try await agent.wait().status == 0)
        let lines = scripts.text("told").split(separator: "\n")
        let confined = "timed socket CapEff:0000000000000000 "
        func has(_ start: String, _ end: String) -> Bool {
            lines.contains { $0.hasPrefix(start) && $0.contains(confined) && $0.hasSuffix(end) }
        }
        #expect(has("announced test fra fra1 prefix=203.0.113.0/24 level=healthy at=r4 neighbor= ", " all"))
        #expect(has("withdrawn test fra fra1 prefix=2001:db8:113::/48 level=withdrawn at=r6 neighbor= ", " all"))
        #expect(
            has("withdrawn test fra fra1 prefix=2001:db8:113::/48 level=withdrawn at=r6 neighbor= ", " one of them"))
        #expect(has("changed test fra fra1 prefix=203.0.113.0/24 level=draining at=r4 neighbor= ", " all"))
        #expect(has("session-up test fra fra1 prefix= level= at= neighbor=r4 ", " all"))
        #expect(
            has(
                "verdict test fra fra1 prefix= level= at= neighbor= check=dns www.example.org A verdict=healthy", " all"
            ))
        #expect(lines.allSatisfy { $0.contains(" sockets=0 ") })
        let events = readFile(rig.events) ?? ""
        #expect(events.contains("\"event\":\"hook\",\"hook\":\"withdrawn\""))
        #expect(events.contains("\"output\":\"told of announced\\n\""))
    }

    @Test(
        "a hook that hangs and leaves children behind holds up neither a withdrawal nor the stop, and is killed whole")
    func hang() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let hang = try scripts.add("hang", Self.hangs(scripts.folder))
        var options = Rig.Options()
        options.more = "hooks: {announced: [\(hang)], withdrawn: [\(hang)], timeout: 6s, at-once: 2}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await eventually("two hooks hang") { scripts.pids("pids").count == 4 }
        let service = try await rig.service()
        kill(service, SIGSTOP)
        try await rig.withdrawn(at: bird)
        let first = scripts.pids("pids").prefix(4)
        kill(service, SIGCONT)
        try await rig.seen("not ended within 6 s, killed")
        let events = readFile(rig.events) ?? ""
        let withdrawn = try #require(events.firstRange(of: "\"event\":\"withdrawn\""))
        let killed = try #require(events.firstRange(of: "not ended within 6 s, killed"))
        #expect(withdrawn.lowerBound < killed.lowerBound, "the withdrawal waited for no hook")
        try await eventually("they are gone") { first.allSatisfy(isGone) }
        try await eventually("those that waited hang in their place") { scripts.pids("pids").count >= 8 }
        agent.signal(SIGTERM)
        #expect(try await agent.wait().status == 0)
        #expect(readFile(rig.events)?.contains("the agent stops, killed") == true)
        try await eventually("nobody is left") { scripts.pids("pids").allSatisfy(isGone) }
    }

    @Test("a check's program that forks holds up nothing, and nothing of it is left")
    func forks() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let times = "every: 300ms, timeout: 300ms, reach: shared"
        let forks = try scripts.add(
            "forks", "trap '' TERM\nsleep 1000 &\nsleep 1000 &\necho $$ $! >>\(scripts.folder)/pids; exit 0")
        let hang = try scripts.add("hang", Self.hangs(scripts.folder))
        var options = Rig.Options()
        options.checks +=
            "\n      - {exec: {run: [\(forks)]}, \(times)}\n      - {exec: {run: [\(hang)]}, \(times)}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await eventually("many were made") { scripts.pids("pids").count > 30 }
        let service = try await rig.service()
        kill(service, SIGSTOP)
        try await rig.withdrawn(at: bird)
        kill(service, SIGCONT)
        await agent.stop()
        try await eventually("nobody is left") { scripts.pids("pids").allSatisfy(isGone) }
    }

    @Test("hooks that can't be started, fail, or are too many are told, and nothing else comes of it")
    func trouble() async throws {
        let scripts = try Scripts()
        defer { scripts.remove() }
        let slow = try scripts.add("slow", "sleep 1000")
        let fails = try scripts.add("fails", "echo no such list; exit 7")
        var options = Rig.Options()
        let judge = try scripts.judge()
        options.checks = (1...4).map {
            "{exec: {run: [\(judge), \($0)]}, every: 400ms, timeout: 400ms, rise: 1, fall: 1, lease: 5s, reach: shared}"
        }.joined(separator: "\n      - ")
        options.more =
            "hooks: {session-up: [/nowhere/hook], announced: [\(fails)], verdict: [\(slow)], timeout: 1h, at-once: 16}"
        let rig = try await Rig(options)
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        try await rig.seen("exec /nowhere/hook: No such file or directory")
        try await rig.seen("no such list")
        var code = 0
        try await eventually("more than can wait") {
            code = 1 - code
            try scripts.set(code)
            try await Task.sleep(for: .milliseconds(500))  // until all have seen it
            return readFile(rig.events)?.contains("hooks are dropped: 100 wait already") == true
        }
        #expect(try await rig.status().number(after: "\"hooksLost\":") ?? 0 > 0)
        try scripts.set(0)
        try await rig.announced(at: bird)
        await agent.stop()
    }
}
