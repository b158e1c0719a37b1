/// A tag of eight bytes with a type, `rt:65000:100` (RFC 4360; with a four-byte ASN, RFC 5668).
public struct ExtendedCommunity: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt64

    @inlinable
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    /// What the value is about: IANA "BGP Transitive Extended Community Types" and their sub-types.
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// Which VRFs may import a route.
        case routeTarget = 0x02
        /// Where it came in.
        case routeOrigin = 0x03
    }

    /// Who gave the tag, in one of three widths. The number has four bytes beside an ASN of two, and two beside the others.
    public enum Administrator: Hashable, Sendable {
        case twoByteASN(UInt16)
        case address(Address)
        case fourByteASN(ASN)
    }

    /// Whether it may leave the AS (RFC 4360 §6).
    public var isTransitive: Bool { rawValue >> 62 & 1 == 0 }

    /// The first byte without the bits for IANA's authority and for transitivity.
    private var form: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 56) & 0x3f }

    private var subtype: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 48) }

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

// MARK: Those with an administrator

extension ExtendedCommunity {
    /// nil when the number doesn't fit beside such an administrator, or the address isn't an IPv4 one.
    public init?(_ kind: Kind, _ administrator: Administrator, _ number: UInt32) {
        let small = UInt64(number & 0xffff)
        switch administrator {
        case .twoByteASN(let asn): rawValue = UInt64(asn) << 32 | UInt64(number)
        case .address(let address):
            guard let v4 = address.v4, number <= 0xffff else { return nil }
            rawValue = 1 << 56 | UInt64(v4) << 16 | small
        case .fourByteASN(let asn):
            guard number <= 0xffff else { return nil }
            rawValue = 2 << 56 | UInt64(asn.rawValue) << 16 | small
        }
        rawValue |= UInt64(kind.rawValue) << 48
    }

    /// What it is about; nil for the many sorts that this type only carries.
    public var kind: Kind? { form <= 2 ? Kind(rawValue: subtype) : nil }

    /// nil for an opaque one (RFC 4360 §3.3), or one of a form that came later.
    public var administrator: Administrator? {
        switch form {
        case 0: .twoByteASN(UInt16(truncatingIfNeeded: rawValue >> 32))
        case 1: .address(Address(v4: UInt32(truncatingIfNeeded: rawValue >> 16)))
        case 2: .fourByteASN(ASN(UInt32(truncatingIfNeeded: rawValue >> 16)))
        default: nil
        }
    }

    public var number: UInt32 {
        UInt32(truncatingIfNeeded: form == 0 ? rawValue : rawValue & 0xffff)
    }
}

// MARK: Text

extension ExtendedCommunity {
    /// `rt:65000:100`, `soo:192.0.2.1:7`, `rt:4200000001:7`, or any by its bytes: `0x0002fde800000064`.
    public init?(_ text: some StringProtocol) {
        if text.hasPrefix("0x") {
            let digits = text.dropFirst(2)
            guard digits.utf8.count == 16, !digits.hasPrefix("+"), let value = UInt64(digits, radix: 16) else {
                return nil
            }
            self.init(rawValue: value)
            return
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let kind = Self.kinds.first(where: { $0.name == parts[0] })?.kind,
            let administrator = Self.administrator(parts[1]), let number = decimal(parts[2])
        else { return nil }
        self.init(kind, administrator, number)
    }

    private static let kinds: [(name: String, kind: Kind)] = [("rt", .routeTarget), ("soo", .routeOrigin)]

    private static func administrator(_ text: some StringProtocol) -> Administrator? {
        if let address = Address(text) { return .address(address) }
        guard let asn = decimal(text) else { return nil }
        return UInt16(exactly: asn).map { .twoByteASN($0) } ?? .fourByteASN(ASN(asn))
    }
}

extension ExtendedCommunity: CustomStringConvertible {
    public var description: String {
        guard isTransitive, let kind, let administrator, let name = Self.kinds.first(where: { $0.kind == kind })?.name
        else { return hexadecimal }
        return switch administrator {
        case .twoByteASN(let asn): "\(name):\(asn):\(number)"
        case .address(let address): "\(name):\(address):\(number)"
        // One that would fit two bytes, but was sent in four, reads differently.
        case .fourByteASN(let asn): asn.rawValue > 0xffff ? "\(name):\(asn.rawValue):\(number)" : hexadecimal
        }
    }

    private var hexadecimal: String {
        let digits = String(rawValue, radix: 16)
        return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// Digits only.
private func decimal(_ text: some StringProtocol) -> UInt32? {
    text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt32(text) : nil
}
