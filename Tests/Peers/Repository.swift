/// The working copy that this was built from.
public enum Repository {
    public static let root = String(#filePath.dropLast("/Tests/Peers/Repository.swift".count))

    /// - Parameter path: from the root: `docs/agent.md`.
    public static func text(_ path: String) throws(PeerError) -> String {
        guard let text = readFile("\(root)/\(path)") else { throw PeerError("there is no \(root)/\(path)") }
        return text
    }
}
