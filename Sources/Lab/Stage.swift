internal import Config
internal import Files
internal import Glibc
internal import Kernel
package import Net

/// Where a rehearsal keeps its files: in memory, in a mount namespace of its own, gone with it.
package struct Stage: Sendable {
    package let folder: String
    /// The file as the agents see it.
    package let file: String
    /// The folder that the file is in, by its own name: where programs are started.
    package let home: String

    /// The folder of the file, or the one above it that its zone files are in too, is shown again beneath our own, so
    /// that an agent that has given up root reads it whatever the permissions above it are.
    package init(file: String, zones: [String]) throws(SystemError) {
        let path = try Self.absolute(file)
        home = File.folder(of: path)
        // A zone file that the file names relative to itself.
        let beside = zones.filter { File.folder(of: file) == "." || $0.hasPrefix(File.folder(of: file)) }
        let shared = Self.common([home] + beside.compactMap { try? Self.absolute($0) }.map(File.folder))
        let opened = open(shared, O_PATH | O_DIRECTORY | O_CLOEXEC)
        guard opened >= 0 else { throw SystemError("open", shared) }
        defer { close(opened) }
        let mountPoint = Self.mountPoint(sparing: [home, shared] + Programs.peers + zones)
        folder = mountPoint + "/landfall"
        self.file = folder + "/files" + path.dropFirst(shared == "/" ? 0 : shared.utf8.count)
        try Mounts.makePrivate()
        try Mounts.proc()
        try Mounts.memory(at: mountPoint, mebibytes: 256)
        for name in ["", "/files", "/logs"] { mkdir(folder + name, 0o755) }
        try Mounts.readOnly(opened, at: folder + "/files")
    }

    /// What lies beneath the mount point can't be seen any more.
    static func mountPoint(sparing needed: [String]) -> String {
        let candidates: [String] = ["/mnt", "/media", "/srv"].filter { access($0, F_OK) == 0 }
        return candidates.first { place in !needed.contains { "\($0)/".hasPrefix(place + "/") } } ?? "/run"
    }

    /// Without links and dots.
    static func absolute(_ path: String) throws(SystemError) -> String {
        guard let resolved = realpath(path, nil) else { throw SystemError("open", path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The deepest folder that holds all of them.
    static func common(_ folders: [String]) -> String {
        let split = folders.map { $0.split(separator: "/") }
        guard var shared = split.first else { return "/" }
        for parts in split {
            shared = Array(zip(shared, parts).prefix { $0 == $1 }.map(\.0))
        }
        return "/" + shared.joined(separator: "/")
    }

    /// What somebody else's program on a host sees as /var/tmp; nil where that would hide the file or the program.
    package func temporary(for host: String, hiding program: String) -> String? {
        let needed = [home, program] + Programs.peers
        guard !needed.contains(where: { "\($0)/".hasPrefix("/var/tmp/") }) else { return nil }
        let path = "\(folder)/tmp-\(host)"
        mkdir(path, 0o777)
        chmod(path, 0o1777)
        return path
    }

    package func log(_ name: String) -> String { "\(folder)/logs/\(name).log" }
    package func agentFolder(_ host: String) -> String { "\(folder)/agent-\(host)" }
    package func agentSocket(_ host: String) -> String { agentFolder(host) + "/control" }
    /// What the agent writes with `--events`.
    package func agentEvents(_ host: String) -> String { agentFolder(host) + "/events" }
    /// Made by the agent, before it gives up root.
    package func agentState(_ host: String) -> String { agentFolder(host) + "/state" }
    /// A router may have given up root when it comes to make its socket.
    package func routerFolder(_ router: String) -> String { "\(folder)/router-\(router)" }
    package func control(_ router: String) -> String { routerFolder(router) + "/control" }
    /// What a router of ours writes with `--events`.
    package func routerEvents(_ router: String) -> String { routerFolder(router) + "/events" }

    /// The end of what a program said, for errors.
    package func lastWords(of name: String) -> String {
        guard let bytes = try? File.read(log(name), limit: 64 << 20) else { return "" }
        return String(decoding: bytes.suffix(2000), as: UTF8.self)
            .split(separator: "\n").suffix(5).map { "  " + $0 }.joined(separator: "\n")
    }
}
