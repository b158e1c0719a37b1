/// How `landfall run` was started.
package struct AgentOptions: Sendable {
    /// The configuration file, as an absolute path.
    package var file: String
    /// Which of its hosts this is.
    package var wanted: WantedHost
    /// The control socket's path.
    package var socket: String
    /// The state folder's path.
    package var state: String
    /// For the jitter of timers.
    package var seed: UInt64
    /// The service manager that started it, where there is one.
    package var notify: NotifySettings?
    /// Its words, for whoever starts it again.
    package var started = Started()

    package init(file: String, wanted: WantedHost, socket: String, state: String, seed: UInt64) {
        (self.file, self.wanted, self.socket, self.state, self.seed) = (file, wanted, socket, state, seed)
    }
}
