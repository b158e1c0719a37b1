/// An autonomous system number, four bytes wide (RFC 6793).
public struct ASN: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }
    @inlinable
    public init(_ value: UInt32) { rawValue = value }

    /// What stands for an ASN that doesn't fit two bytes (RFC 6793 §9).
    public static let trans = Self(23456)

    /// 0, AS_TRANS and the last of both ranges name nobody (RFC 7607, RFC 7300).
    public var isReserved: Bool { [0, 23456, 65535, .max].contains(rawValue) }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// `65000` or `AS65000` (asplain, RFC 5396).
    public init?(_ text: some StringProtocol) {
        let digits = text.uppercased().hasPrefix("AS") ? text.dropFirst(2) : text[...]
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = UInt32(digits) else {
            return nil
        }
        self.init(value)
    }
}

extension ASN: CustomStringConvertible {
    public var description: String { "AS\(rawValue)" }
}

/// What identifies a BGP speaker: 32 bits, not zero, unique within its AS (RFC 6286).
public struct RouterID: RawRepresentable, Hashable, Comparable, Sendable, CustomStringConvertible {
    public var rawValue: UInt32

    @inlinable
    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
    public var description: String { Address(v4: rawValue).description }
}
