// Gives up what `landfall serve` gives up, then tries each thing that must no longer work; a line each, `NAME CODE`,
// where 0 means that it worked. Arguments: a folder that stays readable, a file beneath it, a file elsewhere.
import CLinux
import Glibc
import Kernel
import Net

@main
struct Main {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4 else { exit(2) }
        let parent = getppid()
        let applied = try Confinement.apply(readable: [arguments[1]])
        print("no-new-privileges", applied.noNewPrivileges)
        print("seccomp", applied.seccomp)
        print("landlock", applied.landlock)
        attempt("unix-socket") { socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0) }
        attempt("udp-socket") { socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0) }
        attempt("signal-parent") { kill(parent, 0) }
        attempt("signal-by-descriptor") { fcntl(1, F_SETOWN, parent) }
        attempt("limit-parent") { limit(parent) }
        attempt("limit-itself") { limit(0) }
        attempt("signal-everyone") { kill(-1, 0) }
        attempt("signal-group") { kill(0, 0) }
        attempt("signal-self") { kill(getpid(), 0) }
        attempt("fork") { fork() }
        attempt("exec") { execl() }
        attempt("thread") { thread() }
        attempt("read-allowed") { open(arguments[2], O_RDONLY) }
        attempt("write-allowed") { open(arguments[2], O_WRONLY) }
        attempt("read-elsewhere") { open(arguments[3], O_RDONLY) }
        attempt("look-into-parent") { open("/proc/\(parent)/mem", O_RDONLY) }
    }

    static func attempt(_ name: String, _ body: () -> Int32) {
        errno = 0
        print(name, body() < 0 ? errno : 0)
    }

    static func limit(_ pid: Int32) -> Int32 {
        var bounds = rlimit()
        return prlimit(pid, __rlimit_resource(UInt32(RLIMIT_CORE.rawValue)), nil, &bounds)
    }

    static func execl() -> Int32 {
        let none: [UnsafeMutablePointer<CChar>?] = [nil]
        return execve("/bin/true", none, none)
    }

    static func thread() -> Int32 {
        var thread = pthread_t()
        let code = pthread_create(&thread, nil, { _ in nil }, nil)
        errno = code
        if code == 0 { pthread_join(thread, nil) }
        return code == 0 ? 0 : -1
    }
}
