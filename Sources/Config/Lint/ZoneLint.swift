internal import DNS
internal import Health
internal import Net

/// What zones say about the servers of a zone, and about the checks. Asked of the responder that will answer for them, so
/// that a wildcard, an alias or a delegation means here what it means to a client.
extension Lint {
    mutating func lintZones() {
        for service in network.services {
            guard let serve = service.serve else { continue }
            lintIdentity(serve, of: service)
            lintSameData(serve, of: service)
            let all = serve.dns.zones.compactMap { zones[$0.path] }
            guard all.count == serve.dns.zones.count else { continue }
            let library = ZoneLibrary(all)
            for (index, zone) in all.enumerated() {
                let way: [KeyStep] = ["services", .key(service.name), "serve", "dns", "zones", .index(index)]
                lintServers(of: zone, library, at: way)
                lintIterations(of: zone, library, at: way)
            }
            for (index, check) in service.checks.enumerated() {
                guard case .dns(let dns) = check.kind, dns.port ?? serve.dns.port == serve.dns.port else { continue }
                lint(dns, library, at: ["services", .key(service.name), "checks", .index(index), "dns"])
            }
        }
    }

    private mutating func lintIdentity(_ serve: Serve, of service: Service) {
        guard let identity = serve.dns.identity, serve.sites.count > 1, !identity.contains("{site}"),
            !identity.contains("{host}")
        else { return }
        report(
            .identitySame, at: ["services", .key(service.name), "serve", "dns", "identity"],
            "every site says \(quoted(identity)): nobody can tell which one answered (RFC 5001, RFC 4892)",
            instead: "identity: \"{site}\", or \"\" to hide it")
    }

    private mutating func lintSameData(_ serve: Serve, of service: Service) {
        guard serve.dns.sameData != nil else { return }
        let hosts = network.sites.filter { serve.sites.contains($0.name) }.flatMap(\.hosts)
        let silent = hosts.filter(\.unicast.isEmpty).map(\.name)
        guard hosts.count > 1, !silent.isEmpty else { return }
        report(
            .sameDataUnreachable, at: ["services", .key(service.name), "serve", "dns", "same-data"],
            "\(listed(silent)) can't be asked which zones are there: no unicast address",
            instead: "hosts: {\(silent[0]): {unicast: …}}")
    }

    /// RFC 9276 §3.1.
    private mutating func lintIterations(of zone: Zone, _ library: ZoneLibrary, at way: [KeyStep]) {
        guard let iterations = library.iterations(of: zone), iterations > 0 else { return }
        report(
            .nsec3Iterations, at: way,
            "\(zone.origin.spoken) is signed with \(iterations) additional NSEC3 iterations: work for everybody, safety for nobody",
            instead: "0 iterations and no salt, when it is signed next")
    }

    /// All of the names that a check may ask for have to be wrong for the check to be.
    private mutating func lint(_ check: DNSCheck, _ library: ZoneLibrary, at way: [KeyStep]) {
        let key: KeyStep = check.alternatives.isEmpty ? "name" : "names"
        if check.rcode != .refused, !check.names.contains(where: library.holds) {
            report(
                .nameNotServed, at: way + [key],
                "\(check.name.spoken) is in none of the zones that are served here: the answer is REFUSED, the check never passes, and "
                    + "nothing is announced",
                instead: "a name in \(listed(library.zones.map { $0.origin.spoken }))")
            return
        }
        let complaints = check.names.compactMap { name in
            library.ask(name, check.type).flatMap { check.complaint(about: $0) }
        }
        guard complaints.count == check.names.count, let complaint = complaints.first else { return }
        report(
            .zoneContradictsCheck, at: way + [key],
            "the zone answers \(check.name.spoken) \(check.type) otherwise: \(complaint); the check fails at every site, and nothing is "
                + "announced",
            instead: "what the zone says, or the record in the zone")
    }

    private mutating func lintServers(of zone: Zone, _ library: ZoneLibrary, at way: [KeyStep]) {
        let servers = library.servers(of: zone)
        guard servers.count > 1 else {
            report(
                .oneNameServer, at: way,
                "\(zone.origin.spoken) has one name server: when its address can't be reached, the zone is gone (RFC 2182 §5)",
                instead: "a second NS, reached by another prefix and other neighbors")
            return
        }
        let addresses = servers.map(library.addresses)
        lintUnserved(zip(servers, addresses).map { ($0, $1) }, at: way)
        let all = addresses.flatMap(\.self)
        guard addresses.allSatisfy({ !$0.isEmpty }), all.allSatisfy({ network.prefix(containing: $0) != nil }) else {
            return
        }
        let perFamily = Family.allCases.map { family in
            Set(all.filter { $0.family == family }.compactMap(network.prefix(containing:))).count
        }
        lintFate(of: zone, isOnePrefix: perFamily.allSatisfy { $0 <= 1 }, at: way)
    }

    /// RFC 2182 §3.1, RFC 9199 §3.1.
    private mutating func lintFate(of zone: Zone, isOnePrefix: Bool, at way: [KeyStep]) {
        if isOnePrefix {
            report(
                .nameServersOnePrefix, at: way,
                "all name servers of \(zone.origin.spoken) are in one prefix: a hijack, a filter or a withdrawal takes all of them",
                instead: "an NS outside of it: a second prefix by other neighbors, or somebody else's server")
        } else {
            report(
                .nameServersOneNeighborSet, at: way,
                "all name servers of \(zone.origin.spoken) are announced by the same sites to the same neighbors: they fail together",
                instead: "an NS that other sites or somebody else's network announce")
        }
    }

    private mutating func lintUnserved(_ servers: [(Name, [Address])], at way: [KeyStep]) {
        let served = Set(network.services.flatMap(\.addresses))
        for (server, addresses) in servers {
            for address in addresses where network.prefix(containing: address) != nil && !served.contains(address) {
                report(
                    .nameServerUnserved, at: way,
                    "the name server \(server.spoken) has the address \(address), which is announced, and no service has it: whoever "
                        + "asks there gets no answer",
                    instead: "addresses: [\(address), …] at the service, or another address in the zone")
            }
        }
    }
}

/// Zones with the responder that answers from them.
private struct ZoneLibrary {
    let zones: [Zone]
    private let responder: Responder

    init(_ zones: [Zone]) { (self.zones, responder) = (zones, Responder(zones: Zones(zones))) }

    func holds(_ name: Name) -> Bool { zones.contains { name.isWithin($0.origin) } }

    func ask(_ name: Name, _ type: RecordType) -> Message? {
        var (responder, answer) = (responder, [UInt8]())
        guard let query = try? Message.query(id: 0, Question(name, type)).encode() else { return nil }
        _ = responder.respond(to: query.span, over: .tcp, into: &answer)
        return try? Message(answer)
    }

    /// What the zone's apex names.
    func servers(of zone: Zone) -> [Name] {
        records(zone.origin, .ns).compactMap { Name(RecordData.describe($0.data, type: .ns)) }
    }

    /// Empty where that is for another zone to say.
    func addresses(of server: Name) -> [Address] {
        guard holds(server) else { return [] }
        return (records(server, .a) + records(server, .aaaa)).compactMap { Address(bytes: $0.data) }
    }

    /// nil where denials aren't hashed.
    func iterations(of zone: Zone) -> Int? {
        let data = records(zone.origin, .nsec3param).first?.data ?? []
        return data.count > 4 ? Int(data[2]) << 8 | Int(data[3]) : nil
    }

    private func records(_ name: Name, _ type: RecordType) -> [Record] {
        ask(name, type)?.answers.filter { $0.type == type } ?? []
    }
}

extension Name {
    /// Without the final dot, as people say it.
    var spoken: String { isRoot ? "." : String(description.dropLast()) }
}
