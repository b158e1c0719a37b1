internal import Announce
internal import Health
internal import Net

extension Changes {
    /// What two sites of one network do differently: what an agent at `new` has that one at `old` hasn't.
    ///
    /// What must differ between any two sites is no difference: names, places, addresses, router IDs, and the ASes of
    /// neighbors. A neighbor is held against the one of the same name, else of the same AS and family, else of the same
    /// role and family.
    public init(between old: Site, and new: Site, in network: Network) {
        note(.site, "\(old.name), \(new.name)", Field.differences(old.comparedFields, new.comparedFields))
        compareHosts(old, new)
        let told = network.prefixes.filter { old.tells($0.family) != new.tells($0.family) }
        for prefix in told { add(old.tells(prefix.family) ? .removed : .added, .prefix, "\(prefix)") }
        for cover in network.covers where old.isAnchor != new.isAnchor {
            add(old.isAnchor ? .removed : .added, .cover, "\(cover)")
        }
        compareNeighbors(old, new)
        for service in network.services { compare(service, old, new) }
    }

    private mutating func compareHosts(_ old: Site, _ new: Site) {
        guard old.hosts.count != new.hosts.count else { return }
        note(.host, "\(old.name), \(new.name)", ["hosts \(old.hosts.count) → \(new.hosts.count)"])
    }

    private mutating func compareNeighbors(_ old: Site, _ new: Site) {
        var rest = new.neighbors
        var pairs: [(Neighbor, Neighbor)] = []
        var alone = old.neighbors
        let likenesses: [(Neighbor, Neighbor) -> Bool] = [
            { $0.name == $1.name && $0.address.family == $1.address.family },
            { ($0.asn, $0.role, $0.address.family) == ($1.asn, $1.role, $1.address.family) },
            { ($0.role, $0.address.family) == ($1.role, $1.address.family) },
        ]
        for isLike in likenesses {
            alone = alone.filter { neighbor in
                guard let index = rest.firstIndex(where: { isLike(neighbor, $0) }) else { return true }
                pairs.append((neighbor, rest.remove(at: index)))
                return false
            }
        }
        for neighbor in alone { add(.removed, .neighbor, neighbor.name, neighbor.described) }
        for neighbor in rest { add(.added, .neighbor, neighbor.name, neighbor.described) }
        for (before, after) in pairs {
            let name = before.name == after.name ? before.name : "\(before.name), \(after.name)"
            note(.neighbor, name, Field.differences(before.comparedFields, after.comparedFields))
        }
    }

    private mutating func compare(_ service: Service, _ old: Site, _ new: Site) {
        let served = (service.serve(at: old.name), service.serve(at: new.name))
        if served.0 == nil, served.1 != nil { note(.service, service.name, ["served by somebody else → by landfall"]) }
        if served.0 != nil, served.1 == nil { note(.service, service.name, ["served by landfall → by somebody else"]) }
        compareChecks(service, old, new)
    }

    /// A check of one neighbor's link is made where there is such a neighbor.
    private mutating func compareChecks(_ service: Service, _ old: Site, _ new: Site) {
        for check in service.checks {
            let isMade = [old, new].map { site in
                service.addresses.contains { service.checks(of: $0, at: site).contains(check) }
            }
            guard isMade[0] != isMade[1] else { continue }
            add(isMade[0] ? .removed : .added, .check, check.name, of: service.name)
        }
    }
}

extension Site {
    fileprivate var comparedFields: [Field] {
        [Field("asn", "\(asn.rawValue)")] + fields.filter { $0.key != "several hosts" }
    }

    fileprivate func tells(_ family: Family) -> Bool { neighbors.contains { $0.address.family == family } }
}

extension Neighbor {
    /// What an agent does there, whoever it is.
    fileprivate var comparedFields: [Field] {
        [
            Field("port", port), Field("passive", passive), Field("hold-time", holdTime),
            Field("multihop", link.hops.map { "\($0)" }), Field("ttl-security", link.ttlSecurity),
            Field("password", link.password == nil ? "none" : "set"), Field("max-prefixes", maxPrefixes),
            Field("strict-role", isStrict),
        ] + routeFields
    }

    fileprivate var described: [String] { ["\(role.rawValue) \(asn.rawValue)", "\(address)"] }
}
