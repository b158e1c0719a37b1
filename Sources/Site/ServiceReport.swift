/// What `landfall serve` tells its agent, five times a second: totals since its start.
struct ServiceReport: Codable, Sendable, Equatable {
    var queries: UInt64 = 0
    var answers: UInt64 = 0
    var malformed: UInt64 = 0
    var bytesOut: UInt64 = 0
    /// What it could give up (`Confinement.Applied`), in words.
    var confinement = ""
    /// Zones, and their serial numbers.
    var zones: [String] = []
}
