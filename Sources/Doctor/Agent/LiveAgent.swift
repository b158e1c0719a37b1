internal import Config
internal import Control
internal import Files
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
    /// Whether it is taken for what it says that it is. Anybody can have such a name, so one of a stranger is shown, and
    /// nothing follows from it.
    package var counts = true
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

    package var isStopped: Bool { state.map { "Tt".contains($0) } ?? false }
}

extension LiveAgent {
    /// `site fra, host fra1`
    package var name: String {
        let parts = claim.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        return parts.count == 4 ? "site \(parts[2]), host \(parts[3])".printable(200) : claim.printable(200)
    }

    /// `site fra, host fra1 (pid 812)`, with whose it is where it doesn't count: `…, user alice`.
    package var text: String { name + Self.text(pid: pid) + (counts ? "" : ", \(owner)") }

    /// ` (pid 812)`, where it is known.
    package static func text(pid: (some BinaryInteger)?) -> String { pid.map { " (pid \($0))" } ?? "" }

    /// `user alice`
    package var owner: String {
        guard let user else { return "of a user who isn't known" }
        return "user \(User.name(of: user) ?? "\(user)")"
    }
}

extension LiveAgent {
    /// So many of strangers are shown: they can have any number.
    private static let mostStrangers = 8

    /// First those that count, which are root's and those of `users`; each in the order of the kernel's table.
    package static func all(of users: Set<UInt32>) -> [LiveAgent] {
        let table = unixSockets(ProcFile.read("/proc/net/unix", limit: 4 << 20) ?? "").filter(\.isListening)
        var names: Set<String> = []
        let claims = table.filter { $0.name.hasPrefix(AgentClaim.prefix) && names.insert($0.name).inserted }
        guard !claims.isEmpty else { return [] }
        let files = table.filter { $0.name.hasPrefix("/") }
        let holders = SocketHolders.find(Set((claims + files).map(\.inode)))
        let all = claims.map { LiveAgent($0, holders, users) }
        let shown = all.filter(\.counts) + all.filter { !$0.counts }.prefix(mostStrangers)
        return shown.map { $0.seen(files, holders) }
    }

    /// Whose agent it may be that has this control socket and this state folder: whoever owns them, or could put a socket
    /// there; and whoever asks.
    package static func users(socket: String, state: String) -> Set<UInt32> {
        var users: Set<UInt32> = [geteuid()]
        for path in [socket, File.folder(of: socket), state] {
            var file = stat()
            if stat(path, &file) == 0 { users.insert(file.st_uid) }
        }
        return users
    }

    /// The kernel tells whoever connects who it was that began to listen, also of one that was stopped, until its queue is full;
    /// an agent lets whoever connects go again.
    private init(_ socket: UnixSocket, _ holders: SocketHolders, _ users: Set<UInt32>) {
        let peer = try? Socket.connect(unix: socket.name)
        self.init(claim: socket.name, pid: peer?.peerProcess ?? holders.byInode[socket.inode]?.first?.pid)
        user = peer?.peerUser ?? pid.flatMap(ProcessTable.user)
        counts = AgentClaim.counts(user, for: users)
    }

    private func seen(_ files: [UnixSocket], _ holders: SocketHolders) -> LiveAgent {
        guard let pid else { return self }
        var agent = self
        agent.state = ProcessTable.state(of: pid)
        agent.processes = Set(ProcessTable.children(of: pid).map(\.pid) + [pid])
        let opened = files.first { file in holders.byInode[file.inode]?.contains { $0.pid == pid } ?? false }
        agent.socket = opened?.name ?? Self.socketGiven(to: pid)
        return agent
    }

    /// On its command line, which everybody may read.
    private static func socketGiven(to pid: Int32) -> String? {
        ProcessTable.option("socket", of: pid).flatMap { $0.hasPrefix("/") ? $0 : nil }
    }
}

extension Subject {
    /// Of its agent.
    var claim: String { AgentClaim.name(network: network.name, site: site.name, host: host.name) }

    /// Whose it may be.
    var users: Set<UInt32> {
        LiveAgent.users(socket: socket, state: state).union(user.map { [$0.uid] } ?? [])
    }
}
