internal import Config
internal import Glibc
internal import Kernel
internal import Loop
internal import Net

/// An agent that lives in this network namespace, as it can be seen without asking it: by its claim, an abstract Unix
/// socket that keeps a second one from starting, and by the process behind that, as far as our rights go.
///
/// That is what is left to go by when its control socket is gone, is another one than was asked, or isn't for whoever asks;
/// and when the agent was stopped, or hangs.
package struct LiveAgent: Hashable, Sendable {
    /// `@landfall/NETWORK/SITE/HOST`, as /proc/net/unix has it.
    package var claim: String
    package var pid: Int32?
    /// Its uid.
    package var user: UInt32?
    /// As `ps` has it: `T` is stopped.
    package var state: Character?
    /// Where its control socket was opened. The file may be gone.
    package var socket: String?
    /// Itself, and what it has started.
    package var processes: Set<Int32> = []

    package init(claim: String, pid: Int32? = nil) {
        (self.claim, self.pid) = (claim, pid)
        if let pid { processes = [pid] }
    }

    /// As an agent makes it at its start.
    package static func claim(network: String, site: String, host: String) -> String {
        String("\(prefix)\(network)/\(site)/\(host)".prefix(100))
    }

    private static let prefix = "@landfall/"

    /// `site fra, host fra1`
    package var name: String {
        let parts = claim.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? "site \(parts[2]), host \(parts[3])".printable(200) : claim.printable(200)
    }

    package var isStopped: Bool { state.map { "Tt".contains($0) } ?? false }
}

extension LiveAgent {
    /// In the order of the kernel's table.
    package static func all() -> [LiveAgent] {
        let table = unixSockets(ProcFile.read("/proc/net/unix", limit: 4 << 20) ?? "").filter(\.isListening)
        let claims = table.filter { $0.name.hasPrefix(prefix) }
        guard !claims.isEmpty else { return [] }
        let files = table.filter { $0.name.hasPrefix("/") }
        let holders = SocketHolders.find(Set((claims + files).map(\.inode)))
        return claims.compactMap { LiveAgent($0, files, holders) }
    }

    /// nil for what only has the name: anybody may take it.
    private init?(_ socket: UnixSocket, _ files: [UnixSocket], _ holders: SocketHolders) {
        self.init(claim: socket.name, pid: holders.byInode[socket.inode]?.first?.pid)
        if pid == nil { askWho() }
        guard let pid else { return }
        guard ProcessTable.program(of: pid) == ProcessTable.program(of: getpid()) else { return nil }
        user = user ?? Self.user(of: pid)
        state = ProcessTable.state(of: pid)
        processes = Set(ProcessTable.children(of: pid).map(\.pid) + [pid])
        let opened = files.first { file in holders.byInode[file.inode]?.contains { $0.pid == pid } ?? false }
        self.socket = opened?.name ?? Self.socketGiven(to: pid)
    }

    /// The kernel tells whoever connects; nobody takes the connection. Each waits in the agent's queue for good, so this is
    /// for those who can't see into its process, and after a hundred or so it says nothing any more.
    private mutating func askWho() {
        let peer = try? Socket.connect(unix: claim)
        (pid, user) = (peer?.peerProcess, peer?.peerUser)
    }

    private static func user(of pid: Int32) -> UInt32? {
        ProcFile.read("/proc/\(pid)/status").flatMap { status in
            statusField(status, "Uid")?.split(separator: "\t").first.flatMap { UInt32($0) }
        }
    }

    /// On its command line, which everybody may read.
    private static func socketGiven(to pid: Int32) -> String? {
        let words = ProcessTable.entry(pid)?.arguments ?? []
        let given = zip(words, words.dropFirst()).first { $0.0 == "--socket" }?.1
        let path = given ?? words.first { $0.hasPrefix("--socket=") }.map { String($0.dropFirst(9)) }
        return path.flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}

extension Subject {
    /// Of its agent.
    var claim: String { LiveAgent.claim(network: network.name, site: site.name, host: host.name) }
}
