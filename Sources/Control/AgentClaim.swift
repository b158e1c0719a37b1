/// What an agent's claim is called, and whose counts.
///
/// A claim is an abstract Unix socket that an agent holds as long as it lives: it keeps a second one of the same host from
/// starting, and shows those who can't ask the agent that it is there. Anyone on the machine could take such a name.
package enum AgentClaim {
    package static let prefix = "@landfall/"

    /// So much of it is used; a Unix socket's name has 107 bytes (unix(7)).
    private static let mostBytes = 100

    /// `@landfall/NETWORK/SITE/HOST`
    package static func name(network: String, site: String, host: String) -> String {
        var name = "\(prefix)\(network)/\(site)/\(host)"
        while name.utf8.count > mostBytes { name.unicodeScalars.removeLast() }
        return name
    }

    /// Only that of root, or of one of the users whose agent it may be; somebody of whom the kernel doesn't say who it is
    /// counts for nobody.
    package static func counts(_ holder: UInt32?, for users: Set<UInt32>) -> Bool {
        holder.map { $0 == 0 || users.contains($0) } ?? false
    }
}
