package import Codes

/// How bad a finding is.
package enum Severity: String, Hashable, Sendable, Comparable, CaseIterable {
    /// Worth knowing.
    case note
    /// The agent would work badly.
    case warning
    /// The agent would not work.
    case error

    package static func < (a: Self, b: Self) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .note: 0
        case .warning: 1
        case .error: 2
        }
    }
}

/// Something about this machine that somebody should change, or at least know.
package struct Finding: Hashable, Sendable {
    /// What it stands for, and why it hurts.
    package var condition: Explanation
    package var severity: Severity
    /// What it is about: `neighbor r4`.
    package var subject: String
    /// The evidence, as it was read: `/proc/sys/net/ipv4/conf/eth0/rp_filter is 1`.
    package var found: [String]
    /// What to do about it, each a command as it is to be typed, or a sentence where no command does it.
    package var remedy: [String]

    init(_ condition: Explanation, _ severity: Severity, _ subject: String, found: [String], remedy: [String]) {
        (self.condition, self.severity, self.subject) = (condition, severity, subject)
        (self.found, self.remedy) = (found, remedy)
    }
}
