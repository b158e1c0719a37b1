import Net
import RIB
import YAML

extension Rules {
    mutating func checkRouters(_ routers: [BorderRouter]) {
        var identities = Seen<Identity>()
        for router in routers {
            let way: [Step] = ["routers", .key(router.name)]
            let identity = Identity(asn: router.asn, routerID: router.routerID)
            if let owner = identities.take(identity, for: router.name) {
                refuse(
                    way + ["router-id"],
                    because: "router-id: \(router.routerID) is that of the router \(owner); it is unique within an AS "
                        + "(RFC 6286)")
            }
            checkNetworks(router, at: way)
            checkPolicyNames(router, at: way)
            checkNeighbors(of: router, at: way + ["neighbors"])
        }
    }

    private struct Identity: Hashable {
        var asn: ASN
        var routerID: RouterID
    }

    private mutating func checkNetworks(_ router: BorderRouter, at way: [Step]) {
        var seen = Seen<Prefix>()
        for (index, network) in router.networks.enumerated()
        where seen.take(network.prefix, for: router.name) != nil {
            refuse(way + ["networks", .index(index)], because: "networks: \(network.prefix) is here twice")
        }
    }

    private mutating func checkPolicyNames(_ router: BorderRouter, at way: [Step]) {
        let taken = BorderRouter.PolicyName.reserved.map(\.word)
        for policy in router.policies where taken.contains(policy.name) {
            refuse(
                way + ["policies", .name(policy.name)],
                because: "policies: \(quoted(policy.name)) means something already; call the policy otherwise")
        }
    }

    // MARK: Neighbors

    private mutating func checkNeighbors(of router: BorderRouter, at way: [Step]) {
        var names = Seen<String>()
        var ends = Seen<Ends>()
        for (index, neighbor) in router.neighbors.enumerated() {
            let way = way + [.index(index)]
            if names.take(neighbor.name, for: neighbor.name) != nil {
                refuse(
                    way + ["name"],
                    because: "name: \(quoted(neighbor.name)) is another neighbor of this router already")
            }
            let own = Ends(address: neighbor.address, interface: neighbor.interface, local: neighbor.localAddress)
            if let owner = ends.take(own, for: neighbor.name) {
                refuse(way + ["address"], because: "address: \(neighbor.address) is the address of \(owner) already")
            }
            checkAddresses(neighbor, at: way)
            checkRole(neighbor, of: router, at: way)
            checkInside(neighbor, of: router, at: way)
            checkPolicies(neighbor, of: router, at: way)
        }
    }

    /// What tells one session from another.
    private struct Ends: Hashable {
        var address: Address
        var interface: String?
        var local: Address?
    }

    private mutating func checkAddresses(_ neighbor: BorderRouter.Neighbor, at way: [Step]) {
        let address = neighbor.address
        if address.isLinkLocal, neighbor.interface == nil {
            refuse(
                way + ["address"],
                because:
                    "address: \(address) is link-local, and means something on one link only; write \"interface\" too")
        }
        if !address.isLinkLocal, neighbor.interface != nil {
            refuse(way + ["interface"], because: "interface: is for link-local addresses; leave it out")
        }
        if let local = neighbor.localAddress, local.family != address.family {
            refuse(
                way + ["local-address"],
                because: "local-address: \(local) is no \(address.family.spoken) address, and \(address) is one")
        }
        let families = neighbor.families.isEmpty ? [address.family] : neighbor.families
        for (index, family) in families.enumerated() where families[..<index].contains(family) {
            refuse(way + ["families", .index(index)], because: "families: \(family) is here twice")
        }
        for (index, hop) in neighbor.nextHops.enumerated() where !families.contains(hop.family) {
            refuse(
                way + ["next-hops", .index(index)],
                because: "next-hops: \(hop) is for \(hop.family.spoken) prefixes, and they aren't among the families")
        }
    }

    private mutating func checkRole(_ neighbor: BorderRouter.Neighbor, of router: BorderRouter, at way: [Step]) {
        let others = "provider, peer, route-server, route-server-client or customer"
        if neighbor.isInternal(to: router) {
            if let role = neighbor.role, role != .internal {
                refuse(
                    way + ["role"],
                    because: "role: \(role.rawValue) is for other ASes; \(neighbor.asn.rawValue) is your own, so write "
                        + "\"internal\", or leave it out")
            }
        } else if neighbor.role == .internal {
            refuse(
                way + ["role"],
                because: "role: internal is for your own AS, and \(neighbor.asn.rawValue) is another; it should be "
                    + others)
        } else if neighbor.role == nil, needsRole(neighbor, router) {
            refuse(way, because: "neighbors: \"role\" is missing, and gao-rexford goes by it; it should be \(others)")
        }
        if neighbor.isStrict, neighbor.isInternal(to: router) || neighbor.role == nil {
            refuse(
                way + ["strict-role"],
                because: "strict-role: nothing is said without a role for another AS (RFC 9234 §4); leave it out")
        }
    }

    private func needsRole(_ neighbor: BorderRouter.Neighbor, _ router: BorderRouter) -> Bool {
        let usual: [BorderRouter.PolicyName] = router.habit == .gaoRexford ? [.gaoRexford] : []
        return ((neighbor.importing ?? usual) + (neighbor.exporting ?? usual)).contains(.gaoRexford)
    }

    /// What only counts between ASes.
    private mutating func checkInside(_ neighbor: BorderRouter.Neighbor, of router: BorderRouter, at way: [Step]) {
        if neighbor.checksNextHop == true, neighbor.isInternal(to: router) || neighbor.link.hops ?? 1 > 1 {
            refuse(
                way + ["next-hop-on-link"],
                because:
                    "next-hop-on-link: is for neighbors of other ASes on a link of ours, without \"multihop\"; leave "
                    + "it out")
        }
        guard neighbor.isInternal(to: router) else { return }
        if neighbor.checksFirstAS == true {
            refuse(way + ["first-as"], because: "first-as: paths inside your own AS begin with others; leave it out")
        }
        for (key, names) in [("import", neighbor.importing), ("export", neighbor.exporting)]
        where names?.contains(.gaoRexford) == true {
            refuse(
                way + [.key(key)],
                because:
                    "\(key): gao-rexford is for neighbors of other ASes; leave it out, and all that may be is exchanged"
            )
        }
    }

    private mutating func checkPolicies(_ neighbor: BorderRouter.Neighbor, of router: BorderRouter, at way: [Step]) {
        for (key, names) in [("import", neighbor.importing ?? []), ("export", neighbor.exporting ?? [])] {
            for (index, name) in names.enumerated() {
                guard case .own(let name) = name else { continue }
                let isList = node(at: way + [.key(key), .index(index)]) != nil
                checkName(
                    name, among: router.policies.map(\.name), besides: BorderRouter.PolicyName.reserved.map(\.word),
                    what: "policy",
                    at: way + [.key(key)] + (isList ? [.index(index)] : []), label: key)
            }
        }
    }
}
