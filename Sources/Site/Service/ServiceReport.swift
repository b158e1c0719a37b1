/// What `landfall serve` tells its agent, five times a second: totals since its start.
struct ServiceReport: Codable, Sendable, Equatable {
    var queries: UInt64 = 0
    var answers: UInt64 = 0
    var malformed: UInt64 = 0
    var bytesOut: UInt64 = 0
    /// What it could give up (`Confinement.Applied`), in words.
    var confinement = ""
    /// Zones, and their serial numbers; not all when they are many.
    var zones: [String] = []

    /// As many as surely go into one message beside the rest.
    static func shortened(_ zones: [String]) -> [String] {
        var room = 32768
        let shown = zones.prefix {
            room -= $0.utf8.count + 3
            return room >= 0
        }
        return shown.count < zones.count ? shown + ["and \(zones.count - shown.count) more"] : zones
    }
}
