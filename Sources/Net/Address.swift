/// The two kinds of address. Raw values are the address family identifiers of BGP (IANA, RFC 4760).
public enum Family: UInt16, Hashable, Sendable, CaseIterable, Comparable {
    case ipv4 = 1
    case ipv6 = 2

    /// Bits in an address.
    @inlinable
    public var width: Int { self == .ipv4 ? 32 : 128 }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

extension Family: CustomStringConvertible {
    public var description: String { self == .ipv4 ? "ipv4" : "ipv6" }
}

/// An IPv4 or IPv6 address: its bits, left-aligned in 128, and which of the two it is.
public struct Address: Hashable, Sendable {
    public let family: Family
    /// An IPv4 address fills the top 32 bits; the rest is zero.
    public let bits: UInt128

    @inlinable
    public init(family: Family, bits: UInt128) {
        self.family = family
        self.bits = family == .ipv4 ? bits & ~(UInt128.max >> 32) : bits
    }

    @inlinable
    public init(v4: UInt32) { self.init(family: .ipv4, bits: UInt128(v4) << 96) }

    @inlinable
    public init(v6: UInt128) { self.init(family: .ipv6, bits: v6) }

    /// The 32 bits of an IPv4 address; nil for IPv6.
    @inlinable
    public var v4: UInt32? { family == .ipv4 ? UInt32(truncatingIfNeeded: bits >> 96) : nil }

    /// 4 or 16 bytes in network order.
    public var bytes: [UInt8] {
        (0..<family.width / 8).map { UInt8(truncatingIfNeeded: bits >> UInt128(120 - 8 * $0)) }
    }

    /// From 4 or 16 bytes in network order; any other count is nil.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        let value = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        if bytes.count == 4 { self.init(family: .ipv4, bits: value << 96) } else { self.init(v6: value) }
    }

    /// The address `offset` further on, wrapping at the end of the address space.
    public func advanced(by offset: Int) -> Self {
        let step = UInt128(truncatingIfNeeded: offset) << UInt128(128 - family.width)
        return Self(family: family, bits: bits &+ step)
    }

    /// fe80::/10.
    public var isLinkLocal: Bool { family == .ipv6 && bits >> 118 == 0x3fa }
    /// 127.0.0.0/8 or ::1.
    public var isLoopback: Bool { family == .ipv4 ? bits >> 120 == 127 : bits == 1 }
    /// 224.0.0.0/4 or ff00::/8.
    public var isMulticast: Bool { family == .ipv4 ? bits >> 124 == 0xe : bits >> 120 == 0xff }
    /// 0.0.0.0 or ::.
    public var isUnspecified: Bool { bits == 0 }
}

/// IPv4 before IPv6, then by value: the order of every table we print.
extension Address: Comparable {
    public static func < (a: Self, b: Self) -> Bool { (a.family, a.bits) < (b.family, b.bits) }
}

extension Address {
    /// Strict dotted decimal (no leading zeros, four parts), or IPv6 text as in RFC 4291 §2.2, without zone.
    public init?(_ text: some StringProtocol) {
        if text.utf8.contains(UInt8(ascii: ":")) {
            guard let bits = parseIPv6(text) else { return nil }
            self.init(v6: bits)
        } else {
            guard let bits = parseIPv4(text) else { return nil }
            self.init(v4: bits)
        }
    }
}

extension Address: CustomStringConvertible {
    /// Dotted decimal, or the canonical IPv6 text of RFC 5952.
    public var description: String {
        guard let v4 else { return describeIPv6(bits) }
        return "\(v4 >> 24).\(v4 >> 16 & 255).\(v4 >> 8 & 255).\(v4 & 255)"
    }
}

private func parseIPv4(_ text: some StringProtocol) -> UInt32? {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
        guard (1...3).contains(part.count), part.allSatisfy({ (0x30...0x39).contains($0) }),
            part.count == 1 || part.first != 0x30
        else { return nil }
        let value = part.reduce(UInt32(0)) { $0 * 10 + UInt32($1 - 0x30) }
        guard value <= 255 else { return nil }
        bits = bits << 8 | value
    }
    return bits
}

private func parseIPv6(_ text: some StringProtocol) -> UInt128? {
    guard text.utf8.count <= 45 else { return nil }
    let halves = splitAtDoubleColon(Array(text.utf8))
    guard let halves, let head = groups(halves.head) else { return nil }
    guard let tailBytes = halves.tail else { return head.count == 8 ? join(head) : nil }
    guard let tail = groups(tailBytes), head.count + tail.count <= 7 else { return nil }
    return join(head + [UInt16](repeating: 0, count: 8 - head.count - tail.count) + tail)
}

/// The text before and after "::"; nil when there is more than one, no tail when there is none.
private func splitAtDoubleColon(_ text: [UInt8]) -> (head: ArraySlice<UInt8>, tail: ArraySlice<UInt8>?)? {
    let colon = UInt8(ascii: ":")
    let places = text.indices.dropLast().filter { text[$0] == colon && text[$0 + 1] == colon }
    guard let place = places.first else { return (text[...], nil) }
    guard places.count == 1 else { return nil }
    return (text[..<place], text[(place + 2)...])
}

/// Groups of hexadecimal digits; the last may be an IPv4 address, which counts as two.
private func groups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
    if text.isEmpty { return [] }
    let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 8 else { return nil }
    var result: [UInt16] = []
    for (index, part) in parts.enumerated() {
        if index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
            guard let v4 = parseIPv4(String(decoding: part, as: UTF8.self)) else { return nil }
            result += [UInt16(v4 >> 16), UInt16(v4 & 0xffff)]
        } else {
            guard (1...4).contains(part.count), !part.contains(UInt8(ascii: "+")), !part.contains(UInt8(ascii: "-")),
                let value = UInt16(String(decoding: part, as: UTF8.self), radix: 16)
            else { return nil }
            result.append(value)
        }
    }
    return result
}

private func join(_ groups: [UInt16]) -> UInt128? {
    groups.count == 8 ? groups.reduce(0) { $0 << 16 | UInt128($1) } : nil
}

/// RFC 5952 §4: lower case, no leading zeros, the first longest run of two or more zero groups as "::".
private func describeIPv6(_ bits: UInt128) -> String {
    let groups = (0..<8).map { UInt16(truncatingIfNeeded: bits >> UInt128(112 - 16 * $0)) }
    if groups[0..<5].allSatisfy({ $0 == 0 }), groups[5] == 0xffff {
        return "::ffff:" + Address(v4: UInt32(truncatingIfNeeded: bits)).description  // RFC 5952 §5
    }
    var best = 0..<0
    var start = 0
    while start < 8 {
        let end = groups[start...].firstIndex { $0 != 0 } ?? 8
        if end - start > max(best.count, 1) { best = start..<end }
        start = max(end, start) + 1
    }
    func text(_ range: Range<Int>) -> String {
        range.map { String(groups[$0], radix: 16) }.joined(separator: ":")
    }
    return best.isEmpty ? text(0..<8) : text(0..<best.lowerBound) + "::" + text(best.upperBound..<8)
}
