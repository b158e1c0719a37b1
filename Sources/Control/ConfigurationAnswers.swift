/// What a reload or a rollback did, or would do; documented in docs/agent.md.
package struct ReloadAnswer: Codable, Hashable, Sendable {
    package static let schema = "landfall.reload/1"

    package var schema = Self.schema
    package var network = ""
    package var site = ""
    package var host = ""
    /// In words.
    package var effect = ""
    package var dryRun = false
    /// What is added, removed and changed, in the order of the file.
    package var changes: [Change] = []
    /// After a dry run: what `landfall check` finds in the new file or the copy, and not in the one in use; worst first.
    package var findings: [Finding]?
    /// What the configuration and its zones are known by: SHA-256, in hexadecimal.
    package var hash = ""
    /// It goes back by itself after this, unless confirmed.
    package var confirmSeconds: Double?
    /// Whether what counts at the next start is on the disk; nil after a dry run.
    package var saved: Bool?

    package init() {}

    package struct Change: Codable, Hashable, Sendable {
        /// `added`, `removed` or `changed`.
        package var kind = ""
        /// `site`, `host`, `prefix`, `cover`, `neighbor`, `service`, `address`, `check`, `zone` or `policy`.
        package var subject = ""
        package var name = ""
        /// Which service a check, an address or a zone belongs to.
        package var service: String?
        /// `prepend 0 → 2`
        package var details: [String] = []
        /// What comes of it: `session-reset`, `session-end`, `session-start`, `must-pass`, `service-restart`, `removed-last`.
        package var effect: String?
        /// All of it, for people.
        package var text = ""

        package init() {}
    }

    package struct Finding: Codable, Hashable, Sendable {
        package var code = ""
        package var name = ""
        /// `warning` or `advice`.
        package var severity = ""
        package var path = ""
        package var line = 0
        package var column = 0
        /// `sites.fra.neighbors.rhine.prepend`
        package var key = ""
        package var text = ""
        /// What to write.
        package var instead = ""

        package init() {}
    }
}

/// `GET /accepted`: the copies that are kept, the latest first.
package struct AcceptedList: Codable, Hashable, Sendable {
    package static let schema = "landfall.accepted/1"

    package var schema = Self.schema
    package var network = ""
    package var site = ""
    package var host = ""
    package var copies: [Copy] = []

    package init() {}

    package struct Copy: Codable, Hashable, Sendable {
        package var number = 0
        package var accepted = ""
        package var by = ""
        package var path = ""
        package var hash = ""
        /// Of the configuration and its zones.
        package var bytes = 0
        package var zones = 0
        package var isInUse = false
        /// Where `landfall rollback` without a number goes back to.
        package var isTarget = false

        package init() {}
    }
}

extension Status {
    /// The configuration that the agent runs.
    package struct Configuration: Codable, Sendable {
        package var path = ""
        /// Of the configuration and its zones.
        package var hash = ""
        package var accepted = ""
        /// Of the copy that is kept; nil while there is none.
        package var number: Int?
        /// Why the copy counts and not the file; nil: the file does.
        package var pinned: String?
        /// When it goes back by itself, unless confirmed.
        package var confirmBy: String?
        package var confirmSecondsLeft: Double?
        /// What the file was refused for when it was read last.
        package var refused: [String]?
        /// Whether the file and its zones are, on the disk, what runs: `same`, `differs` or `unreadable`; nil before that was
        /// looked at.
        package var onDisk: String?
        /// When the youngest of them was written, and why one can't be read.
        package var written: String?
        package var unreadable: String?

        package init() {}
    }
}
