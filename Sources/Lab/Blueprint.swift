package import Config
package import Dialect
internal import Geo
package import Net

/// What a rehearsal builds, before anything is built: every AS, host and client as a node of its own, and the cables
/// between them.
package struct Blueprint: Sendable {
    package struct Node: Hashable, Sendable {
        package enum Kind: Hashable, Sendable {
            /// Index into `Internet.ases`.
            case router(Int)
            /// Index into `Network.hosts`.
            case host(Int)
            /// Index into `clients`.
            case client(Int)
        }
        package var kind: Kind
        package var name: String
    }

    /// One end of a cable.
    package struct End: Hashable, Sendable {
        package var node: Int
        package var interface: String
        /// Its own addresses, and who is at the other end of each.
        package var addresses: [Pair] = []
        /// What it reaches through the other end.
        package var routes: [Route] = []
    }

    package struct Pair: Hashable, Sendable {
        package var own: Address
        package var peer: Address
    }

    package struct Route: Hashable, Sendable {
        package var prefix: Prefix
        package var gateway: Address
    }

    package struct Cable: Hashable, Sendable {
        package var ends: [End]
        /// One way; nil: joined directly, without the relay.
        package var delay: Duration?
    }

    /// Somebody who asks, behind the router of an AS.
    package struct Client: Hashable, Sendable {
        package var name: String
        /// Index into `Internet.ases`.
        package var access: Int
        package var node: Int
    }

    /// A BGP session as its router calls it.
    package struct Session: Hashable, Sendable {
        package var router: Int
        package var name: String
        /// Index into `Network.hosts`; nil between two routers.
        package var host: Int?
    }

    package var nodes: [Node] = []
    package var cables: [Cable] = []
    package var clients: [Client] = []
    /// One for each AS.
    package var routers: [Router] = []
    package var sessions: [Session] = []

    package enum Failure: Error, Hashable, Sendable {
        case noInternet
        case noClients
        case tooLarge
        case noFreeAddresses
        /// A site's neighbor whose AS isn't in `internet`.
        case strangeNeighbor(site: String, neighbor: String, asn: ASN)
        /// A password that the rehearsal's routers can't be given.
        case password(neighbor: String, String)
    }
}

extension Blueprint {
    package init(of network: Network) throws(Failure) {
        guard let internet = network.internet else { throw .noInternet }
        guard internet.ases.contains(where: { $0.client != nil }) else { throw .noClients }
        guard let plan = AddressPlan(avoiding: Self.used(by: network)) else { throw .noFreeAddresses }
        var drawing = Drawing(network: network, internet: internet, plan: plan)
        try drawing.draw()
        self = drawing.blueprint
    }

    /// Every address of the file, as prefixes.
    static func used(by network: Network) -> [Prefix] {
        network.prefixes + network.services.flatMap { $0.addresses.map(Prefix.init(host:)) }
            + network.sites.flatMap { site in
                (site.hosts.flatMap(\.unicast) + site.neighbors.map(\.address)).map(Prefix.init(host:))
            }
    }

    /// A name that Linux takes for an interface and that is free in its node.
    func interface(_ wanted: String, at node: Int) -> String {
        let taken = cables.flatMap(\.ends).filter { $0.node == node }.map(\.interface) + ["lo", "all", "default"]
        let clean = String(wanted.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" }.prefix(15))
        return clean.isEmpty || taken.contains(clean) ? "link\(taken.count - 2)" : clean
    }
}
