/// `GET /dns/clients` and `GET /dns/clients/yesterday`: which networks asked, those that asked most first.
package struct DNSClients: DNSContent {
    package static let schema = "landfall.dns-clients/1"

    package var services: [Service] = []

    package init() {}

    package struct Service: Codable, Hashable, Sendable {
        package var name = ""
        package var began = ""
        package var ended: String?
        package var queries: UInt64 = 0
        package var networks: [Network] = []

        package init() {}
    }

    package struct Network: Codable, Hashable, Sendable {
        /// A /24 or a /48.
        package var prefix = ""
        package var queries: UInt64 = 0
        /// So many of them may have been those of networks that are no longer in the list.
        package var doubt: UInt64 = 0

        package init() {}
    }
}
