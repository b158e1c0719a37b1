internal import Config
internal import Files
internal import FoundationEssentials
internal import Glibc
package import Net

/// What an agent that is gone has left in its state folder: whose it was, what it ran, and at which addresses. Read by
/// whoever asks in its place.
package struct Remains: Sendable {
    package var network: String?
    package var site: String?
    package var host: String?
    /// The path of the configuration that was accepted last.
    package var file: String?
    /// Those that it had on `lo`.
    package var addresses: [Address] = []
    /// How it was started.
    package var started: Started?
    /// What operators had drained.
    package var drains: [RemainingDrain] = []
    /// Why nothing is known.
    package var trouble: String?

    package init() {}

    package init(state: String) {
        guard access(state, R_OK | X_OK) == 0 else {
            trouble = "the state folder \(FileError(state, .system(errno)))"
            return
        }
        if let bytes = try? File.read("\(state)/\(StoredMemory.name)", limit: StoredMemory.mostBytes, regular: true),
            let memory = try? JSONDecoder().decode(StoredMemory.self, from: Data(bytes))
        {
            (network, site, host) = (memory.network, memory.site, memory.host)
            let owner = MemoryOwner(network: memory.network, site: memory.site, host: memory.host)
            drains = RemainingDrain.all(in: state, of: owner, now: .now)
        }
        started = Started(in: state)
        let folder = AcceptedFolder(state: state)
        guard let entry = (try? folder.index())?.candidates.first else { return }
        file = entry.path
        addresses = folder.network(entry)?.services.flatMap(\.addresses) ?? []
    }
}
