internal import Config
internal import Glibc
internal import Kernel
internal import Net

extension AgentPlace {
    init(_ surroundings: Surroundings, answering: RunningAgent?, fileHash: @Sendable () -> String?) {
        let subject = surroundings.subject
        self.subject = "site \(subject.site.name), host \(subject.host.name)"
        (running, isOurs) = (answering, answering?.isFor(subject) == true)
        trouble = surroundings.agentTrouble
        socket = subject.socket
        (live, others) = (surroundings.ownLive, surroundings.otherLive)
        obstacle = Self.obstacle(subject)
        self.fileHash = isOurs ? fileHash() : nil
        version = Version.text
    }

    private static func obstacle(_ subject: Subject) -> String? {
        let path = subject.socket
        var file = stat()
        if lstat(path, &file) == 0, file.st_mode & S_IFMT != S_IFSOCK { return "\(path) is a file of another kind" }
        // The usual folder is made at the start.
        guard subject.isSocketGiven else { return nil }
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        guard stat(folder, &file) == 0, file.st_mode & S_IFMT == S_IFDIR else {
            return "\(folder) is no folder that is there"
        }
        var order = Command("/bin/sh", ["-c", "[ -w \"$0\" ] && [ -x \"$0\" ] && echo yes || echo no", folder])
        (order.user, order.capabilities) = (subject.user, [])
        guard let answer = try? order.output(), answer == Array("no\n".utf8) else { return nil }
        return "\(subject.user?.name ?? User.current.name) may not write in \(folder)"
    }
}
