import Config
import Files
import Glibc
import Internet
import Net
import Peers
import Planner
import Testing

@Suite("A plan of a file")
struct PlannerTests {
    /// Two sites; the neighbors of the first are a test's own.
    private static let text = """
        network: {name: two, asn: 65000, prefixes: [203.0.113.0/24, 2001:db8:113::/48]}
        sites:
          fra:
            place: FRA
            capacity: {queries: 800k}
            hosts: {fra1: {unicast: [192.0.2.2, "2001:db8:0:1::2"]}}
            neighbors: NEIGHBORS
          sin:
            place: SIN
            hosts: {sin1: {unicast: 192.0.2.6}}
            neighbors: [{name: straits, address: 192.0.2.5, asn: 64502, role: provider}]
        services:
          dns: {addresses: [203.0.113.53, "2001:db8:113::53"], checks: [{tcp: {port: 53}, every: 1s, timeout: 500ms}]}

        """
    /// rhine and straits peer; AS65541 buys from rhine, AS65542 from both; nobody reaches the last two.
    private static let graph = "64501|64502|0\n64501|65541|-1\n64501|65542|-1\n64502|65542|-1\n65549|65550|0\n"
    private static let usual = "[{name: rhine, address: 192.0.2.1, asn: 64501, role: provider}]"

    private func network(_ neighbors: String = usual) throws -> Network {
        try Network.load(text: Array(Self.text.replacing("NEIGHBORS", with: neighbors).utf8), path: "two.yaml").get()
    }

    private func planned(
        _ neighbors: String = usual, _ pace: Pace = Pace(), _ change: (inout PlanOptions) -> Void = { _ in }
    ) throws -> Plan {
        try withFile(Self.graph) { path in
            var options = PlanOptions()
            options.graph = .file(path)
            change(&options)
            return try Plan(try network(neighbors), from: "two.yaml", options, pace)
        }
    }

    private func landing(_ plan: Plan, _ asn: UInt32) -> String? {
        plan.surroundings.graph.position(of: ASN(asn)).flatMap { plan.outcome.site(at: $0) }.map {
            plan.deployment.sites[$0].name
        }
    }

    /// What a plan is refused with.
    private func complaint(_ neighbors: String = usual, _ change: (inout PlanOptions) -> Void = { _ in }) throws
        -> String
    {
        do { _ = try planned(neighbors, Pace(), change) } catch let error as PlanError {
            switch error {
            case .input(let text): return text
            case .file(let lines): return lines.joined(separator: "\n")
            }
        }
        return "no complaint"
    }

    private func withFile<Value>(_ text: String, _ body: (String) throws -> Value) throws -> Value {
        let path = "/tmp/landfall-planner-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        try File.write(Array(text.utf8), to: path)
        defer { unlink(path) }
        return try body(path)
    }

    @Test("examples/three-sites.yaml lands as its rehearsal expects")
    func threeSites() throws {
        let text = try File.read("\(Repository.root)/examples/three-sites.yaml", limit: 1 << 20)
        let network = try Network.load(text: text, path: "three-sites.yaml").get()
        let plan = try Plan(network, from: "three-sites.yaml", PlanOptions())
        let expected: [UInt32: String] = [
            65541: "fra", 65542: "fra", 65548: "fra", 65543: "sin", 65544: "sin", 65545: "sin", 65546: "gru",
            65547: "gru",
        ]
        for (asn, site) in expected { #expect(landing(plan, asn) == site, "AS\(asn)") }
        #expect(plan.summary.nowhere.ases == 0 && !plan.trust.isCalibrated && plan.notes.isEmpty)
        #expect(plan.surroundings.name(of: ASN(64501)) == "rhine (AS64501)")
    }

    @Test("an AS that no link reaches has no route, and is counted")
    func alone() throws {
        let plan = try planned()
        #expect(landing(plan, 65541) == "fra" && landing(plan, 65542) == "fra" && landing(plan, 65549) == nil)
        #expect(plan.summary.nowhere.ases == 2 && plan.surroundings.graph.count == 6)
        #expect(plan.deployment.sites.map(\.queriesPerSecond) == [800_000, nil])
    }

    @Test("prepends, standby and NO_EXPORT are planned as an agent announces them; other communities are named")
    func announcements() throws {
        let prepended = try planned("[{name: rhine, address: 192.0.2.1, asn: 64501, role: provider, prepend: 2}]")
        #expect(landing(prepended, 65541) == "fra" && landing(prepended, 65542) == "sin")
        let standby = try planned("[{name: rhine, address: 192.0.2.1, asn: 64501, role: provider, standby: true}]")
        #expect(standby.deployment.sessions[0].origination.prepend == 3 && landing(standby, 65542) == "sin")
        let local = try planned("[{name: rhine, address: 192.0.2.1, asn: 64501, role: provider, scope: local}]")
        #expect(landing(local, 64501) == "fra" && landing(local, 65541) == nil && local.notes.isEmpty)
        let tagged = try planned(
            "[{name: rhine, address: 192.0.2.1, asn: 64501, role: provider, communities: [\"64501:70\"]}]")
        #expect(tagged.notes.count == 1 && tagged.notes[0].contains("64501:70 (fra to rhine)"))
    }

    @Test("what an IPv6 prefix is planned with is said")
    func families() throws {
        let six = try #require(Prefix("2001:db8:113::/48"))
        #expect(try complaint { $0.prefix = six }.contains("no site has a neighbor that 2001:db8:113::/48"))
        let both =
            "[{name: rhine, address: 192.0.2.1, asn: 64501, role: provider}, "
            + "{name: rhine6, address: \"2001:db8:0:1::1\", asn: 64501, role: provider}]"
        let plan = try planned(both) { $0.prefix = six }
        #expect(plan.notes.count == 2 && plan.notes[0].contains("is IPv6, and the graph knows the links of IPv4"))
        #expect(plan.notes[1] == "sin announces nothing: it has no IPv6 neighbor in this plan.")
        #expect(landing(plan, 65542) == "fra" && plan.deployment.sessions.count == 1)
    }

    @Test("sessions that the graph can't express are refused or named")
    func strangers() throws {
        let neighbors =
            "[{name: rhine, address: 192.0.2.1, asn: 64501, role: provider}, "
            + "{name: elbe, address: 192.0.2.9, asn: 64777, role: provider}, "
            + "{name: core, address: 192.0.2.10, asn: 65000, role: internal}, "
            + "{name: ix, address: 192.0.2.13, asn: 64502, role: route-server}]"
        let network = try network(neighbors)
        try withFile("64501|64502|0\n64501|65541|-1\n") { path in
            var options = PlanOptions()
            options.graph = .file(path)
            let error = #expect(throws: PlanError.self) { try Plan(network, from: "two.yaml", options) }
            let said =
                "two.yaml: fra's neighbor elbe is AS64777, which isn't in \(path); --skip-unknown leaves such sessions out"
            #expect(error == .file([said]))
            options.skipsUnknown = true
            let plan = try Plan(network, from: "two.yaml", options)
            #expect(plan.deployment.sessions.map(\.neighbor) == ["rhine", "ix", "straits"] && plan.notes.count == 3)
            #expect(plan.notes[0].contains("elbe is AS64777") && plan.notes[1].contains("core isn't in this plan"))
            options.graph = .own
            let lack = #expect(throws: PlanError.self) { try Plan(network, from: "two.yaml", options) }
            guard case .input(let text) = lack else { throw PeerError("\(String(describing: lack))") }
            #expect(
                text.hasPrefix("plan: two.yaml doesn't say what surrounds the sites (internet); --graph FILE takes"))
        }
    }

    @Test("measured landings stand in place of predicted ones, and the plan says what it had predicted")
    func catchment() throws {
        let plan = try withFile("as,site\n65541,sin\n65542,fra\n65549,sin\n") { path in
            try planned { $0.catchment = path }
        }
        #expect(landing(plan, 65541) == "sin" && landing(plan, 65549) == "sin" && plan.summary.measured.ases == 3)
        #expect(plan.score?.right == 1 && plan.score?.ases == 3 && plan.trust == .uncalibrated)
    }

    @Test("weights give loads, and a total load scales them")
    func weights() throws {
        let plan = try withFile("as,users\n65541,30\n65542,10\n65549,60\n") { path in
            try planned { ($0.weights, $0.queriesPerSecond) = (.table(path), 1_000_000) }
        }
        let fra = plan.summary.sites[0]
        #expect(plan.clients.queriesPerSecond(fra.load.mean) == 400_000 && plan.summary.nowhere.share == 0.6)
        let cones = try planned { $0.weights = .cone }
        #expect(cones.clients.total == 9 && cones.clients.queriesPerWeight == nil)
    }

    @Test("prefixes are mapped by VRPs, as rpki-client and Routinator write them")
    func payloads() throws {
        let landings = "prefix,site\n198.51.100.0/25,sin\n10.0.0.0/8,sin\n"
        for number in ["65541", "\"AS65541\""] {
            let vrps = #"{"metadata": {}, "roas": [{"asn": \#(number), "prefix": "198.51.100.0/24", "maxLength": 24}]}"#
            let plan = try withFile(vrps) { origins in
                try withFile(landings) { path in try planned { ($0.catchment, $0.origins) = (path, origins) } }
            }
            #expect(landing(plan, 65541) == "sin" && plan.catchment?.unmapped == 1)
        }
        let broken: [(String, String)] = [
            (
                #"{"roas": [{"asn": 1, "prefix": "198.51.100.0/24"}, {"asn": 1, "prefix": "x"}]}"#,
                "roas.[1].prefix: \"x\" is"
            ),
            (#"{"roas": [{"asn": "x", "prefix": "198.51.100.0/24"}]}"#, "roas.[0].asn: \"x\" is no AS number"),
            (#"{"rows": []}"#, "roas"), (#"{"roas": ["#, ""),
        ]
        for (text, part) in broken {
            let said = try withFile(text) { path in try complaint { $0.origins = path }.replacing(path, with: "FILE") }
            #expect(said.hasPrefix("FILE: ") && said.contains(part), "\(said)")
        }
    }

    @Test("bad input is named with its file")
    func faults() throws {
        let said = try withFile("as,site\n1,x,\n") { path in
            try complaint { $0.catchment = path }.replacing(path, with: "FILE")
        }
        #expect(said == "FILE:2:1: 3 fields, but the first line names 2 columns")
        let graph = try withFile("1|2|-1\n2|3|-1\n3|1|-1\n") { path in
            try complaint { $0.graph = .file(path) }.replacing(path, with: "FILE")
        }
        #expect(graph.hasPrefix("FILE:1:1: providers in a circle"))
        #expect(try complaint { $0.graph = .file("/nowhere/x") } == "/nowhere/x: No such file or directory")
        #expect(try complaint { $0.prefix = Prefix("10.0.0.0/8") }.contains("203.0.113.0/24, 2001:db8:113::/48 are"))
        let open = try withFile("64501|64502|0\n64501|65541|-1\n") { path in
            try complaint { ($0.graph, $0.ties) = (.file(path), .nearest) }
        }
        #expect(open.contains("nobody says where the ASes of"))
    }

    @Test("what plans say of experiments is what the documents have")
    func experiments() throws {
        let section = try Repository.text("docs/accuracy.md").split(separator: "## ").first { $0.hasPrefix("By pings") }
        let rows = try #require(section).split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2)
        func column(_ number: Int) -> [Double] {
            rows.compactMap { row in
                let cells = row.split(separator: "|").map { String($0.filter { $0 != " " && $0 != "%" }) }
                return cells.count > number ? Double(cells[number]).map { $0 / 100 } : nil
            }.sorted()
        }
        #expect(column(2) == Trust.experiments)
        #expect(column(7).first == Trust.singleRoutes.lowerBound && column(7).last == Trust.singleRoutes.upperBound)
    }

    @Test("a deadline that is over leaves ties out, and says so")
    func deadline() throws {
        let plan = try planned(Self.usual, Pace(deadline: .zero))
        #expect(!plan.outcome.knowsTies && plan.notes.first?.hasPrefix("The deadline passed before ties") == true)
        #expect(plan.notes.allSatisfy { $0.hasPrefix("The deadline passed") })
    }

    @Test("a large graph is kept in a form that is read faster, and a damaged copy is made again")
    func cache() throws {
        let folder = "/tmp/landfall-cache-\(getpid())"
        defer {
            for name in File.names(in: folder) { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        var made = SyntheticInternet.Options()
        made.ases = 6000
        let graph = SyntheticInternet(made).graph
        let text = String(decoding: graph.text(), as: UTF8.self) + "64501|64502|0\n"
        try withFile(text) { path in
            let first = try planned { ($0.graph, $0.cacheFolder) = (.file(path), folder) }
            let kept = File.names(in: folder)
            #expect(kept.count == 1 && kept[0].hasSuffix(".graph"))
            let copy = "\(folder)/\(kept[0])"
            let whole = try File.read(copy, limit: 1 << 24)
            #expect(try GraphCache.decode(whole) == first.surroundings.graph)
            try File.write(Array(whole.dropLast()), to: copy)
            let again = try planned { ($0.graph, $0.cacheFolder) = (.file(path), folder) }
            #expect(again.surroundings.graph == first.surroundings.graph)
            #expect(try File.read(copy, limit: 1 << 24) == whole)
        }
    }
}

extension File {
    fileprivate static func names(in folder: String) -> [String] {
        guard let open = opendir(folder) else { return [] }
        defer { closedir(open) }
        var names: [String] = []
        while let next = readdir(open) {
            let name = withUnsafeBytes(of: next.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }
}
