internal import Codes

/// How many descriptors the agent may have, and what its configuration takes.
struct OpenFiles: Sendable {
    var now: UInt64
    var most: UInt64
    var needed: UInt64
    /// `the running agent (pid 812)`, or `a process started here`.
    var who: String

    var look: Look {
        guard now < needed else { return Look("open files", "\(now) allowed, about \(needed) needed") }
        let finding = Finding(
            .fewOpenFiles, now * 2 < needed ? .error : .warning, who,
            found: ["it may open \(now) files (at most \(most)), and this configuration takes about \(needed)"],
            remedy: [
                "ulimit -n \(needed)",
                "systemctl edit landfall.service   # [Service] LimitNOFILE=\(max(needed, 4096))",
            ])
        return Look("open files", findings: [finding])
    }
}

extension Explanation {
    static let fewOpenFiles = Self(
        "LF-D107", "few-open-files", title: "The agent may open too few files.",
        meaning: """
            Each service has a socket for every address, transport and thread; each neighbor, check and control connection \
            has one more. An agent that runs out of them can't make checks (the last verdicts stand, with an alarm), and \
            one that has too few at its start doesn't start.
            """,
        remedy: "`ulimit -n 4096`, or LimitNOFILE=4096 in the unit.")
}
