package import Config
internal import Files
package import Net

/// A file that should have a neighbor's password, and hasn't.
package struct PasswordError: Error, CustomStringConvertible {
    var neighbor: String
    var path: String
    var reason: String

    package var description: String { "neighbor \(neighbor): password-file: \(path): \(reason)" }
}

extension SessionLink {
    private static let longestKey = 80

    /// What the segments of a session with this neighbor are signed with.
    package func key(of neighbor: String) throws(PasswordError) -> Secret? {
        switch password {
        case nil: return nil
        case .text(let secret): return secret
        case .file(let path): return try Self.key(of: neighbor, in: path)
        }
    }

    /// The first line.
    private static func key(of neighbor: String, in path: String) throws(PasswordError) -> Secret {
        func refused(_ reason: String) -> PasswordError {
            PasswordError(neighbor: neighbor, path: path, reason: reason)
        }
        let line: [UInt8]
        do { line = try File.firstLine(of: path) } catch { throw refused("\(error.reason)") }
        guard !line.isEmpty else { throw refused("begins with an empty line; it should be the password") }
        guard line.count <= longestKey else {
            throw refused("begins with a line of \(line.count) bytes; TCP-MD5 takes at most \(longestKey)")
        }
        return Secret(line)
    }
}
