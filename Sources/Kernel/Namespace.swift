internal import CLinux
internal import Glibc
public import Net

/// A network namespace, held open by a descriptor: it lives as long as that, or a process in it.
public final class Namespace: Sendable {
    public let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// A new one, with nothing in it but a loopback interface that is down.
    public static func make() throws(SystemError) -> Namespace {
        let before = try current()
        guard landfall_unshare_network() == 0 else { throw SystemError("unshare", "network namespace") }
        let result = Result { () throws(SystemError) in try current() }
        try before.enter()
        return try result.get()
    }

    /// That of the calling thread.
    public static func current() throws(SystemError) -> Namespace { try Namespace(path: "/proc/thread-self/ns/net") }

    public convenience init(path: String) throws(SystemError) {
        let descriptor = landfall_open_namespace(path)
        guard descriptor >= 0 else { throw SystemError("open", path) }
        self.init(descriptor: descriptor)
    }

    /// Moves the calling thread into it.
    public func enter() throws(SystemError) {
        guard landfall_enter_network(descriptor) == 0 else { throw SystemError("setns", "network namespace") }
    }

    /// Runs `body` on this thread inside of the namespace, then goes back. Sockets made there stay there.
    public func run<Result>(_ body: () throws(SystemError) -> Result) throws(SystemError) -> Result {
        let before = try Self.current()
        try enter()
        let result = Swift.Result(catching: body)
        try before.enter()
        return try result.get()
    }
}
