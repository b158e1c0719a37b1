import Glibc
import Peers
import Testing

/// `landfall router` in a sandbox, with cables to another one, in which a BIRD is.
final class RouterScene: Sendable {
    let sandbox: Sandbox
    let far: Sandbox
    private let folder: String

    /// - Parameters:
    ///   - cables: to the other sandbox, each with the name and the address of both ends.
    ///   - edge: the router's keys beside its AS number, its router ID and its network.
    init(_ cables: [(ours: String, String, theirs: String, String)], _ edge: String) async throws {
        (folder, sandbox, far) = (try makeFolder(), try await Sandbox(), try await Sandbox())
        chmod(folder, 0o777)
        for (ours, here, theirs, there) in cables {
            try await sandbox.connect(to: far, as: ours, [here], otherwise: theirs, [there])
        }
        let head = """
            routers:
              edge:
                asn: 64500
                router-id: 192.0.2.1
                policy: gao-rexford
                networks: [203.0.113.0/24]

            """
        let keys = edge.split(separator: "\n").map { "    \($0)\n" }.joined()
        try writeFile(folder + "/edge.yaml", head + keys)
        chmod(folder + "/edge.yaml", 0o644)
    }

    deinit { removeFolder(folder) }

    func router() throws -> Child {
        try sandbox.start(
            Landfall.path,
            ["router", folder + "/edge.yaml", "--socket", folder + "/edge.sock", "--events", folder + "/edge.events"])
    }

    /// Events of this kind about a neighbor.
    func events(_ kind: String, _ neighbor: String) -> [String] {
        (readFile(folder + "/edge.events") ?? "").split(separator: "\n").map(String.init)
            .filter { $0.contains("\"\(kind)\"") && $0.contains("\"\(neighbor)\"") }
    }
}
