/// How `landfall run` was started.
package struct AgentOptions: Sendable {
    /// The configuration file, as an absolute path: the service reads it too.
    package var file: String
    /// The control socket's path.
    package var socket: String
    /// The state folder's path.
    package var state: String
    /// For the jitter of timers.
    package var seed: UInt64

    package init(file: String, socket: String, state: String, seed: UInt64) {
        (self.file, self.socket, self.state, self.seed) = (file, socket, state, seed)
    }
}
