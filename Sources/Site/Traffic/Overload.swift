internal import Probe

/// Whether a service answers others while a check of it times out (ANNOUNCING 1).
///
///     check     ✗ no answer      ✗ no answer      ✗ no answer
///     count       1200             1231             1231
///                        ╰ others were answered ╯╰ nobody was ╯
///
/// Two counts are held against each other that were both read after a failure. A service that hangs did so before its
/// first failure was noticed, so nothing that it did while it was still well can speak for it.
struct Overload: Sendable {
    private var counted: UInt64?

    /// Of each result of the check, with the count of answers to others at that moment; nil: there is none.
    mutating func note(_ result: ProbeResult, _ count: UInt64?) -> Bool {
        guard case .failed(_, .silence) = result, let count else {
            counted = nil
            return false
        }
        defer { counted = count }
        return counted.map { count > $0 } ?? false
    }
}
