internal import Net

/// What a rehearsal found; `--json` prints it, docs/rehearsal.md describes it. Times are milliseconds.
package struct Report: Encodable, Sendable {
    package static let schema = "landfall.rehearse/1"

    package var schema = Self.schema
    package var ok = false
    package var network = ""
    package var landings: [Landing] = []
    package var steps: [Step] = []
    package var relay = Relay()
    package var plan = PlanComparison()
    /// How long it took to build, and to end.
    package var seconds = 0.0
    /// What the routers are: `bird` or `landfall`, and how long they wait between two announcements.
    package var router = ""
    package var mraiMilliseconds = 0.0
    /// From the routers' start until every client's router had a route to every service.
    package var routesAfterMilliseconds = 0.0
    package var note = ""

    mutating func note(_ program: RouterProgram, mrai: Duration) {
        (router, mraiMilliseconds) = (program.name, mrai.milliseconds)
        let sending =
            mrai == .zero
            ? "routers send every update at once (an MRAI of 0). Routers of the real Internet wait longer."
            : "routers wait \(mrai.shortText) between two announcements to a neighbor (MRAI)."
        note = "Times of a rehearsal on one machine: links have the delay of their distance, and " + sending
    }

    /// Where a client lands when nothing is broken.
    package struct Landing: Encodable, Sendable {
        package var client = ""
        package var site: OrNull<String> = nil
        package var family = ""
        package var rttMilliseconds: OrNull<Double> = nil
        /// As the client's access router has it: nearest AS first.
        package var asPath: [UInt32] = []
        /// Where a query over TCP landed.
        package var tcpSite: OrNull<String> = nil
        /// The site's hosts that answered, as far as answers say.
        package var hosts: [String] = []
        package var place = ""
        package var kilometers: OrNull<Int> = nil
        package var nearestSite = ""
        package var nearestKilometers = 0
        /// The fewest ASes that a path to the nearest site could have.
        package var nearestASHops: OrNull<Int> = nil
    }

    package struct Step: Encodable, Sendable {
        package var name = ""
        package var kind = ""
        package var target: OrNull<String> = nil
        package var process: OrNull<String> = nil
        package var ok = false
        /// Client and family pairs that were on the broken site, or came back to the restored one.
        package var affected = 0
        package var medianOutageMilliseconds: OrNull<Double> = nil
        package var maxOutageMilliseconds: OrNull<Double> = nil
        package var queries = 0
        package var lost = 0
        /// Of those, queries of flows that others than the target served.
        package var lostElsewhere = 0
        /// From the act to the sending of the last query that was lost.
        package var lastLostMilliseconds: OrNull<Double> = nil
        /// TCP connections that were there at its beginning, and those of them that were reset or fell silent.
        package var connections = 0
        package var connectionsBroken = 0
        /// Whether a neighbor of the target lost a route to it.
        package var withdrawn: OrNull<Bool> = nil
        package var withdrawalReason: OrNull<String> = nil
        /// Over all neighbors and prefixes of the target, from the logs of the neighbors' routers.
        package var withdrawals = 0
        package var announcements = 0
        package var routes: [Route] = []
        package var checks: OrNull<Checks> = nil
        package var drain: OrNull<Drain> = nil
        package var flood: OrNull<Flood> = nil
        /// Others (sites, or hosts of several) whose neighbors lost a route meanwhile, though nothing was done to them.
        package var disturbed: [String] = []
        package var seconds = 0.0
        /// Why it isn't ok.
        package var failures: [String] = []
        package var clients: [Client] = []
    }

    /// A prefix of the target as one neighbor saw it from one host.
    package struct Route: Encodable, Sendable {
        package var host = ""
        package var neighbor = ""
        package var prefix = ""
        package var withdrawals = 0
        package var announcements = 0
        /// With other attributes.
        package var changes = 0
    }

    /// At the target, as its agent counts.
    package struct Checks: Encodable, Sendable {
        package var made: UInt64 = 0
        package var failed: UInt64 = 0
        /// Changes of verdict.
        package var verdicts = 0
        package var degraded = false
    }

    package struct Drain: Encodable, Sendable {
        /// What the agent said that it would do.
        package var effect = ""
        /// `withdrawn`, `kept`, or `moving` when the step gave up waiting.
        package var stage = ""
        /// Of the traffic of before, what still arrived when the drain decided, as the agent counted it.
        package var share: OrNull<Double> = nil
        /// Queries of clients that still landed there in the second before it was decided, and in the second before the
        /// drain.
        package var arriving = 0
        package var arrivedBefore = 0
        package var decidedAfterMilliseconds: OrNull<Double> = nil
    }

    package struct Flood: Encodable, Sendable {
        /// Who floods, over which family.
        package var client = ""
        package var family = ""
        package var sent = 0
        package var queriesPerSecond = 0.0
        /// What reaches the service.
        package var limit = 0
    }

    package struct Client: Encodable, Sendable {
        package var client = ""
        package var family = ""
        package var before: OrNull<String> = nil
        package var after: OrNull<String> = nil
        /// Hosts that served its flows, as far as answers say.
        package var hostsBefore: [String] = []
        package var hostsAfter: [String] = []
        package var rttMilliseconds: OrNull<Double> = nil
        package var rttBeforeMilliseconds: OrNull<Double> = nil
        package var slowestMilliseconds: OrNull<Double> = nil
        package var asPath: [UInt32] = []
        package var queries = 0
        package var lost = 0
        package var lostElsewhere = 0
        package var recovered = false
        package var outageMilliseconds: OrNull<Double> = nil
        package var movedMilliseconds: OrNull<Double> = nil
        package var returnMilliseconds: OrNull<Double> = nil
        /// `kept`, `reset` or `silent`; null when there was none.
        package var connection: OrNull<String> = nil
    }

    /// What was measured beside what the plan of the same file says.
    package struct PlanComparison: Encodable, Sendable {
        /// What decides between equally good routes, of the plan and of the routers.
        package var tieBreak = "router-id"
        /// Landings that were compared: each client and family at the beginning and after each step.
        package var compared = 0
        package var asPlanned = 0
        /// Of those compared, landings that only the tie-break decides.
        package var ties = 0
        /// Of those compared, AS paths that are the planned ones too.
        package var pathsAsPlanned = 0
        package var differences: [PlanDifference] = []
        package var notCompared: [NotCompared] = []
    }

    package struct PlanDifference: Encodable, Sendable {
        /// The step that it was found after; null: at the beginning.
        package var after: OrNull<String> = nil
        package var client = ""
        package var asn: UInt32 = 0
        package var family = ""
        package var site: OrNull<String> = nil
        package var asPath: [UInt32] = []
        package var plannedSite: OrNull<String> = nil
        package var plannedPath: [UInt32] = []
        /// Where the plan could lead if ties were broken otherwise.
        package var possibleSites: [String] = []
        package var parting: OrNull<Parting> = nil
        /// All of it in words.
        package var text = ""
    }

    /// The AS at which packets leave the planned way; those behind it only follow.
    package struct Parting: Encodable, Sendable {
        package var asn: UInt32 = 0
        package var name = ""
        package var taken: [UInt32] = []
        package var planned: [UInt32] = []
        /// What makes the planned route the better one, as in `landfall explain`; null: the plan knows no such route there.
        package var rule: OrNull<String> = nil
    }

    package struct NotCompared: Encodable, Sendable {
        package var after: OrNull<String> = nil
        /// null: nobody, in no family.
        package var client: OrNull<String> = nil
        package var family: OrNull<String> = nil
        package var reason = ""
    }

    package struct Relay: Encodable, Sendable {
        package var frames = 0
        package var dropped = 0
    }
}

/// An optional that stays in the JSON, as null.
package struct OrNull<Value: Encodable & Sendable>: Encodable, Sendable, ExpressibleByNilLiteral {
    package var value: Value?

    package init(_ value: Value?) { self.value = value }
    package init(nilLiteral: ()) { value = nil }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value { try container.encode(value) } else { try container.encodeNil() }
    }
}
