internal import Control

/// `memory.json` in the state folder: what the announcer remembers, whose it is, and when that was written. Documented in
/// docs/agent.md. Spans are seconds.
///
/// This is the file's form alone: `StoredMeaning.swift` turns it into the engine's and back, and is where what a file says
/// is held against what can be true.
struct StoredMemory: Codable, Hashable, Sendable {
    static let schema = "landfall.memory/1"
    static let name = "memory.json"
    /// What is read at a start; what is written stays far below.
    static let mostBytes = 16 << 20

    var schema = Self.schema
    var network: String
    var site: String
    var host: String
    /// When it was written: RFC 3339, for the next boot …
    var time: String
    /// … and for this one.
    var boot: String
    var sinceBoot: Double
    var routes: [Route] = []
    var drains: [Drain] = []
    var acts: [Act] = []
    var nextAct = 1
    var loadStep: LoadStep?

    struct Route: Codable, Hashable, Sendable {
        var prefix: String
        var neighbor: String
        var penalty: Double
        var isWithheld: Bool
        var owesHoldDown: Bool
        var isAnnounced: Bool
    }

    struct Drain: Codable, Hashable, Sendable {
        var target: OrderTarget
        var wait: Double
        var left: Double?
        var keptShare: Double?
        var endsIn: Double?
        var isForced: Bool
    }

    struct Act: Codable, Hashable, Sendable {
        var number: Int
        var by: String
        var ago: Double
        /// `drain` or `undrain`.
        var act: String
        var target: OrderTarget
        var `for`: Double?
        var isForced: Bool?
        var effect: String
        /// `in-effect`, `ended`, `undone` or `superseded`.
        var standing: String
        var supersededBy: Int?
        var undoneBy: String?
        var undoneAgo: Double?
        var before: Drain?
        var after: Drain?
    }

    struct LoadStep: Codable, Hashable, Sendable {
        var isDegraded: Bool
        var ago: Double
        var kept: Double?
    }
}

/// Why a memory isn't used.
package enum MemoryFault: Error, Hashable, Sendable, CustomStringConvertible {
    case damaged(String)
    /// Of another network, site or host.
    case foreign(String)
    /// Written by another version.
    case unknownSchema(String)

    package var description: String {
        switch self {
        case .damaged(let what): "it is damaged (\(what))"
        case .foreign(let whose): "it is that of \(whose)"
        case .unknownSchema(let schema): "its schema is \(schema), and this version reads \(StoredMemory.schema)"
        }
    }
}
