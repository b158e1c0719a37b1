import Glibc

/// The working copy that this was built from.
public enum Repository {
    public static let root = String(#filePath.dropLast("/Tests/Peers/Repository.swift".count))

    /// - Parameter path: from the root: `docs/agent.md`.
    public static func text(_ path: String) throws(PeerError) -> String {
        guard let text = readFile("\(root)/\(path)") else { throw PeerError("there is no \(root)/\(path)") }
        return text
    }

    /// A file that can't be passed on with this project, where somebody has put it: in `$LANDFALL_DATA`, or in
    /// `shared/data` beside this working copy. Nil where nobody has.
    ///
    /// - Parameter path: from that folder: `dns/root.zone.gz`.
    public static func given(_ path: String) -> String? {
        let folder = getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "\(root)/../shared/data"
        return exists("\(folder)/\(path)") ? "\(folder)/\(path)" : nil
    }
}
