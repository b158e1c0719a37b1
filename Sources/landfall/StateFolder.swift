import Files
import Glibc
import Kernel
import Site

/// Where verbs read what an agent has kept, and what they say when they can't.
extension Invocation {
    /// Of this host's agent, dead or alive.
    var stateFolder: String { givenStateFolder?.path ?? StatePlace.usualPath }

    /// Of an agent that whoever asks would start.
    var ownStateFolder: String { givenStateFolder?.path ?? StatePlace.defaultPath }

    /// With who says so.
    private var givenStateFolder: (path: String, by: String)? {
        if let path = value("state") { return (path, "--state") }
        return variable("LANDFALL_STATE").map { ($0, "$LANDFALL_STATE") }
    }

    /// What the agent of this host has kept.
    var eventFiles: EventFiles { EventFiles(in: stateFolder) }

    /// One that was named and isn't there is a slip, and not an agent that never ran.
    func requireStateFolder() throws(Failure) {
        guard let (path, by) = givenStateFolder, access(path, F_OK) != 0 else { return }
        throw failure(FileError(path, .system(errno)), namedBy: " (\(by))")
    }

    func failure(_ error: FileError, namedBy: String = "") -> Failure {
        let isForbidden = [.system(EACCES), .system(EPERM)].contains(error.reason)
        return Failure(.machineLacks, "\(verb.name): \(error)\(namedBy)\(isForbidden ? "\n" + whose : "")")
    }

    /// The folder is its owner's alone.
    private var whose: String {
        var folder = stat()
        let isKnown = stat(stateFolder, &folder) == 0
        let name = isKnown ? User.name(of: folder.st_uid) : nil
        let owner = name ?? (isKnown ? "uid \(folder.st_uid)" : "another user")
        let words = ["landfall", verb.name] + (argument("WHAT").map { [quoted($0)] } ?? [])
        let command = words.joined(separator: " ") + " --state \(quoted(stateFolder))"
        let asOwner = folder.st_uid == 0 ? "" : name.map { "sudo -u \(quoted($0)) \(command), or " } ?? ""
        return "The state folder \(stateFolder) is for \(owner) alone: \(asOwner)sudo \(command)"
    }
}
