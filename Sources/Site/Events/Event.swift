package import Control

/// Something that happened at a site, as `--events` writes it: one line of JSON each. Documented in docs/agent.md.
package struct Event: Codable, Sendable {
    /// A stable word.
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case starting, ready, stopping, stopped
        case uncleanEnd = "unclean-end"
        case addressAdded = "address-added"
        case addressRemoved = "address-removed"
        case serviceStarted = "service-started"
        case serviceReplaced = "service-replaced"
        case serviceEnded = "service-ended"
        case serviceCrashLoop = "service-crash-loop"
        case serviceSteady = "service-steady"
        case verdict
        case checkUncertain = "check-uncertain"
        case checkCertain = "check-certain"
        case announced, changed, withdrawn
        case alarm
        case alarmResolved = "alarm-resolved"
        case heldDown = "held-down"
        case advertised
        case advertisementWithdrawn = "advertisement-withdrawn"
        case sessionUp = "session-up"
        case sessionDown = "session-down"
        case sessionFailed = "session-failed"
        case malformed
        case drain, undrain, undo
        case drainWaited = "drain-waited"
        case hook
        case refused
        case reload, reloaded
        case reloadRefused = "reload-refused"
        case confirmed
        case rolledBack = "rolled-back"
        case trouble
    }

    package static let schema = "landfall.event/1"

    package var schema = Self.schema
    /// By which it can be asked for again: counted by the host, over restarts of the agent.
    package var id = 0
    package var time: String
    /// `LF-E…`, of the event's kind.
    package var code: String
    package var event: Kind
    package var site: String
    package var host: String
    package var prefix: String?
    package var address: String?
    package var neighbor: String?
    package var check: String?
    package var service: String?
    package var verdict: String?
    /// Who did it: a user's name.
    package var by: String?
    /// Its number in the history.
    package var act: Int?
    package var reason: String?
    /// Where the prefix is concerned: all the neighbors, or some.
    package var neighbors: [String]?
    /// How good the prefix is meant to look where it looks best.
    package var level: String?
    /// Which hook it is about.
    package var hook: String?
    /// What a program printed, as far as it is kept.
    package var output: String?
    /// What will change, or what is wrong with a file; one each.
    package var lines: [String]?
    /// Which one, `LF-A…`, of an alarm that opens or is over.
    package var alarm: String?
    /// The same as a word.
    package var name: String?
    /// How bad it is: `critical` or `warning`.
    package var severity: String?
    /// Since when it was open: of one that is over.
    package var since: String?
    /// What the checks said that stand behind it.
    package var evidence: [Evidence]?

    package init(_ kind: Kind, at time: String, site: String, host: String) {
        (self.time, self.site, self.host) = (time, site, host)
        (code, event) = (kind.code, kind)
    }

    /// For people: `withdrawn 203.0.113.0/24: no answer within 200 ms`.
    package var text: String {
        let subjects = [
            alarm, hook, verdict, service, check, address, prefix, neighbor,
            neighbors.map { "at \($0.joined(separator: ", "))" },
            by.map { "by \($0)" },
        ].compactMap(\.self)
        let head = ([event.rawValue] + subjects).joined(separator: " ")
        let line = reason.map { "\(head): \($0)" } ?? head
        // What is wrong with a file begins with what stands in the line already.
        let more = (lines ?? []).drop { $0 == reason }
        return ([line] + more.map { "    \($0)" }).joined(separator: "\n")
    }
}
