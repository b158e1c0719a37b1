internal import Control
internal import Daemon
internal import Net

/// Writes events: in words to standard error, and as lines of JSON where asked for. Neither holds up the router.
final class RouterLog: Sendable {
    private let name: String
    private let words: LineWriter?
    private let lines: LineWriter?

    /// `descriptor`: where lines of JSON go; nil writes none.
    init(name: String, lines descriptor: Int32?, isQuiet: Bool) throws(SystemError) {
        self.name = name
        words = isQuiet ? nil : try LineWriter(2)
        if let descriptor { lines = try LineWriter(descriptor) } else { lines = nil }
    }

    /// Lines that could not be written.
    var dropped: UInt64 { (words?.dropped ?? 0) + (lines?.dropped ?? 0) }

    /// Routes that come and go are for programs.
    func say(_ kind: RouterEvent.Kind, _ fill: (inout RouterEvent) -> Void = { _ in }) {
        var event = RouterEvent(kind, at: timestamp(), router: name)
        fill(&event)
        let filled = event
        if kind != .routes { words?.write { "\(filled.time) \(filled.router) \(filled.text)" } }
        lines?.write { json(filled) }
    }

    /// Waits, but not for ever, until what was written before is out.
    func drain() {
        words?.drain()
        lines?.drain()
    }
}
