internal import Glibc
internal import Loop
internal import Net

/// Tells a service manager how its service is (sd_notify(3)), without libsystemd: each message is one datagram of
/// `NAME=value` lines.
///
///     READY=1                          it began
///     STATUS=fra1: announces …         one line for `systemctl status`
///     RELOADING=1 … READY=1            around a reload
///     STOPPING=1, EXTEND_TIMEOUT_USEC  it stops, and isn't hung as long as this goes on
///     WATCHDOG=1                       the loop turns
///
/// Lives on the control loop, and its timers are that loop's: a loop that hangs tells nothing, and is killed for it
/// (ANNOUNCING 17). What can't be sent waits, and holds up nobody.
final class Notifier {
    private let loop: Loop
    private let settings: NotifySettings
    private let socket: Socket
    private var unsent: [String] = []
    private var isRetrying = false
    private var status: String?
    private var isStopping = false

    private static let retry = Duration.milliseconds(100)
    /// How often a stop says that it goes on, and how long it has from each time.
    private static let stopInterval = Duration.seconds(1)
    private static let stopPatience = Duration.seconds(15)

    init(_ settings: NotifySettings, loop: Loop) throws(SystemError) {
        (self.settings, self.loop) = (settings, loop)
        socket = try Socket.localDatagrams()
    }

    /// The agent runs: from now on the watchdog is fed.
    func ready() {
        tell("READY=1")
        if let watchdog = settings.watchdog { feed(every: max(watchdog / 3, .milliseconds(1))) }
    }

    /// One line, told when it is another one than before.
    func tell(status text: String) {
        guard text != status else { return }
        status = text
        tell("STATUS=\(text.printable(500))")
    }

    func reloading() {
        tell("RELOADING=1\nMONOTONIC_USEC=\(Loop.now.nanoseconds / 1000)")
    }

    func reloaded() { tell("READY=1") }

    func stopping() {
        guard !isStopping else { return }
        isStopping = true
        tell("STOPPING=1")
        extend()
    }

    /// Not by the whole of what a stop may take: an agent that hangs while it stops is killed soon, however long its drain
    /// was to be.
    private func extend() {
        tell("EXTEND_TIMEOUT_USEC=\(Self.stopPatience.nanoseconds / 1000)")
        loop.after(Self.stopInterval) { [weak self] in self?.extend() }
    }

    /// Three times in the time that is allowed: sd_watchdog_enabled(3) asks for two.
    private func feed(every interval: Duration) {
        send("WATCHDOG=1")
        loop.after(interval) { [weak self] in self?.feed(every: interval) }
    }

    /// Of what waits, the latest of each kind is enough.
    private func tell(_ message: String) {
        let kind = message.prefix { $0 != "=" }
        unsent.removeAll { $0.prefix { $0 != "=" } == kind }
        unsent.append(message)
        flush()
    }

    private func flush() {
        while let first = unsent.first, !isRetrying, send(first) { unsent.removeFirst() }
        guard !unsent.isEmpty, !isRetrying else { return }
        isRetrying = true
        loop.after(Self.retry) { [weak self] in
            self?.isRetrying = false
            self?.flush()
        }
    }

    @discardableResult
    private func send(_ message: String) -> Bool {
        do {
            try socket.send(Array(message.utf8), toUnix: settings.socket)
            return true
        } catch { return false }
    }
}
