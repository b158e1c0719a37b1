internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// Another program that is asked something: run to its end, within a time, and heard up to a bound.
struct Command {
    enum Failure: Error, CustomStringConvertible {
        case missing(String)
        case system(SystemError)
        case silent(String, Duration)
        case flooded(String, Int)
        case ended(String, Process.Status)

        var description: String {
            switch self {
            case .missing(let name): "\(name) isn't installed"
            case .system(let error): "\(error)"
            case .silent(let name, let limit): "\(name) hasn't ended after \(limit.shortText)"
            case .flooded(let name, let limit): "\(name) says more than \(limit >> 20) MiB"
            case .ended(let name, .exited(let code)): "\(name) exits with \(code)"
            case .ended(let name, .killed(let signal)): "\(name) is killed by signal \(signal)"
            }
        }
    }

    var program: String
    var arguments: [String]
    var user: User?
    var capabilities: CapabilitySet?
    var limit = Duration.seconds(3)
    var mostRead = 8 << 20

    init(_ program: String, _ arguments: [String]) { (self.program, self.arguments) = (program, arguments) }

    /// By its name, as root finds it.
    init(named name: String, _ arguments: [String]) throws(Failure) {
        let folders = SearchPath.folders + ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
        guard let path = SearchPath.find(name, in: folders) else { throw .missing(name) }
        self.init(path, arguments)
    }

    private var name: String { program.split(separator: "/").last.map(String.init) ?? program }

    /// What it prints, when it exits with 0.
    func output() throws(Failure) -> [UInt8] {
        let ends: (read: Int32, write: Int32)
        let process: Process
        do throws(SystemError) {
            ends = try Pipe.open()
            defer { close(ends.write) }
            do throws(SystemError) { process = try spawn(ends.write).start() } catch {
                close(ends.read)
                throw error
            }
        } catch { throw .system(error) }
        defer { close(ends.read) }
        do throws(Failure) {
            let bytes = try read(ends.read)
            try end(process)
            return bytes
        } catch {
            try? process.signalGroup(SIGKILL)
            _ = try? process.wait()
            throw error
        }
    }

    private func spawn(_ output: Int32) -> Spawn {
        var spawn = Spawn(program, arguments)
        spawn.environment = Spawn.ownEnvironment + ["LC_ALL=C"]
        (spawn.output, spawn.error, spawn.newGroup) = (.descriptor(output), .null, true)
        (spawn.user, spawn.capabilities) = (user, capabilities)
        return spawn
    }

    private func read(_ descriptor: Int32) throws(Failure) -> [UInt8] {
        let deadline = Loop.now + limit
        var (bytes, chunk) = ([UInt8](), [UInt8](repeating: 0, count: 65536))
        while true {
            var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = (deadline - Loop.now).milliseconds
            guard left > 0, poll(&entry, 1, Int32(left.rounded(.up))) > 0 else { throw .silent(name, limit) }
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
            guard bytes.count <= mostRead else { throw .flooded(name, mostRead) }
        }
    }

    private func end(_ process: Process) throws(Failure) {
        guard process.ends(within: limit) else { throw .silent(name, limit) }
        let status: Process.Status
        do throws(SystemError) { status = try process.wait() } catch { throw .system(error) }
        guard status == .exited(0) else { throw .ended(name, status) }
    }
}

extension Command {
    /// Whether a user may make files in a folder: a process of that user's says so, who knows of ACLs and mounts as well.
    ///
    /// - Parameter withOwnRights: as the one who asks, root say.
    static func mayWrite(in folder: String, as user: User?, withOwnRights: Bool = false) throws(Failure) -> Bool {
        var order = Command(
            "/bin/sh", ["-c", #"[ -d "$0" ] && [ -w "$0" ] && [ -x "$0" ] && echo yes || echo no"#, folder])
        if !withOwnRights { (order.user, order.capabilities) = (user, []) }
        return try order.output() == Array("yes\n".utf8)
    }
}
