import Glibc
import Peers

extension DNSBench {
    private static let rate = 20_000
    private static let records = 1_000_000

    /// A zone of a million records is replaced while 20,000 queries a second arrive. Ours is what an operator runs: an agent,
    /// which starts the service anew.
    func reloadUnderLoad(into results: inout DNSResults) async throws {
        var all: [DNSContender: ReloadFigures] = [:]
        for contender in DNSContender.servers {
            say("dns: a reload under load, \(contender.rawValue)")
            all[contender] = try await reload(contender)
        }
        results.add("reload under \(Self.rate) queries/s", "queries lost", all.mapValues { [$0.lost] })
        results.add("", "until the new zone answers, s", all.mapValues { [$0.seconds] })
        results.add("", "longest wait for an answer, ms", all.mapValues { [$0.longest] })
        if let lost = all[.landfall]?.lost, lost > 0 { results.complain("a reload lost \(Int(lost)) queries") }
    }

    private func reload(_ contender: DNSContender) async throws -> ReloadFigures {
        let place = try await Sandbox()
        chmod(place.folder, 0o777)  // landfall becomes nobody, and makes its socket and its state here
        let zone = try DNSZone.hosts(Self.records, in: place.folder)
        let queries = try DNSQueries(
            "reload", (0..<90_000).map { "host\($0).example.org A" }, in: place.folder)
        let child = try await run(contender, zone, in: place)
        try await serves(1, in: place)
        async let load = ask("\(Self.address):53", queries, "rate:\(Self.rate)", seconds: 20, in: place)
        try await Task.sleep(for: .seconds(2))
        _ = try DNSZone.hosts(Self.records, serial: 2, in: place.folder)
        let clock = ContinuousClock.now
        child.signal(SIGHUP)
        try await serves(2, in: place)
        let seconds = (ContinuousClock.now - clock) / .seconds(1)
        let figures = try await load
        await child.stop()
        guard figures["wrong"] == 0, seconds < 16 else {
            throw PeerError("\(contender.rawValue), a reload: \(figures)")
        }
        return ReloadFigures(lost: figures["lost"], seconds: seconds, longest: figures["max"] / 1000)
    }

    private static let address = "203.0.113.53"

    private func serves(_ serial: Int, in place: Sandbox) async throws {
        try await eventually("serial \(serial) is served", within: .seconds(30)) {
            let reply = try await Dig.ask("example.org SOA", at: Self.address, in: place)
            return reply.answer.first?.contains("hostmaster.example.org. \(serial) ") == true
        }
    }

    private func run(_ contender: DNSContender, _ zone: DNSZone, in place: Sandbox) async throws -> Child {
        for address in [Self.address, "192.0.2.2"] { try await place.ip("addr add \(address)/32 dev lo") }
        let zones = [(name: zone.name, file: zone.file)]
        if contender == .nsd {
            return try await NSD(
                in: place, addresses: [Self.address], zones: zones, more: DNSContender.settingsOfNSD, core: serverCore
            ).child
        }
        if contender == .knot {
            return try await Knot(in: place, addresses: [Self.address], zones: zones, core: serverCore).child
        }
        let name = place.folder + "/agent"
        try writeFile(name + ".yaml", Self.agent(zone))
        let options = ["--socket", name + ".socket", "--state", name + ".state", "--events", name + ".events"]
        return try place.start(
            Landfall.path, ["run", name + ".yaml", "--site", "fra", "--quiet"] + options, core: serverCore)
    }

    private static func agent(_ zone: DNSZone) -> String {
        """
        network: {name: reload, asn: 65000, prefixes: [\(address)/32]}
        sites:
          fra:
            place: FRA
            hosts: {fra1: {unicast: 192.0.2.2}}
            neighbors: [{name: none, address: 192.0.2.1, asn: 64500, role: provider}]
        services:
          dns:
            addresses: [\(address)]
            serve: {dns: {zones: [\(zone.file)]}}
            checks: [{dns: {name: example.org, type: SOA}}]

        """
    }
}

private struct ReloadFigures {
    var lost, seconds, longest: Double
}
