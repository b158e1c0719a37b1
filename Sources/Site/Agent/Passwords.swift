internal import Config
internal import Files
internal import Net

/// A file that should have a neighbor's password, and hasn't.
struct PasswordError: Error, CustomStringConvertible {
    var neighbor: String
    var path: String
    var reason: String

    var description: String { "neighbor \(neighbor): password-file: \(path): \(reason)" }
}

extension Config.Neighbor {
    private static let longestKey = 80

    /// What its segments are signed with.
    var key: Secret? {
        get throws(PasswordError) {
            switch link.password {
            case nil: return nil
            case .text(let secret): return secret
            case .file(let path): return try key(in: path)
            }
        }
    }

    /// The first line.
    private func key(in path: String) throws(PasswordError) -> Secret {
        func refused(_ reason: String) -> PasswordError { PasswordError(neighbor: name, path: path, reason: reason) }
        let line: [UInt8]
        do { line = try File.firstLine(of: path) } catch { throw refused("\(error.reason)") }
        guard !line.isEmpty else { throw refused("begins with an empty line; it should be the password") }
        guard line.count <= Self.longestKey else {
            throw refused("begins with a line of \(line.count) bytes; TCP-MD5 takes at most \(Self.longestKey)")
        }
        return Secret(line)
    }
}
