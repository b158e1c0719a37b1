internal import Announce
internal import Health
internal import Net

extension Changes {
    /// What the host of a site would become.
    ///
    /// - Parameter zones: what the content of each zone file is known by (a hash), by its path.
    public init(
        from old: Network, to new: Network, site: String, host: String,
        zones: (old: [String: String], new: [String: String]) = ([:], [:])
    ) {
        guard old.name == new.name else {
            obstacles = ["the network is called \(new.name), not \(old.name): stop the agent and start it again"]
            return
        }
        guard let before = SiteHost(site, host, in: old), let after = SiteHost(site, host, in: new) else {
            obstacles = [Self.gone(site, host, new)]
            return
        }
        compare(before, after)
        compare(.prefix, old.prefixes, new.prefixes, removal: nil)
        compare(.cover, before.covers(old), after.covers(new), removal: nil)
        compareNeighbors(before, after)
        compareServices(old.services, new.services, at: site, zones)
        note(.policy, "announce", Field.differences(old.announce.fields, new.announce.fields))
        if old.announce != new.announce { fallBack(.policy, "announce") }
        note(.policy, "hooks", Field.differences(old.hooks.fields, new.hooks.fields))
        note(.policy, "metrics", Field.differences(old.metricsFields, new.metricsFields))
    }

    private static func gone(_ site: String, _ host: String, _ network: Network) -> String {
        let known = network.sites.first { $0.name == site }
        guard let known else {
            return "site \(site) is not in it any more: stop the agent, or start it for one of "
                + listed(network.sites.map(\.name))
        }
        return "host \(host) is not at site \(site) any more: stop the agent, or start it for one of "
            + listed(known.hosts.map(\.name))
    }

    /// The site and the host themselves; what sessions are opened with is said of each neighbor.
    private mutating func compare(_ old: SiteHost, _ new: SiteHost) {
        note(.site, new.site.name, Field.differences(old.site.fields, new.site.fields))
        let unicast = (Field("unicast", old.host.unicast), Field("unicast", new.host.unicast))
        let id = (Field("router-id", "\(old.host.routerID)"), Field("router-id", "\(new.host.routerID)"))
        note(.host, new.host.name, Field.differences([unicast.0, id.0], [unicast.1, id.1]))
    }

    private mutating func compareNeighbors(_ old: SiteHost, _ new: SiteHost) {
        for pair in Pair.all(old.site.neighbors, new.site.neighbors, by: \.name) {
            switch pair {
            case .removed(let neighbor): add(.removed, .neighbor, neighbor.name, effect: .sessionEnd)
            case .added(let neighbor): add(.added, .neighbor, neighbor.name, effect: .sessionStart)
            case .both(let before, let after):
                let session = Field.differences(
                    before.sessionFields(old.site, old.host), after.sessionFields(new.site, new.host))
                let routes = Field.differences(before.routeFields, after.routeFields)
                note(.neighbor, after.name, session + routes, effect: session.isEmpty ? nil : .sessionReset)
                if before != after { fallBack(.neighbor, after.name) }
            }
        }
    }

    // MARK: Services

    private mutating func compareServices(
        _ old: [Service], _ new: [Service], at site: String, _ zones: (old: [String: String], new: [String: String])
    ) {
        for pair in Pair.all(old, new, by: \.name) {
            switch pair {
            case .removed(let service):
                add(.removed, .service, service.name, [service.addressText], effect: .removedLast)
            case .added(let service): add(.added, .service, service.name, [service.addressText], effect: .mustPass)
            case .both(let before, let after):
                let name = after.name
                note(.service, name, Field.differences(before.fields, after.fields))
                compare(.address, before.addresses, after.addresses, removal: .removedLast, of: name)
                compareServe(before.serve(at: site), after.serve(at: site), zones, of: name)
                compareChecks(before, after, at: site)
            }
        }
    }

    private mutating func compareServe(
        _ old: DNSServe?, _ new: DNSServe?, _ zones: (old: [String: String], new: [String: String]), of service: String
    ) {
        guard let old, let new else {
            if old != nil { note(.service, service, ["served by somebody else"], effect: .serviceRestart) }
            if new != nil { note(.service, service, ["served by landfall"], effect: .serviceRestart) }
            return
        }
        note(.service, service, Field.differences(old.fields, new.fields), effect: .serviceRestart)
        for pair in Pair.all(old.zones.map(\.path), new.zones.map(\.path), by: \.self) {
            switch pair {
            case .removed(let path): add(.removed, .zone, path, of: service, effect: .serviceRestart)
            case .added(let path): add(.added, .zone, path, of: service, effect: .serviceRestart)
            case .both(let path, _) where zones.old[path] != zones.new[path]:
                add(.changed, .zone, path, of: service, ["content"], effect: .serviceRestart)
            case .both: break
            }
        }
    }

    /// A check that doesn't name a port asks that of the service.
    private mutating func compareChecks(_ old: Service, _ new: Service, at site: String) {
        let ports = (old.serve(at: site)?.port, new.serve(at: site)?.port)
        for pair in Pair.all(old.checks, new.checks, by: \.name) {
            switch pair {
            case .removed(let check): add(.removed, .check, check.name, of: new.name)
            case .added(let check): add(.added, .check, check.name, of: new.name, effect: .mustPass)
            case .both(let before, let after):
                var differences = Field.differences(before.fields, after.fields)
                if before.kind != after.kind { differences.append("what is asked") }
                if ports.0 != ports.1, after.asksServicePort { differences.append("the service's port") }
                note(.check, after.name, differences, of: new.name, effect: .mustPass)
                if before != after { fallBack(.check, after.name, of: new.name, effect: .mustPass) }
            }
        }
    }

    // MARK: Small parts

    private mutating func compare<Value: Hashable>(
        _ subject: Subject, _ old: [Value], _ new: [Value], removal: Effect?, of service: String? = nil
    ) {
        for value in old where !new.contains(value) {
            add(.removed, subject, "\(value)", of: service, effect: removal)
        }
        for value in new where !old.contains(value) { add(.added, subject, "\(value)", of: service) }
    }

    mutating func note(
        _ subject: Subject, _ name: String, _ differences: [String], of service: String? = nil, effect: Effect? = nil
    ) {
        guard !differences.isEmpty else { return }
        add(.changed, subject, name, of: service, differences, effect: effect)
    }

    mutating func add(
        _ kind: Kind, _ subject: Subject, _ name: String, of service: String? = nil, _ details: [String] = [],
        effect: Effect? = nil
    ) {
        all.append(
            Change(kind: kind, subject: subject, name: name, service: service, details: details, effect: effect))
    }

    /// Two values that differ where no field says so: a key that is missing in `Fields`. Said all the same.
    private mutating func fallBack(_ subject: Subject, _ name: String, of service: String? = nil, effect: Effect? = nil)
    {
        let isSaid = all.contains { ($0.subject, $0.name, $0.service) == (subject, name, service) }
        if !isSaid { add(.changed, subject, name, of: service, effect: effect) }
    }
}

extension SiteHost {
    /// Only anchors announce them.
    fileprivate func covers(_ network: Network) -> [Prefix] { site.isAnchor ? network.covers : [] }
}

/// What an old and a new list have in common, and what only one of them has.
private enum Pair<Value> {
    case removed(Value)
    case added(Value)
    case both(Value, Value)

    /// Those that were removed first, then the new list in its order. Values that share a key are told apart by their
    /// order.
    static func all<Key: Hashable>(_ old: [Value], _ new: [Value], by key: (Value) -> Key) -> [Self] {
        var rest: [Key: [Value]] = [:]
        for value in old.reversed() { rest[key(value), default: []].append(value) }
        let kept = new.map { value in (rest[key(value)]?.popLast()).map { Self.both($0, value) } ?? .added(value) }
        let removed = old.compactMap { value in rest[key(value)]?.popLast() }
        return removed.map(Self.removed) + kept
    }
}

extension Service {
    /// How we serve it at a site; nil where another program does.
    public func serve(at site: String) -> DNSServe? {
        serve.flatMap { $0.sites.contains(site) ? $0.dns : nil }
    }
}

extension Service {
    fileprivate var addressText: String { listed(addresses.map(\.description)) }
}

extension Check {
    fileprivate var asksServicePort: Bool { if case .dns(let check) = kind { check.port == nil } else { false } }
}
