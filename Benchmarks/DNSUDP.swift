import Peers

/// `landfall serve` and NSD with one thread or process each, the same zone and the same queries, in turns.
let dnsUDP = Subject(name: "dns-udp", summary: "processor time per UDP query, beside NSD") {
    let sandbox = try await Sandbox(fresh: false)
    let zone = sandbox.folder + "/example.org.zone"
    try writeFile(zone, Zone.text)
    let ours = try await Served(".build/release/landfall", zones: [zone], port: 5300, in: sandbox)
    let nsd = try await NSD(
        in: sandbox, addresses: ["127.0.0.1"], port: 5301, zones: [(name: "example.org", file: zone)])
    var load = DNSLoad(sandbox: sandbox, queries: Zone.positive)
    var measurements: [Measurement] = []
    for (measure, queries) in [("a name that exists", Zone.positive), ("a name that doesn't", Zone.negative)] {
        load.queries = queries
        var (mine, theirs): ([Double], [Double]) = ([], [])
        for _ in 0..<5 {
            mine.append(try await load.cpuPerQuery(of: ours.child, at: "127.0.0.1", port: 5300, seconds: 3))
            theirs.append(try await load.cpuPerQuery(of: nsd.child, at: "127.0.0.1", port: 5301, seconds: 3))
        }
        measurements.append(
            Measurement(
                subject: "dns-udp", measure: measure, unit: "µs CPU/query", ours: median(mine), peer: median(theirs),
                peerName: "NSD", ratio: median(mine) / median(theirs)))
    }
    await ours.child.stop()
    await nsd.stop()
    return measurements
}

private enum Zone {
    static let names = (0..<1000).map { "host\($0)" }
    static let positive = names.map { "\($0).example.org A" }
    static let negative = names.map { "absent-\($0).example.org A" }

    static let text = """
        $ORIGIN example.org.
        $TTL 300
        @ IN SOA ns1 hostmaster 1 7200 3600 1209600 300
        @ IN NS ns1
        ns1 IN A 192.0.2.53

        """ + names.enumerated().map { "\($1) IN A 192.0.2.\($0 % 250 + 1)\n" }.joined()
}
