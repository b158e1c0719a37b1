import Glibc
import Peers
import Testing

/// The moment between reading queries and answering them, in which a service is killed.
@Suite(
    "Queries that a service had read", .enabled(if: Landfall.lack("bird") == nil, "\(Landfall.lack("bird") ?? "")"))
struct UnansweredTests {
    @Test(
        "rule 15: are answered by the next process when it is killed; after a crash not, since one of them may be why",
        arguments: [SIGKILL, SIGSYS])
    func unanswered(_ signal: Int32) async throws {
        let rig = try await Rig()
        let bird = try await rig.startBIRD()
        let agent = try rig.startAgent()
        try await rig.announced(at: bird)
        let service = try await rig.service()
        let tracer = try rig.host.start("/usr/bin/python3", ["-c", Self.tracing, "\(service)", "\(signal)"])
        try await eventually("the service stands still") { tracer.output.contains("stopped") }
        let client = try rig.router.start("/usr/bin/python3", ["-c", Self.asking, signal == SIGKILL ? "30" : "3"])
        try await eventually("its queries wait") { client.output.contains("sent") }
        tracer.signal(SIGUSR1)
        try await eventually("the service's end") {
            tracer.output.contains("killed") && kill(service, 0) != 0
        }
        #expect(try await rig.service() != service)
        #expect(try await client.wait().status == 0)
        let had = try #require(tracer.output.number(after: "with "))
        let answers = try #require(client.output.number(after: "answers "))
        // A check's question or two may have been among them.
        #expect(had >= 20 && (signal == SIGKILL ? answers == 40 : answers <= 42 - had), "\(answers) of 40, \(had)")
        await agent.stop()
    }

    /// Sends a burst, and says how many answers came until all had, or none for so many seconds.
    private static let asking = """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.connect(('203.0.113.53', 53))
        for number in range(40):
            s.send(number.to_bytes(2, 'big') + bytes.fromhex('010000010000000000') + b'\\0\\3www\\7example\\3org\\0\\0\\1\\0\\1')
        print('sent', flush=True)
        s.settimeout(int(sys.argv[1]))
        seen = set()
        try:
            while len(seen) < 40: seen.add(s.recv(4096)[:2])
        except TimeoutError: pass
        print('answers', len(seen), flush=True)
        """

    /// Holds the service's threads; told to, lets them go on until one is about to send many answers, and ends it there.
    private static let tracing = """
        import ctypes, os, signal, sys
        SEIZE, INTERRUPT, SYSCALL, CONT, ALL = 0x4206, 0x4207, 24, 7, 0x40000000
        pid, ending = int(sys.argv[1]), int(sys.argv[2])
        sendmmsg = {'x86_64': 307, 'aarch64': 269}[os.uname().machine]
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long] * 4
        def trace(request, thread):
            assert libc.ptrace(request, thread, 0, 0) == 0, os.strerror(ctypes.get_errno())
        threads = [thread for thread in map(int, os.listdir(f'/proc/{pid}/task')) if thread != pid]
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        for thread in threads:
            trace(SEIZE, thread)
            trace(INTERRUPT, thread)
            os.waitpid(thread, ALL)
        print('stopped', flush=True)
        signal.sigwait([signal.SIGUSR1])
        for thread in threads: trace(SYSCALL, thread)
        while True:
            thread, _ = os.waitpid(-1, ALL)
            call = open(f'/proc/{pid}/task/{thread}/syscall').read().split()
            if call[0] == str(sendmmsg) and int(call[3], 16) >= 20: break
            trace(SYSCALL, thread)
        os.kill(pid, ending)
        print('killed with', int(call[3], 16), flush=True)
        while True:  # until no thread is left, so that none goes on before all of them end
            try: thread, status = os.waitpid(-1, ALL)
            except ChildProcessError: break
            if os.WIFSTOPPED(status) and os.WSTOPSIG(status) == ending: libc.ptrace(CONT, thread, 0, ending)
        """
}
