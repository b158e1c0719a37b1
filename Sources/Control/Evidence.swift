/// What a check asked and what came of it: what stands behind a verdict, an announcement, a withdrawal or an alarm.
/// Documented in docs/json.md.
package struct Evidence: Codable, Hashable, Sendable {
    /// Its name, and where it asks.
    package var check = ""
    package var address = ""
    /// `www.example.org A over udp at 203.0.113.53 port 53`.
    package var question = ""
    /// What it comes to, all in all: `healthy`, `degraded`, `failing` or `unknown`.
    package var verdict = ""
    /// When the last result came; left out before the first.
    package var time: String?
    /// What that was: `passed`, `degraded`, `failed`, `impossible` or `disabled`.
    package var result: String?
    /// Of a failure: `silence`, `refusal`, `unreachable` or `wrong`.
    package var kind: String?
    /// What came, or why nothing did, in words.
    package var answer: String?
    /// From the question to the result.
    package var milliseconds: Double?
    /// Of an answer over DNS: `SERVFAIL`.
    package var rcode: String?
    /// Of a response over HTTP.
    package var status: Int?
    /// Of a program.
    package var exitCode: Int?
    /// The beginning of what a program printed.
    package var output: String?

    package init() {}

    /// For people, one line.
    package var text: String {
        let came = [result, answer].compactMap(\.self).joined(separator: ": ")
        let codes = [rcode, status.map { "status \($0)" }, exitCode.map { "exit code \($0)" }].compactMap(\.self)
        let isTold = codes.contains { answer?.contains($0) ?? false }
        let more =
            (isTold ? [] : codes) + [milliseconds.map { "after \(($0 * 10).rounded() / 10) ms" }].compactMap(\.self)
        let end = more.isEmpty ? "" : " (\(more.joined(separator: ", ")))"
        return "\(check) asked \(question): \(came.isEmpty ? "no result yet" : came)\(end)"
    }
}
