internal import Control
internal import Loop
package import Net

/// Writes events: in words to standard error, and as lines of JSON to a descriptor where asked for. Neither holds up an
/// announcement, nor the other.
package final class EventLog: Sendable {
    private let words: LineWriter?
    private let lines: LineWriter?
    let counts = EventCounts()

    /// `descriptor`: where lines of JSON go; nil writes none.
    package init(lines descriptor: Int32?, isQuiet: Bool) throws(SystemError) {
        words = isQuiet ? nil : try LineWriter(2)
        if let descriptor { lines = try LineWriter(descriptor) } else { lines = nil }
    }

    /// Lines that could not be written.
    package var dropped: UInt64 { (words?.dropped ?? 0) + (lines?.dropped ?? 0) }

    package func write(_ event: Event) {
        counts.note(event.event)
        words?.write { "\(event.time) \(event.site) \(event.text)" }
        lines?.write { json(event) }
    }

    /// Waits, but not for ever, until what was written before is out.
    package func drain() {
        words?.drain()
        lines?.drain()
    }
}
