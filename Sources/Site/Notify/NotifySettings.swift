internal import Glibc

/// What a service manager wants to be told, as it says in the environment of what it starts (sd_notify(3),
/// sd_watchdog_enabled(3)).
package struct NotifySettings: Hashable, Sendable {
    /// A path, or an abstract name that begins with `@`.
    package var socket: String
    /// A process that is silent for longer is hung, and is killed.
    package var watchdog: Duration?

    /// From the environment, out of which it is taken, so that no child speaks in our name. For a process that has one
    /// thread.
    package static func take() -> NotifySettings? {
        let names = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"]
        let values = names.map { getenv($0).map { String(cString: $0) } }
        for name in names { unsetenv(name) }
        return NotifySettings(socket: values[0], watchdog: values[1], watchdogPID: values[2], own: getpid())
    }

    /// nil: nobody wants to be told. Sockets of other kinds (`vsock:`) belong to virtual machines' managers.
    package init?(socket: String?, watchdog: String?, watchdogPID: String?, own pid: Int32) {
        guard let socket, socket.hasPrefix("/") || socket.hasPrefix("@"), socket.utf8.count > 1 else { return nil }
        self.socket = socket
        let isForUs = watchdogPID.map { Int32($0) == pid } ?? true
        guard isForUs, let watchdog, let microseconds = Int64(watchdog), microseconds > 0 else { return }
        self.watchdog = .microseconds(microseconds)
    }
}
