package import Config
package import Kernel

/// For whom this machine is examined: one host of a file, and how its agent would be started.
package struct Subject: Sendable {
    package var network: Network
    package var site: Config.Site
    package var host: Config.Host
    /// The configuration file.
    package var file: String
    /// The agent's control socket and state folder.
    package var socket: String
    package var state: String
    /// Whether those two were chosen, and not the usual ones, which a start makes itself.
    package var isSocketGiven = false
    package var isStateGiven = false
    /// How long ago the agent's history has a session with these neighbors, by their names.
    package var sessionsSeen: [String: Duration] = [:]
    /// Whom the agent becomes; nil: it stays who it is.
    package var user: User?
    /// What it keeps of root's rights.
    package var rights: CapabilitySet

    package init(
        _ network: Network, site: Config.Site, host: Config.Host, file: String, socket: String, state: String,
        user: User?, rights: CapabilitySet
    ) {
        (self.network, self.site, self.host, self.file) = (network, site, host, file)
        (self.socket, self.state, self.user, self.rights) = (socket, state, user, rights)
    }
}
