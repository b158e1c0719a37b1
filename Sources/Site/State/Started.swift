internal import Control
internal import Files
internal import FoundationEssentials
internal import Kernel
internal import Net

/// `started.json` in the state folder: with which options the agent was started, for whoever has to start it again by hand
/// when it is dead. Documented in docs/agent.md.
///
/// Each as it was given, paths from the root; missing where it wasn't.
package struct Started: Codable, Hashable, Sendable {
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

    /// What the agent before left. The folder is that of a user who serves strangers, and these words are proposed to root:
    /// what isn't a path or an ordinary user of this machine is left out.
    init?(in folder: String) {
        guard let bytes = try? File.read("\(folder)/\(Self.name)", limit: Self.mostBytes, regular: true),
            let told = try? JSONDecoder().decode(Started.self, from: Data(bytes)), told.schema == Self.schema
        else { return nil }
        func path(_ text: String?) -> String? {
            text.flatMap { $0.hasPrefix("/") && $0.utf8.count < 4096 && $0 == $0.printable() ? $0 : nil }
        }
        (socket, state) = (path(told.socket), path(told.state))
        user = told.user.flatMap { name in User(named: name).flatMap { $0.uid == 0 ? nil : name } }
    }
}

extension Agent {
    func keepStart() {
        let started = options.started
        state.write(Started.name) { json(started, isPretty: true).map { Array(($0 + "\n").utf8) } ?? [] }
    }
}
