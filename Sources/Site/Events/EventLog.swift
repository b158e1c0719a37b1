internal import Control
internal import Daemon
internal import Loop
package import Net
internal import Synchronization

/// Writes events: in words to standard error, as lines of JSON to a descriptor where asked for, and to whoever keeps them.
/// None of them holds up an announcement, nor the others. Each event gets its number here, from whichever thread it comes.
package final class EventLog: Sendable {
    private let words: LineWriter?
    private let lines: LineWriter?
    let counts = EventCounts()
    private let numbering = Mutex(Numbering())

    private struct Numbering {
        var last = 0
        /// In the order of the numbers; from any thread, returns at once.
        var keep: @Sendable (Event) -> Void = { _ in }
    }

    /// `descriptor`: where lines of JSON go; nil writes none.
    package init(lines descriptor: Int32?, isQuiet: Bool) throws(SystemError) {
        words = isQuiet ? nil : try LineWriter(2)
        if let descriptor { lines = try LineWriter(descriptor) } else { lines = nil }
    }

    /// Lines that could not be written.
    package var dropped: UInt64 { (words?.dropped ?? 0) + (lines?.dropped ?? 0) }

    /// Before the first event.
    ///
    /// - Parameter last: the number of the last event that another agent kept.
    func begin(after last: Int, keep: @escaping @Sendable (Event) -> Void) {
        numbering.withLock { $0 = Numbering(last: last, keep: keep) }
    }

    /// Gives it back with its number.
    @discardableResult
    package func write(_ event: Event) -> Event {
        counts.note(event.event)
        return numbering.withLock { numbering in
            numbering.last += 1
            var event = event
            event.id = numbering.last
            let numbered = event
            words?.write { "\(numbered.time) \(numbered.site) \(numbered.text)" }
            lines?.write { json(numbered) }
            numbering.keep(numbered)
            return numbered
        }
    }

    /// Waits, but not for ever, until what was written before is out.
    package func drain() {
        words?.drain()
        lines?.drain()
    }
}
