/// `GET /dns/zones`: the zones that our own services answer from.
package struct DNSZones: DNSContent {
    package static let schema = "landfall.dns-zones/1"

    package var zones: [Zone] = []

    package init() {}

    package struct Zone: Codable, Hashable, Sendable {
        package var service = ""
        package var name = ""
        package var serial: UInt32 = 0
        /// SHA-256 over what is in it: the same wherever the same records are served.
        package var hash = ""
        /// When the first of its signatures ends; left out where it isn't signed.
        package var signaturesEnd: String?
        package var records = 0
        package var names = 0
        /// Of the service's memory.
        package var bytes = 0
        package var file = ""
        /// Queries that it answered.
        package var queries: UInt64 = 0

        package init() {}
    }
}
