internal import Control
internal import Files
internal import FoundationEssentials
internal import Glibc
internal import Kernel
internal import Net

/// `started.json` in the state folder: with which options the agent was started, for whoever has to start it again by hand
/// when it is dead. Documented in docs/agent.md.
///
/// Each as it was given, paths from the root; missing where it wasn't.
package struct StartOptions: Codable, Hashable, Sendable {
    static let schema = "landfall.started/1"
    static let name = "started.json"
    private static let mostBytes = 64 << 10

    package var schema = Self.schema
    package var socket: String?
    package var state: String?
    package var user: String?

    package init(socket: String? = nil, state: String? = nil, user: String? = nil) {
        (self.socket, self.state, self.user) = (socket, state, user)
    }

    /// What the agent before left. The folder is that of a user who serves strangers, and these words are proposed to root.
    /// So a user is believed only where the folder is that user's own, and never root; a state folder, which a start makes and
    /// gives away, only where it is this very one; and of a path what is printable.
    init?(in folder: String) {
        guard let bytes = try? File.read("\(folder)/\(Self.name)", limit: Self.mostBytes, regular: true),
            let told = try? JSONDecoder().decode(StartOptions.self, from: Data(bytes)), told.schema == Self.schema,
            let place = FolderIdentity(folder)
        else { return nil }
        socket = told.socket.flatMap(Self.path)
        state = told.state.flatMap(Self.path).flatMap { FolderIdentity($0) == place ? $0 : nil }
        user = told.user.flatMap { name in
            User(named: name).flatMap { $0.uid != 0 && $0.uid == place.owner ? name : nil }
        }
    }

    /// nil for what is none from the root, or would write more on a screen than a path.
    static func path(_ text: String) -> String? {
        text.hasPrefix("/") && text.utf8.count < 4096 && text == text.printable() ? text : nil
    }
}

/// Which folder a path leads to, and whose that is.
private struct FolderIdentity: Equatable {
    private let device: dev_t
    private let inode: ino_t
    let owner: UInt32

    /// nil for what can't be opened, or is no folder.
    init?(_ path: String) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return nil }
        defer { close(folder) }
        var status = stat()
        guard fstat(folder, &status) == 0 else { return nil }
        (device, inode, owner) = (status.st_dev, status.st_ino, status.st_uid)
    }
}

extension Agent {
    func keepStartOptions() {
        guard let text = json(options.startOptions, isPretty: true) else { return }
        state.write(StartOptions.name) { Array((text + "\n").utf8) }
    }
}
