import Peers

/// A zone of 100,000 names, from the start of the server to its first answer: processor time, and memory after it.
let zoneLoad = Subject(name: "zone-load", summary: "processor time and memory of a zone of 100,000 names, beside NSD") {
    let sandbox = try await Sandbox(fresh: false)
    let zone = sandbox.folder + "/example.org.zone"
    try writeFile(zone, zoneText)
    var (mine, theirs) = (Costs(), Costs())
    for _ in 0..<5 {
        let ours = try await Served(".build/release/landfall", zones: [zone], port: 5300, in: sandbox)
        try await mine.add(ours.child, port: 5300, in: sandbox)
        await ours.stop()
        let nsd = try await NSD(
            in: sandbox, addresses: ["127.0.0.1"], port: 5301, zones: [(name: "example.org", file: zone)])
        try await theirs.add(nsd.child, port: 5301, in: sandbox)
        await nsd.stop()
    }
    let rows = [("processor time", "s", mine.cpu, theirs.cpu), ("memory", "MB", mine.memory, theirs.memory)]
    return rows.map { measure, unit, ours, peer in
        Measurement(
            subject: "zone-load", measure: measure, unit: unit, ours: median(ours), peer: median(peer), peerName: "NSD",
            ratio: median(ours) / median(peer))
    }
}

private struct Costs {
    var cpu: [Double] = []
    var memory: [Double] = []

    /// What a server has used by the time it answers for the last name of the file.
    mutating func add(_ server: Child, port: Int, in sandbox: Sandbox) async throws {
        try await eventually("\(server.name) answers", within: .seconds(60)) {
            let reply = try await Dig.ask("host99999.example.org A", at: "127.0.0.1", port: port, in: sandbox)
            return reply.status == "NOERROR"
        }
        cpu.append(cpuSeconds(of: server.id))
        memory.append(megabytes(of: server.id))
    }
}

private let zoneText =
    """
    $ORIGIN example.org.
    $TTL 300
    @ IN SOA ns1 hostmaster 1 7200 3600 1209600 300
    @ IN NS ns1
    ns1 IN A 192.0.2.53

    """ + (0..<100_000).map { "host\($0) IN A 192.0.2.\($0 % 250 + 1)\n" }.joined()
