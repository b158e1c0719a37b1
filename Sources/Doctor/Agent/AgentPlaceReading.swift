internal import Config
internal import Files
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
        (state, restart) = (subject.state, surroundings.restart)
    }

    private static func obstacle(_ subject: Subject) -> String? {
        let path = subject.socket
        var file = stat()
        if lstat(path, &file) == 0, file.st_mode & S_IFMT != S_IFSOCK { return "\(path) is a file of another kind" }
        // The usual folder is made at the start.
        guard subject.isSocketGiven else { return nil }
        let folder = File.folder(of: path)
        guard stat(folder, &file) == 0, file.st_mode & S_IFMT == S_IFDIR else {
            return "\(folder) is no folder that is there"
        }
        guard let mayWrite = try? Command.mayWrite(in: folder, as: subject.user), !mayWrite else { return nil }
        return "\(subject.user?.name ?? User.current.name) may not write in \(folder)"
    }
}
