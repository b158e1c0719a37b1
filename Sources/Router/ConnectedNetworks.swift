internal import Kernel
internal import Net

/// The links that this machine is on: its addresses, and the networks around them.
struct ConnectedNetworks: Hashable, Sendable {
    struct Link: Hashable, Sendable {
        var name: String
        var networks: [Prefix] = []
    }

    /// Ours, on any link. Of link-local ones each link has its own.
    private(set) var own: Set<Address> = []
    /// In order of their indices.
    private var links: [Link] = []

    init() {}

    init(_ interfaces: [Interface], _ addresses: [HostAddress]) {
        let usable = addresses.filter { !$0.isDuplicate && !$0.address.isLinkLocal }
        own = Set(usable.map(\.address))
        links = interfaces.map { interface in
            let networks = usable.filter { $0.interface == interface.index }.compactMap {
                Prefix($0.address, length: $0.length)
            }
            return Link(name: interface.name, networks: networks)
        }
    }

    /// On this very machine.
    func isHere(_ address: Address) -> Bool { address.isLoopback || own.contains(address) }

    /// The link to a neighbor: the interface that is configured, or the one that has the smallest network around its address.
    /// nil: it is on none, or on this machine.
    func link(to address: Address, _ interface: String?) -> Link? {
        if isHere(address) { return nil }
        if let interface { return links.first { $0.name == interface } }
        var best: (link: Link, length: Int)?
        for link in links {
            for network in link.networks where network.contains(address) && network.length > best?.length ?? -1 {
                best = (link, network.length)
            }
        }
        return best?.link
    }
}
