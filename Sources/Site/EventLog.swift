internal import FoundationEssentials
internal import Glibc
internal import Loop
package import Net
internal import Synchronization

/// Writes events: in words to standard error, and as lines of JSON to a descriptor where asked for. A thread of its own
/// does the writing, so that a full disk or a reader that sleeps never holds up an announcement; lines that it can't
/// take are dropped and counted.
package final class EventLog: Sendable {
    private let writer: Loop
    private let descriptor: Int32?
    private let isQuiet: Bool
    private let waiting = Atomic(0)
    private let lost = Atomic<UInt64>(0)

    private static let mostWaiting = 1000

    /// `descriptor`: where lines of JSON go; nil writes none.
    package init(lines descriptor: Int32?, isQuiet: Bool) throws(SystemError) {
        writer = try Loop(name: "events")
        (self.descriptor, self.isQuiet) = (descriptor, isQuiet)
    }

    package var dropped: UInt64 { lost.load(ordering: .relaxed) }

    package func write(_ event: Event) {
        guard waiting.load(ordering: .relaxed) < Self.mostWaiting else {
            lost.add(1, ordering: .relaxed)
            return
        }
        waiting.add(1, ordering: .relaxed)
        writer.submit {
            self.put(event)
            self.waiting.subtract(1, ordering: .relaxed)
        }
    }

    /// Waits, but not for ever, until what was written before is out.
    package func drain() {
        for _ in 0..<100 where waiting.load(ordering: .relaxed) > 0 { usleep(5000) }
    }

    private func put(_ event: Event) {
        if !isQuiet { put("\(event.time) \(event.site) \(event.text)", to: 2) }
        guard let descriptor else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let json = try? encoder.encode(event) { put(String(decoding: json, as: UTF8.self), to: descriptor) }
    }

    private func put(_ line: String, to descriptor: Int32) {
        if !writeLine(line, to: descriptor) { lost.add(1, ordering: .relaxed) }
    }
}

/// All of it, or as much as the other end takes before it fails.
@discardableResult
func writeLine(_ line: String, to descriptor: Int32) -> Bool {
    var rest = Array((line + "\n").utf8)[...]
    while !rest.isEmpty {
        let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno != EINTR { return false }
        rest = rest.dropFirst(max(0, count))
    }
    return true
}
