import Internet
import Net
import Testing

@Suite("Tables of weights, landings and origins")
struct TableTests {
    private let graph: ASGraph
    private let origins: Origins

    private static let announced = """
        as,prefix
        11,192.0.2.0/24
        12,192.0.2.128/25
        12,198.51.100.0/24
        11,198.51.100.0/24
        12,2001:db8::/32
        0,203.0.113.0/24
        """

    init() throws {
        graph = try ASGraph([.provider(ASN(10), of: ASN(11)), .provider(ASN(10), of: ASN(12))])
        origins = try Origins(table: Array(Self.announced.utf8))
    }

    private func readWeights(_ text: String, _ origins: Origins? = nil) throws -> Weights {
        try Weights(Array(text.utf8), for: graph, origins)
    }

    private func readLandings(_ text: String, _ origins: Origins? = nil) throws -> Catchment {
        try Catchment(Array(text.utf8), for: graph, sites: ["fra", "sin"], origins)
    }

    private func weight(_ weights: Weights, _ asn: UInt32) throws -> Double {
        weights.clients.weights[try #require(graph.position(of: ASN(asn)))]
    }

    @Test("numbers of one AS are added up, and those of ASes that nobody knows are counted with their share")
    func weights() throws {
        let read = try readWeights(
            "as,country,users\nAS11,DE,30\n11,\"FR, BE\",10\r\n# a remark\n\n77,US,60\n78,US,0\n")
        #expect(try weight(read, 11) == 40 && weight(read, 12) == 0)
        #expect(read.records == 4 && read.repeated == 1 && read.uncounted == 2 && read.strange == ["country"])
        #expect(read.unknown.count == 2 && read.unknown.share == 0.6 && read.clients.unit == .users)
        #expect(read.clients.queriesPerWeight == nil)
    }

    @Test("a prefix counts for whoever announces the longest one around it")
    func prefixes() throws {
        let read = try readWeights(
            "prefix,queries\n192.0.2.0/26,1\n192.0.2.129,2\n198.51.100.0/25,4\n203.0.113.0/24,8\n2001:db8:1::/48,16\n",
            origins)
        #expect(try weight(read, 11) == 5 && weight(read, 12) == 18)
        #expect(read.ambiguous == 1 && read.unmapped.count == 1 && read.unmapped.share == 8 / 31)
        #expect(read.clients.queriesPerWeight == 1)
        #expect(origins.count == 5)
        #expect(origins.ases(of: try #require(Prefix("192.0.0.0/16"))) == [])
        #expect(origins.ases(of: try #require(Prefix("198.51.100.0/24"))) == [ASN(11), ASN(12)])
    }

    @Test("a table may have the queries of each hour")
    func hours() throws {
        let names = (0..<24).map { "h\($0 < 10 ? "0" : "")\($0)" }
        let read = try readWeights(
            "as,\(names.joined(separator: ","))\n12,\((0..<24).map { "\($0)" }.joined(separator: ","))\n")
        let position = try #require(graph.position(of: ASN(12)))
        #expect(read.clients.hasHours && read.clients.weights[position] == 11.5)
        #expect(read.clients.weight(at: position, hour: 23) == 23 && read.clients.unit == .queries)
    }

    @Test("an AS that was seen at two sites is divided among them, and what can't be used is counted")
    func landings() throws {
        let read = try readLandings(
            "AS,Site,RTT,weight\n11,fra,10,3\n11,sin,50,1\n12,sin,,\n77,fra,,\n10,ams,,\n10,\"a\u{1b}[2J\",,\n")
        #expect(read.landings.count == 2 && read.divided == 1 && read.unknown == 1 && read.elsewhere == 2)
        let split = try #require(read.landings.first { $0.parts.count == 2 })
        #expect(split.parts == [.init(site: 0, share: 0.75), .init(site: 1, share: 0.25)] && split.roundTrip == 20)
        #expect(read.strangeSites == ["ams", "a [2J"])
        let mapped = try readLandings("prefix,site\n192.0.2.0/25,fra\n10.0.0.0/8,fra\n", origins)
        #expect(mapped.landings.count == 1 && mapped.unmapped == 1 && mapped.unmappedShare == 0.5)
    }

    @Test("origins are read as validators export them, AS0 left out")
    func validators() throws {
        let text = "ASN,IP Prefix,Max Length,Trust Anchor\nAS11,192.0.2.0/24,24,ripe\nAS0,198.51.100.0/24,24,ripe\n"
        #expect(try Origins(table: Array(text.utf8)).count == 1)
    }

    private static let faults: [(String, String)] = [
        ("", "nothing is in here"),
        ("as,users", "no AS of the graph counts for anything"),
        ("as;users\n1;2\n", "1:1: columns are separated by semicolons here; commas are read"),
        ("as,users\n11,x\n", "2:4: \"x\" where a number from 0 to 10^15 should be"),
        ("as,users\n11,-1\n", "2:4: \"-1\" where a number"),
        ("as,users\n11,1e999\n", "2:4: \"1e999\" where a number"),
        ("as,users\n11,nan\n", "2:4: \"nan\" where a number"),
        ("as,users\n11,9999999999999999\n", "2:4: \"9999999999999999\" where a number"),
        ("as,users\n11,\n", "2:4: nothing where a number should be"),
        ("as,users\n4294967296,1\n", "2:1: \"4294967296\" where an AS number"),
        ("as,users\n0,1\n", "2:1: \"0\" where an AS number"),
        ("as,users\n11,1,2\n", "2:1: 3 fields, but the first line names 2 columns"),
        ("as,users\n11,\"1\n", "2:4: a quoted field ends with a quote"),
        ("as,users,as\n", "1:10: the column \"as\" is here twice"),
        ("as,users,queries\n", "1:1: more than one of the columns"),
        ("as,h00,h01\n", "1:1: 2 columns of hours; all of h00 to h23"),
        ("as,people\n", "1:1: no column users, queries, weight or h00 to h23; the first line names \"as\", \"people\""),
        ("users\n", "1:1: no column \"as\" or \"prefix\""),
        ("prefix,users\n192.0.2.0/24,1\n", "1:1: prefixes without origins; --origins says"),
        ("as,users\n77,5\n", "no AS of the graph counts for anything"),
        ("as,users\n11," + String(repeating: "1", count: 70_000) + "\n", "2:1: a line of more than 65536 bytes"),
    ]

    @Test("what is wrong with weights is said with its line and column", arguments: faults)
    func weightFault(text: String, complaint: String) throws {
        let error = #expect(throws: TableError.self) { try readWeights(text) }
        #expect(error?.description.hasPrefix(complaint) == true, "\(error.map { "\($0)" } ?? "none")")
    }

    private static let landingFaults: [(String, String)] = [
        ("as,rtt\n", "1:1: no column \"site\""),
        ("as,site\n", "no landings are in here"),
        ("as,site\n11,\n", "2:4: nothing where a site should be"),
        ("as,site\n11,ams\n12,lhr\n", "no landing is at a site of the plan: ams, lhr; it has fra, sin"),
        ("as,site\n77,fra\n", "no AS in here is in the graph"),
        ("as,site,rtt\n11,fra,70000\n", "2:8: \"70000\" where milliseconds, at most 60000, should be"),
        ("as,site,whence\n11,fra,predicted\n", "2:8: \"predicted\" where \"measured\""),
        ("prefix,site\n192.0.2.0/33,fra\n", "1:1: prefixes without origins"),
    ]

    @Test("what is wrong with landings likewise", arguments: landingFaults)
    func landingFault(text: String, complaint: String) throws {
        let error = #expect(throws: TableError.self) { try readLandings(text) }
        #expect(error?.description.hasPrefix(complaint) == true, "\(error.map { "\($0)" } ?? "none")")
        let bad = #expect(throws: TableError.self) { try readLandings("prefix,site\n192.0.2.0/33,fra\n", origins) }
        #expect(bad?.description.hasPrefix("2:1: \"192.0.2.0/33\" where a prefix") == true)
    }

    @Test("a table that is cut or damaged anywhere is read or refused, and never more than that")
    func damage() throws {
        let whole = Array("as,prefix,site,rtt,weight\n11,,fra,1.5,2\n,192.0.2.0/24,\"s\"\"in\",,\n12,,sin,9,1\n".utf8)
        var (read, refused) = (0, 0)
        func attempt(_ bytes: [UInt8]) {
            do throws(TableError) {
                _ = try Catchment(bytes, for: graph, sites: ["fra", "sin"], origins)
                read += 1
            } catch {
                #expect(!error.description.isEmpty)
                refused += 1
            }
        }
        for length in whole.indices { attempt(Array(whole[..<length])) }
        for index in whole.indices {
            for byte: UInt8 in [0, 0x0a, 0x22, 0x2c, 0x2e, 0x39, 0xff] {
                var changed = whole
                changed[index] = byte
                attempt(changed)
            }
        }
        #expect(read > 50 && refused > 50)
    }
}
