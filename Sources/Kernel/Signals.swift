internal import CLinux
internal import Glibc
public import Net

/// Signals that arrive as something to read instead of interrupting. Made before any other thread exists, since a
/// thread that doesn't block them could get them.
public final class Signals: Sendable {
    /// Readable when a signal has arrived.
    public let descriptor: Int32

    public init(_ numbers: [Int32]) throws(SystemError) {
        descriptor = landfall_signals(numbers, Int32(numbers.count))
        guard descriptor >= 0 else { throw SystemError("signalfd") }
    }

    deinit { close(descriptor) }

    /// The next one that has arrived; nil when none has. Never blocks.
    public func next() -> Int32? {
        let number = landfall_next_signal(descriptor)
        return number == 0 ? nil : number
    }
}
