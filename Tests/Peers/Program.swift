import Glibc

/// Where other people's programs are.
public enum Program {
    /// The tree that `scripts/peers` makes: `$LANDFALL_PEERS`, or `.build/peers` of this working copy.
    public static let tree: String = {
        if let path = getenv("LANDFALL_PEERS") { return String(cString: path) }
        return Repository.root + "/.build/peers"
    }()

    /// - Parameter name: a program's name, or a path, which is returned as it is.
    public static func find(_ name: String) throws(PeerError) -> String {
        if name.contains("/") { return name }
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        let folders = [tree + "/bin"] + path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]
        guard let folder = folders.first(where: { access($0 + "/" + name, X_OK) == 0 }) else {
            throw PeerError("needs \(name): scripts/peers unpacks it")
        }
        return folder + "/" + name
    }

    /// Which of these can't be found, as the reason of a skip; nil when all can.
    public static func lack(_ names: String...) -> String? {
        let missing = names.filter { (try? find($0)) == nil }
        return missing.isEmpty ? nil : "needs \(missing.joined(separator: ", ")): scripts/peers unpacks it"
    }
}
