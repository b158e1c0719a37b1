package import Codes

extension Status {
    /// Something that somebody should look at, from when it began until it is over.
    package struct Alarm: Codable, Hashable, Sendable {
        package enum Severity: String, Codable, Hashable, Sendable {
            /// Clients are not served, or nobody would notice if they weren't. Plugins of monitoring call it CRITICAL.
            case critical
            /// Less than it should be, and nobody is turned away.
            case warning
        }

        /// `LF-A…`, stable; docs/operations.md.
        package var code: String
        /// The same as a word.
        package var name: String
        package var severity: Severity
        /// For people, one line.
        package var text: String
        /// When it opened; empty until it has.
        package var since = ""
        /// What it is about.
        package var prefix: String?
        package var neighbor: String?
        package var check: String?
        package var address: String?
        package var service: String?
        /// Of a drain.
        package var target: OrderTarget?
        /// What the checks said that it is about, as it is now; at its end, as it was.
        package var evidence: [Evidence]?
        /// What to do about it.
        package var remedy: String

        package init(
            _ what: Explanation, _ severity: Severity, _ text: String, _ fill: (inout Alarm) -> Void = { _ in }
        ) {
            (code, name, remedy) = (what.code, what.name, what.remedy)
            (self.severity, self.text) = (severity, text)
            fill(&self)
        }

        /// Two with the same code and subject are the same alarm, whatever their words.
        package var identity: [String] {
            [code, prefix ?? "", neighbor ?? "", check ?? "", address ?? "", service ?? "", target?.words ?? ""]
        }
    }
}
