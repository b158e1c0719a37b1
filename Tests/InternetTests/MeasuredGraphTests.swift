import Files
import Glibc
import Internet
import Net
import Testing

/// CAIDA's files can't be passed on with this project, so these tests run only where somebody has put them.
@Suite("A measured AS graph", .enabled(if: MeasuredGraph.exists, "no CAIDA file in LANDFALL_DATA/as-rel"))
struct MeasuredGraphTests {
    /// A part of it: the tests are built without optimization.
    @Test("the first 40,000 links of August 2024 are read, survive the cache and carry a plan")
    func august2024() throws {
        let text = try File.readDecompressed(MeasuredGraph.path, limit: 100_000_000)
        var end = 0
        for _ in 0..<40_000 { end = text[end...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? text.count }
        let graph = try ASGraph(text: Array(text[..<end]))
        #expect(graph.transitLinks + graph.peeringLinks > 39_000)
        #expect(try GraphCache.decode(GraphCache.encode(graph)) == graph)
        var plan = try Propagation(graph)
        try plan.announce([Origination(site: 0, origin: ASN(174)), Origination(site: 1, origin: ASN(1299))])
        #expect(plan.landings().allSatisfy { $0 > 100 })
    }
}

enum MeasuredGraph {
    static let path =
        (getenv("LANDFALL_DATA").map { String(cString: $0) } ?? "../shared/data") + "/as-rel/20240801.as-rel2.txt.bz2"
    static let exists = (try? File.read(path, limit: 100_000_000)) != nil
}
