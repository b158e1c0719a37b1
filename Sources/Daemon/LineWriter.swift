internal import Glibc
internal import Loop
package import Net
internal import Synchronization

/// Writes lines to a descriptor from a thread of its own, so that a full disk or a reader that sleeps holds up nobody;
/// lines that it can't take are dropped and counted.
package final class LineWriter: Sendable {
    private let loop: Loop
    private let descriptor: Int32
    private let waiting = Atomic(0)
    private let lost = Atomic<UInt64>(0)
    /// The last line went out in part only; touched on the loop's thread.
    private let isMidLine = Atomic(false)

    private static let mostWaiting = 1000

    package init(_ descriptor: Int32) throws(SystemError) {
        loop = try Loop(name: "lines")
        self.descriptor = descriptor
    }

    package var dropped: UInt64 { lost.load(ordering: .relaxed) }

    /// `line` is called on the writer's thread; nil writes nothing.
    package func write(_ line: @escaping @Sendable () -> String?) {
        guard waiting.load(ordering: .relaxed) < Self.mostWaiting else {
            lost.add(1, ordering: .relaxed)
            return
        }
        waiting.add(1, ordering: .relaxed)
        loop.submit {
            if let line = line() { self.put(line) }
            self.waiting.subtract(1, ordering: .relaxed)
        }
    }

    /// Waits, but not for ever, until what was written before is out.
    package func drain() {
        for _ in 0..<50 where waiting.load(ordering: .relaxed) > 0 { usleep(5000) }
    }

    /// What is left of a line that broke off ends before the next begins, or both would be lost.
    private func put(_ line: String) {
        let start = isMidLine.load(ordering: .relaxed) ? "\n" : ""
        let text = start + line + "\n"
        let written = writeText(text, to: descriptor)
        if written < text.utf8.count { lost.add(1, ordering: .relaxed) }
        if written > 0 { isMidLine.store(written < text.utf8.count, ordering: .relaxed) }
    }
}

/// All of it, or as much as the other end takes before it fails: how many bytes that was.
@discardableResult
package func writeText(_ text: String, to descriptor: Int32) -> Int {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
        let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno != EINTR { break }
        written += max(0, count)
    }
    return written
}
