import Internet
import Net
import Testing

@Suite("The AS graph")
struct GraphTests {
    static func graph(_ text: String) throws(GraphError) -> ASGraph { try ASGraph(text: Array(text.utf8)) }

    private func fault(_ text: String) -> String {
        do { _ = try Self.graph(text) } catch { return "\(error)" }
        return "none"
    }

    @Test("serial-1 and serial-2 are read, comments and all")
    func formats() throws {
        let serial1 = "# input clique: 1 2\n1|2|0\n1|3|-1\r\n\n2|4|-1\n"
        let serial2 = "# source:topology|BGP|20240801|ripe|rrc00\n1|2|0|bgp,mlp\n1|3|-1|bgp\n2|4|-1|bgp\n"
        let graph = try Self.graph(serial1)
        #expect(try Self.graph(serial2) == graph)
        #expect(graph.count == 4 && graph.transitLinks == 2 && graph.peeringLinks == 1)
        let one = try #require(graph.position(of: ASN(1)))
        #expect(graph.neighbors(.customer, of: one).map { graph.ases[Int($0)] } == [ASN(3)])
        #expect(graph.neighbors(.peer, of: one).map { graph.ases[Int($0)] } == [ASN(2)])
        let three = try #require(graph.position(of: ASN(3)))
        #expect(graph.relation(of: one, to: three) == .provider && graph.relation(of: three, to: one) == .customer)
        #expect(graph.position(of: ASN(5)) == nil && graph.position(of: ASN(0)) == nil)
    }

    @Test("customers stand before their providers")
    func order() throws {
        for seed in 0..<50 {
            let graph = try ASGraph(RandomCase(seed: UInt64(seed)).relationships)
            for position in 0..<graph.count {
                #expect(graph.neighbors(.provider, of: position).allSatisfy { $0 > position })
                #expect(graph.neighbors(.customer, of: position).allSatisfy { $0 < position })
                for relation in Relation.allCases {
                    let neighbors = graph.neighbors(relation, of: position)
                    #expect(neighbors.elementsEqual(neighbors.sorted()))
                }
            }
        }
    }

    @Test(
        "a fault names its line, its column and what would be right",
        arguments: [
            ("1|x7|0\n", "1:3: \"x7\" where an AS number, 1 to 4294967295, and a bar should be"),
            ("1|2|0\n1|3\n", "2:3: \"3\" where an AS number, 1 to 4294967295, and a bar should be"),
            ("1|2|1\n", "1:5: \"1\" where 0 (peers) or -1 (the first is a provider of the second) should be"),
            ("1|2|\n", "1:5: nothing where 0 (peers) or -1 (the first is a provider of the second) should be"),
            ("0|2|0\n", "1:1: \"0\" where an AS number, 1 to 4294967295, and a bar should be"),
            ("4294967296|2|0\n", "1:1: \"4294967296\" where an AS number, 1 to 4294967295, and a bar should be"),
            ("1|2|0\n3|4|-1", "2:1: the file ends in the middle of a line; fetch it again"),
            ("1|2|0\n7|7|0\n", "2:1: AS7 stands here as its own neighbor"),
            ("1|2|0\n1|3|0\n2|1|-1\n", "3:1: AS2 is a provider of AS1, but line 1 says that AS1 and AS2 are peers"),
            ("1|2|-1\n2|1|-1\n", "2:1: AS2 is a provider of AS1, but line 1 says that AS1 is a provider of AS2"),
            ("", "no relationships between ASes here"), ("# 1|2|0\n", "no relationships between ASes here"),
            ("\u{1b}[2J|2|0\n", "1:1: \" [2J\" where an AS number, 1 to 4294967295, and a bar should be"),
        ])
    func faults(text: String, message: String) { #expect(fault(text) == message) }

    @Test("providers in a circle are reported with the circle and its lines")
    func cycle() {
        let text = "9|1|-1\n1|2|-1\n8|9|0\n2|3|-1\n3|1|-1\n3|4|-1\n"
        do { _ = try Self.graph(text) } catch {
            guard case .providerCycle(let ases, let lines) = error.reason else {
                Issue.record("\(error)")
                return
            }
            #expect(Set(ases) == [ASN(1), ASN(2), ASN(3)] && lines.sorted() == [2, 4, 5])
            for (provider, customer) in zip(ases, ases.dropFirst() + ases.prefix(1)) {
                #expect(text.contains("\(provider.rawValue)|\(customer.rawValue)|-1"))
            }
            #expect("\(error)".hasPrefix("2:1: providers in a circle: AS"))
            return
        }
        Issue.record("a circle was accepted")
    }

    @Test("a link said twice counts once, in whichever order peers stand")
    func duplicates() throws {
        let graph = try Self.graph("1|2|0\n2|1|0\n1|3|-1\n1|3|-1\n")
        #expect(graph.peeringLinks == 1 && graph.transitLinks == 1)
    }

    @Test("a graph written as text reads back the same")
    func textRoundTrip() throws {
        for seed in 0..<50 {
            let graph = try ASGraph(RandomCase(seed: UInt64(seed)).relationships)
            let again = try ASGraph(text: graph.text())
            #expect(again == graph && again.text() == graph.text())
        }
    }

    @Test("text cut anywhere is an error or the graph of whole lines, never a crash")
    func truncations() {
        let text = Array("# c\n10|20|0|bgp\n10|30|-1|bgp\n20|40|-1|mlp\n".utf8)
        let ends = Set(text.indices.filter { text[$0] == UInt8(ascii: "\n") }.map { $0 + 1 })
        for length in 0..<text.count {
            let read = try? ASGraph(text: Array(text.prefix(length)))
            #expect((read != nil) == (ends.contains(length) && length > 4), "\(length)")
        }
    }

    @Test("the largest AS numbers have their place")
    func largeNumbers() throws {
        let graph = try Self.graph("4294967295|4200000000|-1\n4294967294|4294967295|0\n1|4294967294|0\n")
        #expect(graph.position(of: ASN(.max)).map { graph.ases[$0] } == ASN(.max))
        #expect(graph.count == 4)
    }

    @Test("cones, tiers and the clique are what they are in a graph drawn by hand")
    func statistics() throws {
        let graph = try Self.graph("1|2|0\n1|3|-1\n2|3|-1\n3|4|-1\n3|5|-1\n2|5|-1\n7|8|0\n")
        let cone = try #require(graph.position(of: ASN(3)))
        #expect(Set(graph.cone(of: cone).map { graph.ases[$0].rawValue }) == [3, 4, 5])
        let statistics = GraphStatistics(graph)
        #expect(statistics.ases == 7 && statistics.stubs == 4 && statistics.multihomedStubs == 1)
        #expect(statistics.providerFree == 4 && statistics.components == 2)
        #expect(statistics.clique == [ASN(1), ASN(2)])
        #expect(statistics.tiers == [4, 2, 1])
        #expect(statistics.largestCones.prefix(2).map(\.size) == [4, 4])
        #expect(statistics.degree.max == 4 && statistics.degree.p50 == 2)
    }
}
