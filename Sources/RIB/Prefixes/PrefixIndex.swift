package import Net

/// A number for each prefix of both families, found by the prefix or by the longest match.
package struct PrefixIndex: ~Copyable, Sendable {
    private var ipv4 = Trie<UInt32>(isDense: true)
    private var ipv6 = Trie<UInt128>(isDense: false)

    package init() {}

    package var bytes: Int { ipv4.bytes + ipv6.bytes }

    package func count(_ family: Family) -> Int { family == .ipv4 ? ipv4.count : ipv6.count }

    package func find(_ prefix: Prefix) -> UInt32? {
        switch prefix.family {
        case .ipv4: ipv4.find(prefix.address.narrow, length: prefix.length)
        case .ipv6: ipv6.find(prefix.address.bits, length: prefix.length)
        }
    }

    /// Gives a prefix this number, unless it has one. What it has then is returned.
    @discardableResult
    package mutating func insert(_ prefix: Prefix, _ number: UInt32) -> UInt32 {
        switch prefix.family {
        case .ipv4: ipv4.insert(prefix.address.narrow, length: prefix.length, number)
        case .ipv6: ipv6.insert(prefix.address.bits, length: prefix.length, number)
        }
    }

    package mutating func remove(_ prefix: Prefix) {
        switch prefix.family {
        case .ipv4: ipv4.remove(prefix.address.narrow, length: prefix.length)
        case .ipv6: ipv6.remove(prefix.address.bits, length: prefix.length)
        }
    }

    /// Of the longest prefix that contains the address.
    package func match(_ address: Address) -> UInt32? {
        address.family == .ipv4 ? ipv4.match(address.narrow) : ipv6.match(address.bits)
    }

    package func match(ipv4 bits: UInt32) -> UInt32? { ipv4.match(bits) }
    package func match(ipv6 bits: UInt128) -> UInt32? { ipv6.match(bits) }

    /// From the least specific to the prefix itself.
    func containing(_ prefix: Prefix) -> [UInt32] {
        switch prefix.family {
        case .ipv4: ipv4.containing(prefix.address.narrow, length: prefix.length)
        case .ipv6: ipv6.containing(prefix.address.bits, length: prefix.length)
        }
    }

    /// Whether there is a prefix that lies in `scope`, or is it.
    package func hasAny(within scope: Prefix) -> Bool {
        var found = false
        walk(within: scope, after: nil) { _ in
            found = true
            return false
        }
        return found
    }

    /// In order, those after `start` and within `scope`, until `body` says false.
    func walk(within scope: Prefix, after start: Prefix?, _ body: (UInt32) -> Bool) {
        switch scope.family {
        case .ipv4: ipv4.walk(after: start.map(\.narrowPlace), within: scope.narrowPlace, body)
        case .ipv6: ipv6.walk(after: start.map(\.place), within: scope.place, body)
        }
    }
}

extension Prefix {
    fileprivate var narrowPlace: Trie<UInt32>.Place { .init(key: address.narrow, length: length) }
    fileprivate var place: Trie<UInt128>.Place { .init(key: address.bits, length: length) }
}

extension Address {
    @inline(__always)
    var narrow: UInt32 { UInt32(truncatingIfNeeded: bits >> 96) }
}
