internal import Codes
internal import Kernel

/// Whether the agent's user gets at the files that it needs.
struct FileAccess: Sendable {
    /// `landfall`, or who asks.
    var user: String
    /// Those that it can't read; nil where that can't be tried.
    var unreadable: Seen<[String]>
    /// How many were tried.
    var count: Int

    var look: Look {
        guard let unreadable = unreadable.value else { return Look("files", hidden: unreadable.hidden) }
        guard !unreadable.isEmpty else {
            return Look("files", "\(user) can read \(count == 1 ? "the file" : "all \(count)")")
        }
        let finding = Finding(
            .unreadableFile, .error, "user \(user)", found: unreadable.map { "\($0) can't be read by \(user)" },
            remedy: unreadable.map { "namei -l \($0)" } + unreadable.map { "chmod a+r \($0)" })
        return Look("files", findings: [finding])
    }
}

extension Explanation {
    static let unreadableFile = Self(
        "LF-D106", "unreadable-file", title: "The agent's user can't read its files.",
        meaning: """
            The agent gives up root before it reads the configuration and the zone files, so that what it serves is what \
            that user may read, today and at the next reload. A file that only root can read keeps it from starting.
            """,
        remedy:
            "Make the file, and every folder above it, readable for the user: `namei -l FILE` shows which one isn't.")
}
