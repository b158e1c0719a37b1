import CLinux
import Glibc
import Kernel
import Net
import Testing

@Suite("Starting a child")
struct SpawnTests {
    @Test("an ended child says how it ended")
    func status() throws {
        #expect(try Spawn.shell("exit 3").run().status == .exited(3))
        #expect(try Spawn.shell("kill -9 $$").run().status == .killed(signal: SIGKILL))
    }

    @Test("a program that isn't there is an error of the start, not of the child")
    func missing() {
        #expect(throws: SystemError("exec", "/no/such/program", code: ENOENT)) {
            try Spawn("/no/such/program").start()
        }
    }

    @Test("sockets arrive as 3 and up, announced with the pid that the child has")
    func listenFDs() throws {
        let sockets = [socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0), socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)]
        defer { for socket in sockets { close(socket) } }
        var spawn = Spawn.shell("test $LISTEN_PID = $$ && echo $LISTEN_FDS $LISTEN_FDNAMES; ls -l /proc/$$/fd")
        spawn.sockets = sockets
        spawn.socketNames = ["udp", "tcp"]
        let outcome = try spawn.run()
        #expect(outcome.lines.first == "2 udp:tcp")
        #expect(outcome.lines.filter { $0.contains("socket:") }.count == 2)
    }

    @Test("descriptors whose numbers are each other's targets all arrive")
    func swapped() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe2(&ends, O_CLOEXEC) == 0)
        let low = [dup3(ends[0], 250, O_CLOEXEC), dup3(ends[1], 251, O_CLOEXEC)]
        defer { for end in ends + low { close(end) } }
        var spawn = Spawn.shell("echo through >&4; read line <&3; echo got $line")
        spawn.descriptors = low
        #expect(try spawn.run().text == "got through\n")
    }

    @Test("rule 16: nothing else is inherited")
    func closed() throws {
        let stray = open("/dev/null", O_RDONLY)
        defer { close(stray) }
        #expect(try Spawn.shell("ls /proc/self/fd").run().lines.count <= 4)  // 0, 1, 2, and the folder that ls reads
    }

    @Test("ignored signals and blocked ones are ordinary again in the child")
    func signals() throws {
        signal(SIGPIPE, SIG_IGN)
        let outcome = try Spawn.shell("grep -E 'SigBlk|SigIgn' /proc/self/status").run()
        #expect(outcome.lines.allSatisfy { $0.hasSuffix("\t0000000000000000") }, "\(outcome.text)")
    }

    @Test("a child dies with its parent, however that dies")
    func parentDeath() throws {
        var ends: [Int32] = [-1, -1]
        #expect(pipe2(&ends, O_CLOEXEC) == 0)
        var spawn = Spawn("/bin/sleep", ["60"])
        spawn.parentDeathSignal = SIGKILL
        spawn.output = .descriptor(ends[1])
        // The signal follows the thread that starts the child: let one end.
        let child = try onThread { try spawn.start() }
        defer { close(ends[0]) }
        close(ends[1])
        #expect(try child.wait() == .killed(signal: SIGKILL))
    }

    @Test("limits, folder and a group of its own")
    func surroundings() throws {
        var spawn = Spawn.shell("ulimit -n; pwd; ps -o pgid= -p $$ | tr -d ' '; echo $$")
        spawn.limits = [.openFiles(77)]
        spawn.directory = "/usr"
        spawn.newGroup = true
        let lines = try spawn.run().lines
        #expect(lines.prefix(2) == ["77", "/usr"])
        #expect(lines.count == 4 && lines[2] == lines[3])
    }

    @Test("the first process of a new user and PID namespace is 1, and root there", .enabled(if: mayUnshare))
    func namespaces() throws {
        var spawn = Spawn.shell("echo $$ $(id -u); cat /proc/self/uid_map | wc -l")
        spawn.namespaces = [.user, .pid, .network, .mount]
        spawn.parentDeathSignal = SIGKILL
        #expect(try spawn.run().lines == ["1 0", "1"])
    }

    @Test(
        "root becomes another user, without groups and capabilities",
        .enabled(if: isRoot && !User.isOnlyOne, "needs root, where there are other users"))
    func becomes() throws {
        var spawn = Spawn.shell("id -u; id -G; grep -E 'Cap|NoNew' /proc/self/status")
        spawn.user = User(name: "nobody", uid: 65534, gid: 65534)
        spawn.capabilities = []
        spawn.noNewPrivileges = true
        let lines = try spawn.run().lines
        #expect(lines.prefix(2) == ["65534", "65534"])
        #expect(lines.filter { $0.hasPrefix("Cap") }.allSatisfy { $0.hasSuffix("\t0000000000000000") }, "\(lines)")
        #expect(lines.last == "NoNewPrivs:\t1")
    }

    @Test("a capability that is kept survives the exec of another user's program", .enabled(if: isRoot))
    func keeps() throws {
        var spawn = Spawn.shell("grep -E 'CapEff|CapBnd' /proc/self/status")
        spawn.user = User(name: "nobody", uid: 65534, gid: 65534)
        spawn.capabilities = [.netBindService]
        #expect(try spawn.run().lines.allSatisfy { $0.hasSuffix("\t0000000000000400") })
    }
}

/// Whether this machine lets us make user namespaces.
let mayUnshare: Bool = {
    var spawn = Spawn("/bin/true")
    spawn.namespaces = [.user]
    return (try? spawn.run().status) == .exited(0)
}()

/// Runs `body` on a thread of its own that ends afterwards.
func onThread<Value>(_ body: @escaping () throws -> Value) throws -> Value {
    var result: Result<Value, any Error>?
    let errand = Errand { result = Result { try body() } }
    var thread = pthread_t()
    let context = Unmanaged.passUnretained(errand).toOpaque()
    pthread_create(
        &thread, nil,
        { context in
            if let context { Unmanaged<Errand>.fromOpaque(context).takeUnretainedValue().body() }
            return nil
        }, context)
    withExtendedLifetime(errand) { _ = pthread_join(thread, nil) }
    guard let result else { throw SystemError("pthread_create") }
    return try result.get()
}

private final class Errand {
    let body: () -> Void
    init(_ body: @escaping () -> Void) { self.body = body }
}
