import Glibc
import Peers
import Testing

@testable import Site

/// What the agent tells a service manager (sd_notify(3)).
@Suite("Running under a service manager", .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct NotifyTests {
    @Test(
        "rule 17: a service manager is told of readiness, announcements, reloads, the stop; the loop feeds the watchdog"
    )
    func life() async throws {
        var options = Rig.Options()
        options.drain = "{stop-wait: 4s}"
        let rig = try await Rig(options)
        let manager = try ServiceManager(at: rig.host.folder + "/notify")
        let agent = try rig.startAgent(environment: ["NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=600000"])
        try await manager.hears("READY=1")
        #expect(try await rig.landfall("status").status == 0, "it can be asked as soon as it is ready")
        #expect(manager.messages.contains { $0 == "STATUS=fra/fra1: announces none of 2" })
        try await manager.hears("WATCHDOG=1")
        let bird = try await rig.startBIRD()
        try await rig.announced(at: bird)
        try await manager.hears("STATUS=fra/fra1: announces 203.0.113.0/24, 2001:db8:113::/48")

        let service = try await rig.service()
        #expect(readFile("/proc/\(service)/environ")?.contains("NOTIFY_SOCKET") == false)
        try await hang(agent, rig, manager)
        try await reload(rig, manager)
        try await stop(agent, manager)
    }

    /// Only the thread of the control loop stands still: all others go on, and the manager hears nothing all the same.
    private func hang(_ agent: Child, _ rig: Rig, _ manager: ServiceManager) async throws {
        let tracer = try rig.host.start("/usr/bin/python3", ["-c", Self.tracing, "\(agent.id)"])
        try await eventually("the loop stands still") { tracer.output.contains("stopped") }
        manager.forget()
        try await Task.sleep(for: .milliseconds(1800))  // three times the watchdog's bound
        #expect(manager.hear().isEmpty)
        #expect(agent.isRunning)
        tracer.signal(SIGKILL)
        try await manager.hears("WATCHDOG=1")
    }

    private func reload(_ rig: Rig, _ manager: ServiceManager) async throws {
        manager.forget()
        try await rig.edit { $0.replacing("hold-down: 500ms", with: "hold-down: 600ms") }
        #expect(try await rig.landfall("reload").status == 0)
        try await manager.hears("READY=1")
        let told = manager.messages.filter { !$0.hasPrefix("WATCHDOG") && !$0.hasPrefix("STATUS") }
        #expect(told.count == 2 && told[0].hasPrefix("RELOADING=1\nMONOTONIC_USEC=") && told[1] == "READY=1", "\(told)")
        manager.forget()
        #expect(try await rig.landfall("reload", "--dry-run").status == 0)
        #expect(!manager.hear().contains { $0.hasPrefix("RELOADING") }, "nothing is reloaded by a look")
    }

    /// A drain without traffic lasts for 2 s.
    private func stop(_ agent: Child, _ manager: ServiceManager) async throws {
        manager.forget()
        agent.signal(SIGTERM)
        #expect(try await agent.wait().status == 0)
        let told = manager.hear()
        #expect(told.contains("STOPPING=1"))
        #expect(told.count { $0 == "EXTEND_TIMEOUT_USEC=15000000" } >= 2, "as long as it goes on: \(told)")
        #expect(told.contains { $0.hasPrefix("STATUS=fra/fra1: stopping, announces") })
    }

    @Test("rule 17: an agent that is stopped is silent, and its watchdog with it")
    func stopped() async throws {
        let rig = try await Rig()
        let manager = try ServiceManager(at: rig.host.folder + "/notify")
        let agent = try rig.startAgent(environment: ["NOTIFY_SOCKET=\(manager.path)", "WATCHDOG_USEC=300000"])
        try await manager.hears("WATCHDOG=1")
        agent.signal(SIGSTOP)
        try await eventually("the agent is stopped") { readFile("/proc/\(agent.id)/stat")?.contains(") T ") == true }
        manager.forget()
        try await Task.sleep(for: .milliseconds(900))
        #expect(manager.hear().isEmpty)
        agent.signal(SIGCONT)
        try await manager.hears("WATCHDOG=1")
        await agent.stop()
    }

    /// PTRACE_SEIZE and PTRACE_INTERRUPT of one thread; whoever traced it is gone when the kernel lets it go on.
    private static let tracing = """
        import ctypes, os, sys, time
        pid = sys.argv[1]
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long] * 4
        for task in os.listdir(f'/proc/{pid}/task'):
            if open(f'/proc/{pid}/task/{task}/comm').read().strip() == 'agent':
                assert libc.ptrace(0x4206, int(task), 0, 0) == 0, os.strerror(ctypes.get_errno())
                assert libc.ptrace(0x4207, int(task), 0, 0) == 0, os.strerror(ctypes.get_errno())
                os.waitpid(int(task), 0x40000000)
                print('stopped', flush=True)
        time.sleep(60)
        """

    @Test("what a service manager says in the environment is taken as sd_notify(3) has it")
    func settings() {
        func settings(_ socket: String?, _ watchdog: String? = nil, of pid: String? = nil) -> NotifySettings? {
            NotifySettings(socket: socket, watchdog: watchdog, watchdogPID: pid, own: 42)
        }
        #expect(
            settings(nil) == nil && settings("") == nil && settings("relative") == nil && settings("vsock:2:1") == nil)
        #expect(settings("@abstract")?.socket == "@abstract")
        #expect(settings("/run/x", "3000000")?.watchdog == .seconds(3))
        #expect(settings("/run/x", "3000000", of: "42")?.watchdog == .seconds(3))
        #expect(settings("/run/x", "3000000", of: "43")?.watchdog == nil, "it is another process's")
        #expect(settings("/run/x", "0")?.watchdog == nil && settings("/run/x", "soon")?.watchdog == nil)
    }
}
