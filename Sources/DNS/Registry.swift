/// The type of a record (IANA "Resource Record (RR) TYPEs"). Unknown ones survive a round trip as `TYPE65280` (RFC 3597).
public struct RecordType: RawRepresentable, Hashable, Comparable, Sendable {
    public var rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let a = Self(rawValue: 1)
    public static let ns = Self(rawValue: 2)
    public static let cname = Self(rawValue: 5)
    public static let soa = Self(rawValue: 6)
    public static let ptr = Self(rawValue: 12)
    public static let mx = Self(rawValue: 15)
    public static let txt = Self(rawValue: 16)
    public static let afsdb = Self(rawValue: 18)
    public static let rt = Self(rawValue: 21)
    public static let aaaa = Self(rawValue: 28)
    public static let srv = Self(rawValue: 33)
    public static let kx = Self(rawValue: 36)
    public static let dname = Self(rawValue: 39)
    public static let opt = Self(rawValue: 41)
    public static let ds = Self(rawValue: 43)
    public static let rrsig = Self(rawValue: 46)
    public static let nsec = Self(rawValue: 47)
    public static let dnskey = Self(rawValue: 48)
    public static let nsec3 = Self(rawValue: 50)
    public static let nsec3param = Self(rawValue: 51)
    public static let svcb = Self(rawValue: 64)
    public static let https = Self(rawValue: 65)
    public static let ixfr = Self(rawValue: 251)
    public static let axfr = Self(rawValue: 252)
    public static let any = Self(rawValue: 255)

    public static func < (a: Self, b: Self) -> Bool { a.rawValue < b.rawValue }

    /// 0 and 65535 are reserved; 41 and 128 to 255 exist in questions and in transit only (RFC 6895 §3.1).
    public var isData: Bool { !(rawValue == 0 || rawValue == 65535 || self == .opt || (128...255).contains(rawValue)) }
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
    /// A DNAME would make a name longer than 255 bytes (RFC 6672 §2.2).
    public static let nameTooLong = Self(rawValue: 6)
    public static let notAuthoritative = Self(rawValue: 9)
    public static let badVersion = Self(rawValue: 16)
}

/// The class of a record; all but the Internet's serve as a way to ask a server about itself.
public struct RecordClass: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static let internet = Self(rawValue: 1)
    public static let chaos = Self(rawValue: 3)
    public static let any = Self(rawValue: 255)
}

/// What kind of message it is (IANA "DNS OpCodes"): four bits.
public struct Opcode: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt8

    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let query = Self(rawValue: 0)
    public static let notify = Self(rawValue: 4)
    public static let update = Self(rawValue: 5)
}
