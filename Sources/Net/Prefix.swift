/// A range of addresses that share their first `length` bits. Bits beyond them are always zero.
public struct Prefix: Hashable, Sendable {
    public let address: Address
    public let length: Int

    /// Clears the bits beyond `length`; nil when the length doesn't fit the family.
    @inlinable
    public init?(_ address: Address, length: Int) {
        guard (0...address.family.width).contains(length) else { return nil }
        self.address = Address(family: address.family, bits: address.bits & Self.mask(length))
        self.length = length
    }

    /// The address alone: a /32 or a /128.
    public init(host address: Address) {
        self.address = address
        self.length = address.family.width
    }

    public var family: Family { address.family }

    public func contains(_ other: Address) -> Bool {
        other.family == family && other.bits & Self.mask(length) == address.bits
    }

    public func contains(_ other: Prefix) -> Bool { other.length >= length && contains(other.address) }

    public func overlaps(_ other: Prefix) -> Bool { contains(other) || other.contains(self) }

    @inlinable
    static func mask(_ length: Int) -> UInt128 { length == 0 ? 0 : ~UInt128(0) << UInt128(128 - length) }
}

extension Prefix {
    /// `203.0.113.0/24`. Host bits that are set are refused: whoever writes them may mean something else.
    public init?(_ text: some StringProtocol) {
        guard let slash = text.lastIndex(of: "/"), let address = Address(text[..<slash]),
            let length = Self.length(text[text.index(after: slash)...]),
            let prefix = Self(address, length: length), prefix.address == address
        else { return nil }
        self = prefix
    }

    private static func length(_ text: some StringProtocol) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}

extension Prefix: CustomStringConvertible {
    public var description: String { "\(address)/\(length)" }
}

/// IPv4 before IPv6, then by address, less specific first.
extension Prefix: Comparable {
    public static func < (a: Self, b: Self) -> Bool { (a.address, a.length) < (b.address, b.length) }
}
