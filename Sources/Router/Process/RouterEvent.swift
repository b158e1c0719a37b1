internal import BGP
internal import Net
internal import Speaker

/// Something that happened at a router, as `--events` writes it: one line of JSON each. Documented in docs/router.md.
package struct RouterEvent: Codable, Hashable, Sendable {
    /// A stable word; those that an agent has too mean the same.
    package enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        case starting, ready, stopping, stopped
        case sessionUp = "session-up"
        case sessionDown = "session-down"
        case sessionFailed = "session-failed"
        case malformed, warning
        /// An UPDATE of a neighbor whose routes are logged.
        case routes
        /// Something about the kernel's table.
        case kernel
        case refused
        case reloaded
        case reloadRefused = "reload-refused"
        case trouble
    }

    package static let schema = "landfall.router-event/1"

    package var schema = Self.schema
    package var time: String
    package var event: Kind
    package var router: String
    package var neighbor: String?
    /// Prefixes, of `routes`.
    package var announced: [String]?
    package var withdrawn: [String]?
    /// Who did it: a user's name, or a signal's.
    package var by: String?
    package var reason: String?
    /// What changes, or what is wrong with a file; one each.
    package var lines: [String]?
    /// A malformed message, in hexadecimal, at most 4,096 bytes of it.
    package var message: String?

    package init(_ kind: Kind, at time: String, router: String) {
        (self.time, event, self.router) = (time, kind, router)
    }

    /// For people: `session-down transit-a: Hold Timer Expired`.
    package var text: String {
        let subjects = [neighbor, by.map { "by \($0)" }].compactMap(\.self)
        let head = ([event.rawValue] + subjects).joined(separator: " ")
        let line = reason.map { "\(head): \($0)" } ?? head
        return ([line] + (lines ?? []).map { "    \($0)" }).joined(separator: "\n")
    }
}
