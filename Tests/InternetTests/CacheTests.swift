import Internet
import Net
import Testing

@Suite("The cache of an AS graph")
struct CacheTests {
    @Test("a graph comes back from its cache as it was")
    func roundTrip() throws {
        for seed in 0..<100 {
            let graph = try ASGraph(RandomCase(seed: UInt64(seed)).relationships)
            #expect(try GraphCache.decode(GraphCache.encode(graph)) == graph, "seed \(seed)")
        }
    }

    @Test("a cache cut anywhere, or with a byte changed anywhere, is refused")
    func damage() throws {
        let bytes = GraphCache.encode(try ASGraph(RandomCase(seed: 3, largest: 40).relationships))
        for length in bytes.indices {
            #expect(throws: GraphError.self) { _ = try GraphCache.decode(Array(bytes.prefix(length))) }
            var changed = bytes
            changed[length] ^= 0x41
            #expect(throws: GraphError.self) { _ = try GraphCache.decode(changed) }
        }
        #expect(throws: GraphError.self) { _ = try GraphCache.decode(bytes + [0]) }
    }

    /// What a forger could write, who knows the check sum.
    @Test(
        "a cache whose check sum is right and whose content is not is refused",
        arguments: [
            ([0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 0, 0, 0], "a link leads nowhere"),
            ([0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 1, 0, 0, 0, 0], "a link leads nowhere"),
            (
                [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 1, 1, 1, 1, 0, 0],
                "a link of the cache is both transit and peering"
            ),
            (
                [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 0],
                "AS1 stands twice in the cache"
            ),
            ([0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0], "AS0 stands in the cache"),
            ([255, 255, 255, 255, 0, 0, 0, 1, 0, 0, 0, 0, 1], "the counts of the cache don't fit its size"),
            ([0, 0, 0, 1, 255, 255, 255, 255, 0, 0, 0, 0, 1], "the counts of the cache don't fit its size"),
            (
                [0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0x81, 0x80, 0x80, 0x80, 1],
                "a number in the cache is cut or too large"
            ),
        ] as [([UInt8], String)])
    func forgeries(body: [UInt8], message: String) {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in body { sum = (sum ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var bytes = Array("LFASREL".utf8) + [1]
        bytes.put(sum)
        do { _ = try GraphCache.decode(bytes + body) } catch {
            #expect("\(error)" == message + "; make the cache again from the graph's text")
            return
        }
        Issue.record("accepted")
    }

    @Test("a file that is no cache says so")
    func foreign() {
        #expect(throws: GraphError(.cache("no cache of an AS graph, or of another version"))) {
            _ = try GraphCache.decode(Array("1|2|0\n3|4|-1\n5|6|0\n7|8|0\n".utf8))
        }
    }
}
