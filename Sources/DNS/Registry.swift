/// The type of a record (IANA "Resource Record (RR) TYPEs"). Unknown ones survive a round trip as `TYPE65280` (RFC 3597).
public struct RecordType: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let a = Self(rawValue: 1)
    public static let ns = Self(rawValue: 2)
    public static let cname = Self(rawValue: 5)
    public static let soa = Self(rawValue: 6)
    public static let mx = Self(rawValue: 15)
    public static let txt = Self(rawValue: 16)
    public static let aaaa = Self(rawValue: 28)
    public static let opt = Self(rawValue: 41)
    public static let axfr = Self(rawValue: 252)
    public static let any = Self(rawValue: 255)

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }
}

/// How a server answered (IANA "DNS RCODEs"), extended codes of RFC 6891 included.
public struct ResponseCode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let noError = Self(rawValue: 0)
    public static let formatError = Self(rawValue: 1)
    public static let serverFailure = Self(rawValue: 2)
    public static let nameError = Self(rawValue: 3)
    public static let notImplemented = Self(rawValue: 4)
    public static let refused = Self(rawValue: 5)
    public static let badVersion = Self(rawValue: 16)
}
