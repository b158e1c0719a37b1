internal import Config
internal import Net

extension Director {
    /// From now on nothing passes the links of a host, or the one to a neighbor, and neither end is told.
    func cut(_ host: Int, neighbor: String?) {
        let asn = network.sites[network.hosts[host].site].neighbors.first { $0.name == neighbor }?.asn
        let far = network.internet?.ases.firstIndex { $0.asn == asn }
        let cables = blueprint.cables(of: network.node(ofHost: host), to: asn == nil ? nil : far)
        world.setCut(true, cables: cables)
        cast.note(host, .undone(silences: true) { [world] in world.setCut(false, cables: cables) })
    }
}

extension Blueprint {
    /// Indexes of the cables that end at a node: all of them, or those to one other.
    func cables(of node: Int, to other: Int?) -> [Int] {
        cables.indices.filter { index in
            let ends = cables[index].ends.map(\.node)
            return ends.contains(node) && other.map(ends.contains) ?? true
        }
    }
}
