/// `GET /explain?prefix=…`: the whole story of a prefix at a router. Documented in docs/router-json.md.
package struct PrefixAnswer: Codable, Hashable, Sendable {
    package static let schema = "landfall.prefix/1"

    package var schema = Self.schema
    package var asked = ""
    /// The one that is told about: what was asked for, or the longest match.
    package var prefix: String?
    package var time = ""
    /// Less specific ones that there are routes to, the most specific last.
    package var coveredBy: [String] = []
    package var paths: [Path] = []
    /// Paths that aren't listed.
    package var morePaths: Int?
    package var decision: [Step] = []
    /// Where packets go, in order of preference.
    package var nextHops: [String] = []
    /// Packets are discarded (RFC 7999).
    package var isBlackhole: Bool?
    package var told: [Told] = []
    package var kernel: Kernel?

    package init() {}

    /// A route, and what import made of it.
    package struct Path: Codable, Hashable, Sendable {
        /// Its attributes are those after import, or as received where it was dropped.
        package var route = RouteAnswer()
        /// `local preference 100 → 200`; left out where it was dropped.
        package var importChanges: [String]?

        package init() {}
    }

    /// A step of the decision: what it compared, and who was out.
    package struct Step: Codable, Hashable, Sendable {
        package var step = ""
        package var letter: String?
        /// What it prefers, in words.
        package var prefers = ""
        /// Of those that were left.
        package var values: [Value] = []
        package var out: [String] = []
        package var left = 0

        package init() {}
    }

    package struct Value: Codable, Hashable, Sendable {
        package var neighbor = ""
        package var value = ""

        package init(neighbor: String, value: String) { (self.neighbor, self.value) = (neighbor, value) }
    }

    /// Neighbors that are told the same, or are told nothing for the same reason.
    package struct Told: Codable, Hashable, Sendable {
        package var neighbors: [String] = []
        package var isTold = false
        /// Of those that aren't told.
        package var reason: String?
        package var check: String?
        package var policy: String?
        package var rule: String?
        /// What is changed on the way: `AS path 64501 → 65000 64501`.
        package var changes: [String]?
        package var attributes: RouteAttributes?

        package init() {}
    }

    /// The route in the kernel's table.
    package struct Kernel: Codable, Hashable, Sendable {
        package var table: UInt32 = 0
        /// `installed`, `missing`, `different`, `foreign` or `none`.
        package var state = ""
        package var nextHops: [String] = []
        package var metric: UInt32?
        package var text: String?

        package init() {}
    }
}
