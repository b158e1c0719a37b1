public import Net

/// Who is whose provider, customer and peer: the Internet as far as routes between ASes go.
///
/// ASes stand in *graph order*: first those without customers, then each behind all of its customers. What propagation
/// does from customers to providers is then one pass forward, from providers to customers one pass back, and everything
/// that belongs to an AS stands at its *position*, 0 to `count - 1`.
public struct ASGraph: Hashable, Sendable {
    /// The ASes in graph order.
    public let ases: [ASN]
    /// Positions in the order of the AS numbers.
    let byNumber: [UInt32]
    /// How many ASes have a lower number than the one at this position: the inverse of `byNumber`.
    let rank: [UInt32]
    let providers: Adjacency
    let peers: Adjacency
    let customers: Adjacency
    /// The position of the first AS that has a customer; `count` if none has.
    let firstTransit: Int

    /// The most that a graph can have: a route names its next hop in 22 bits, one of them for sites.
    public static let limit = 1 << 21 - 1

    public var count: Int { ases.count }
    public var transitLinks: Int { providers.ends.count }
    public var peeringLinks: Int { peers.ends.count / 2 }

    /// Where an AS stands; nil when the graph doesn't know it.
    public func position(of asn: ASN) -> Int? {
        let index = lowerBound(asn)
        guard index < count else { return nil }
        let position = Int(byNumber[index])
        return ases[position] == asn ? position : nil
    }

    /// How many ASes have a lower number.
    func lowerBound(_ asn: ASN) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if ases[Int(byNumber[middle])] < asn { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The positions of the neighbors that are `relation` to the AS at `position`, ascending.
    public func neighbors(_ relation: Relation, of position: Int) -> ArraySlice<UInt32> {
        self[relation].ends[self[relation].range(position)]
    }

    public func degree(_ position: Int) -> Int {
        Relation.allCases.reduce(0) { $0 + self[$1].range(position).count }
    }

    /// What the AS at `other` is to the one at `position`; nil when they are no neighbors.
    public func relation(of other: Int, to position: Int) -> Relation? {
        Relation.allCases.first { neighbors($0, of: position).contains(sorted: UInt32(other)) }
    }

    subscript(relation: Relation) -> Adjacency {
        switch relation {
        case .customer: customers
        case .peer: peers
        case .provider: providers
        }
    }

    /// Every link once: providers before their customers, of peers the one that stands first in graph order.
    public var relationships: some Sequence<Relationship> {
        (0..<count).lazy.flatMap { (position: Int) -> [Relationship] in
            let asn = ases[position]
            return neighbors(.provider, of: position).map { .provider(ases[Int($0)], of: asn) }
                + neighbors(.peer, of: position).filter { $0 > position }.map { .peers(asn, ases[Int($0)]) }
        }
    }
}

/// The neighbors of every AS that are the same to it, side by side in one array (compressed sparse rows).
struct Adjacency: Hashable, Sendable {
    /// Where each AS's neighbors begin; one more than there are ASes.
    var starts: [UInt32]
    /// Positions of neighbors, ascending for each AS.
    var ends: [UInt32]

    @inline(__always)
    func range(_ position: Int) -> Range<Int> { Int(starts[position])..<Int(starts[position + 1]) }

    /// From pairs that come in the order of `to`: then every run comes out ascending.
    init(count: Int, from: [UInt32], to: [UInt32]) {
        starts = [UInt32](repeating: 0, count: count + 1)
        for position in from { starts[Int(position) + 1] += 1 }
        for position in 0..<count { starts[position + 1] += starts[position] }
        ends = [UInt32](repeating: 0, count: from.count)
        var next = starts
        for (index, position) in from.enumerated() {
            ends[Int(next[Int(position)])] = to[index]
            next[Int(position)] += 1
        }
    }

    /// The same links seen from their other ends; ascending again, since they come in the order of their origins.
    func reversed() -> Self {
        let count = starts.count - 1
        var origins: [UInt32] = []
        origins.reserveCapacity(ends.count)
        for position in 0..<count {
            origins.append(contentsOf: repeatElement(UInt32(position), count: range(position).count))
        }
        return Self(count: count, from: ends, to: origins)
    }
}

extension RandomAccessCollection where Element == UInt32, Index == Int {
    func contains(sorted element: UInt32) -> Bool {
        var (low, high) = (startIndex, endIndex)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < element { low = middle + 1 } else { high = middle }
        }
        return low < endIndex && self[low] == element
    }
}
