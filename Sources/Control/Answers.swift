/// What an agent answers to an order that it understood; documented in docs/agent.md. Times are RFC 3339 in UTC.
package struct OrderAnswer: Codable, Hashable, Sendable {
    /// What it does, or would do, in words.
    package var effect = ""
    /// After a dry run: the act that would be taken back, nil for others.
    package var act: History.Act?
    /// Whether it is on the disk and outlives the agent; nil after a dry run.
    package var saved: Bool?

    /// What a drain, or an undo that drains again, takes away from here in the end: announced now, and not then.
    package var takesAway: [Route]?

    /// What moves where when a drain withdraws, by the table of displaced load; nil where the configuration names none.
    package var moves: Moves?

    package init(effect: String) { self.effect = effect }

    /// Queries a second, at the peak of whoever has them.
    package struct Moves: Codable, Hashable, Sendable {
        /// Why it isn't known; nil: it is.
        package var reason: String?
        /// Of the plan that the table is from, and how far that can be trusted.
        package var made: String?
        package var basis: String?
        /// The site's other hosts take this one's load over, as long as they announce; what follows is about all of them.
        package var isOfWholeSite = false
        package var to: [Gain] = []
        /// What has no route then.
        package var lost: Double = 0

        package init() {}

        package struct Gain: Codable, Hashable, Sendable {
            package var site = ""
            /// What it carries already.
            package var load: Double = 0
            package var added: Double = 0
            /// The most that may be added.
            package var most: Double?
            package var capacity: Double?

            package init() {}

            /// With what is expected it would have more than it can carry.
            package var isOverloaded: Bool { capacity.map { load + added > $0 } ?? false }
        }
    }

    package struct Route: Codable, Hashable, Sendable {
        package var prefix: String
        package var neighbor: String

        package init(prefix: String, neighbor: String) { (self.prefix, self.neighbor) = (prefix, neighbor) }
    }
}

/// Why not: the body of every answer that isn't 200. The status says what kind of no it is: 400 for what can't be
/// understood, 404 and 405 for what isn't there, 409 for what is refused.
package struct OrderRefusal: Codable, Hashable, Sendable {
    package var error: String

    package init(_ error: String) { self.error = error }
}

/// `GET /history`: what operators did, the latest last.
package struct History: Codable, Hashable, Sendable {
    package static let schema = "landfall.history/1"

    package var schema = Self.schema
    package var network = ""
    package var site = ""
    package var host = ""
    package var acts: [Act] = []

    package init() {}

    package struct Act: Codable, Hashable, Sendable {
        /// From 1, never given twice.
        package var number = 0
        /// `drain` or `undrain`.
        package var act = ""
        package var target = OrderTarget(.host)
        package var by = ""
        package var at = ""
        package var effect = ""
        /// `in-effect`, `ended`, `undone` or `superseded`.
        package var standing = ""
        /// The act that superseded it.
        package var supersededBy: Int?
        /// Who took it back, and when.
        package var undoneBy: String?
        package var undoneAt: String?

        package init() {}
    }
}

/// What checks that were made at once found, in the order of the file.
package struct CheckAnswer: Codable, Hashable, Sendable {
    package static let schema = "landfall.check-now/1"

    package var schema = Self.schema
    package var network = ""
    package var site = ""
    package var host = ""
    package var results: [Result] = []

    package init() {}

    package struct Result: Codable, Hashable, Sendable {
        package var check = ""
        package var address = ""
        /// `passed`, `degraded`, `failed`, `impossible` or `disabled`.
        package var result = ""
        /// Of a failure: `silence`, `refusal`, `unreachable` or `wrong`.
        package var kind: String?
        package var reason: String?
        package var milliseconds: Double?
        /// What the program of an `exec` check printed, as far as it is kept.
        package var output: String?
        /// What the check says after this result.
        package var verdict = ""

        package init() {}
    }
}
