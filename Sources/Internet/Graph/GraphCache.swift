import Net

/// The graph as a compact file of our own, read some ten times as fast as text.
///
/// | bytes | what |
/// |---|---|
/// | 8 | `LFASREL` and the version, 1 |
/// | 8 | FNV-1a of all that follows |
/// | 4, 4, 4 | ASes, provider links, peer links (big-endian, as all fixed integers) |
/// | 4 each | AS numbers in graph order |
/// | LEB128 | of each AS: how many providers, then the distances of their positions, the first one from its own; then peers that stand behind it, likewise |
///
/// Distances are at least 1, so providers stand behind their customers and no circle can be written down; each pair stands
/// once. What a reader must still check is that numbers differ and no neighbor is provider and peer at once.
public enum GraphCache {
    static let magic: [UInt8] = Array("LFASREL".utf8) + [1]

    public static func encode(_ graph: ASGraph) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(4 * graph.count + 2 * (graph.transitLinks + graph.peeringLinks))
        body.put(UInt32(graph.count))
        body.put(UInt32(graph.transitLinks))
        body.put(UInt32(graph.peeringLinks))
        for asn in graph.ases { body.put(asn.rawValue) }
        for position in 0..<graph.count {
            body.putDistances(graph.neighbors(.provider, of: position), from: position)
            let peers = graph.neighbors(.peer, of: position)
            body.putDistances(peers.drop { $0 < position }, from: position)
        }
        var bytes = magic
        bytes.put(checksum(body.span))
        return bytes + body
    }

    /// - Throws: what isn't a whole, undamaged cache of this version.
    public static func decode(_ bytes: Span<UInt8>) throws(GraphError) -> ASGraph {
        var rest = bytes
        for byte in magic {
            let found = try rest.next { bytes throws(WireError) in try bytes.u8() }
            guard found == byte else {
                throw GraphError(.cache("no cache of an AS graph, or of another version"))
            }
        }
        let sum = try rest.next { bytes throws(WireError) in try bytes.u64() }
        guard sum == checksum(rest) else { throw GraphError(.cache("the cache is damaged or cut")) }
        return try graph(&rest)
    }

    public static func decode(_ bytes: [UInt8]) throws(GraphError) -> ASGraph { try decode(bytes.span) }

    /// FNV-1a, 64 bits (Fowler, Noll, Vo): against damage, not against forgers.
    static func checksum(_ bytes: Span<UInt8>) -> UInt64 {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in bytes.indices { sum = (sum ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
        return sum
    }

    // MARK: Reading

    /// Every AS takes at least 6 bytes and every link one, so counts beyond those of the file are refused before anything
    /// is allocated for them.
    static func graph(_ rest: inout Span<UInt8>) throws(GraphError) -> ASGraph {
        let (count, transit, peering) = (try rest.number(), try rest.number(), try rest.number())
        guard count > 0, count <= ASGraph.limit, 6 * count + transit + peering <= rest.count else {
            throw GraphError(.cache("the counts of the cache don't fit its size"))
        }
        let (ases, byNumber) = try numbers(&rest, count)
        var links = CachedLinks(transit: transit, peering: peering)
        for position in 0..<count { try links.take(&rest, position: position, count: count) }
        guard rest.isEmpty, links.customer.count == transit, links.one.count == peering else {
            throw GraphError(.cache("the counts of the cache don't fit its content"))
        }
        return ASGraph(
            ases: ases, byNumber: byNumber,
            providers: Adjacency(count: count, from: links.customer, to: links.provider),
            peers: links.peers(count: count))
    }

    private static func numbers(
        _ rest: inout Span<UInt8>, _ count: Int
    ) throws(GraphError) -> (ases: [ASN], byNumber: [UInt32]) {
        var ases: [ASN] = []
        ases.reserveCapacity(count)
        for _ in 0..<count { ases.append(ASN(UInt32(try rest.number()))) }
        let sorted = ases.indices.map { UInt64(ases[$0].rawValue) << 32 | UInt64($0) }.sorted()
        for (one, next) in zip(sorted, sorted.dropFirst()) where one >> 32 == next >> 32 {
            throw GraphError(.cache("AS\(one >> 32) stands twice in the cache"))
        }
        guard sorted.first.map({ $0 >> 32 }) != 0 else { throw GraphError(.cache("AS0 stands in the cache")) }
        return (ases, sorted.map { UInt32(truncatingIfNeeded: $0) })
    }
}

/// Links as they come out of the cache: by the position of the one that stands first.
private struct CachedLinks {
    var customer: [UInt32] = []
    var provider: [UInt32] = []
    var one: [UInt32] = []
    var other: [UInt32] = []
    private let (transit, peering): (Int, Int)

    init(transit: Int, peering: Int) {
        (self.transit, self.peering) = (transit, peering)
        customer.reserveCapacity(transit)
        provider.reserveCapacity(transit)
        one.reserveCapacity(peering)
        other.reserveCapacity(peering)
    }

    mutating func take(_ rest: inout Span<UInt8>, position: Int, count: Int) throws(GraphError) {
        let providers = provider.count
        try rest.distances(from: position, count: count, limit: transit, into: &provider)
        customer.append(contentsOf: repeatElement(UInt32(position), count: provider.count - providers))
        let peers = other.count
        try rest.distances(from: position, count: count, limit: peering, into: &other)
        one.append(contentsOf: repeatElement(UInt32(position), count: other.count - peers))
        guard !Self.overlap(provider[providers...], other[peers...]) else {
            throw GraphError(.cache("a link of the cache is both transit and peering"))
        }
    }

    /// Whether two ascending runs share an element.
    private static func overlap(_ a: ArraySlice<UInt32>, _ b: ArraySlice<UInt32>) -> Bool {
        var (i, j) = (a.startIndex, b.startIndex)
        while i < a.endIndex, j < b.endIndex {
            if a[i] == b[j] { return true }
            if a[i] < b[j] { i += 1 } else { j += 1 }
        }
        return false
    }

    /// Every AS's peers ascend: those before it come, in order, before those behind it.
    func peers(count: Int) -> Adjacency {
        let behind = Adjacency(count: count, from: one, to: other)
        let before = behind.reversed()
        var all = behind
        all.ends.removeAll(keepingCapacity: true)
        all.ends.reserveCapacity(2 * one.count)
        for position in 0..<count {
            all.starts[position] = UInt32(all.ends.count)
            all.ends += before.ends[before.range(position)]
            all.ends += behind.ends[behind.range(position)]
        }
        all.starts[count] = UInt32(all.ends.count)
        return all
    }
}

extension Array where Element == UInt8 {
    /// How many, and how far apart.
    fileprivate mutating func putDistances(_ positions: ArraySlice<UInt32>, from position: Int) {
        putLEB128(UInt32(positions.count))
        var last = UInt32(position)
        for next in positions {
            putLEB128(next - last)
            last = next
        }
    }

    private mutating func putLEB128(_ value: UInt32) {
        var rest = value
        while rest > 0x7f {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }
}

extension Span where Element == UInt8 {
    fileprivate mutating func next<Value>(
        _ take: (inout Self) throws(WireError) -> Value
    ) throws(GraphError) -> Value {
        do throws(WireError) { return try take(&self) } catch { throw GraphError(.cache("the cache is cut")) }
    }

    fileprivate mutating func number() throws(GraphError) -> Int {
        Int(try next { bytes throws(WireError) in try bytes.u32() })
    }

    fileprivate mutating func distances(
        from position: Int, count: Int, limit: Int, into positions: inout [UInt32]
    ) throws(GraphError) {
        let wanted = Int(try leb128())
        guard positions.count + wanted <= limit else { throw GraphError(.cache("more links than the cache says")) }
        var last = position
        for _ in 0..<wanted {
            let distance = Int(try leb128())
            guard distance > 0, last + distance < count else { throw GraphError(.cache("a link leads nowhere")) }
            last += distance
            positions.append(UInt32(last))
        }
    }

    /// At most 28 bits: positions have 21.
    private mutating func leb128() throws(GraphError) -> UInt32 {
        var (value, index): (UInt32, Int) = (0, 0)
        while index < count, index < 4 {
            let byte = self[index]
            value |= UInt32(byte & 0x7f) << UInt32(7 * index)
            index += 1
            if byte & 0x80 == 0 {
                self = extracting(droppingFirst: index)
                return value
            }
        }
        throw GraphError(.cache("a number in the cache is cut or too large"))
    }
}
