/// Registered values within record data by the names that operators write.
enum Mnemonics: Hashable, Sendable {
    /// IANA "DNS Security Algorithm Numbers".
    case algorithm
    /// IANA "CERT RR Certificate Types" (RFC 4398 §2.1).
    case certificate
    /// IANA "DSYNC: Location of Synchronization Endpoints" (RFC 9859 §6.2).
    case scheme

    /// The highest number, which says how wide the field is.
    var most: Int { self == .certificate ? 65535 : 255 }

    /// The first, for messages.
    var example: String { names.first?.name ?? "" }

    var names: [(name: String, value: UInt16)] {
        switch self {
        case .algorithm: Self.algorithms
        case .certificate: Self.certificates
        case .scheme: Self.schemes
        }
    }

    func value(_ word: Span<UInt8>) -> UInt16? {
        if let number = decimal(word) { return number <= UInt64(most) ? UInt16(number) : nil }
        let text = word.text.uppercased()
        return names.first { $0.name == text }?.value
    }

    private static let algorithms: [(name: String, value: UInt16)] = [
        ("RSASHA256", 8), ("RSAMD5", 1), ("DH", 2), ("DSA", 3), ("RSASHA1", 5), ("DSA-NSEC3-SHA1", 6),
        ("NSEC3DSA", 6), ("RSASHA1-NSEC3-SHA1", 7), ("NSEC3RSASHA1", 7), ("RSASHA512", 10), ("ECC-GOST", 12),
        ("ECCGOST", 12), ("ECDSAP256SHA256", 13),
        ("ECDSAP384SHA384", 14), ("ED25519", 15), ("ED448", 16), ("SM2SM3", 17), ("ECC-GOST12", 23), ("INDIRECT", 252),
        ("PRIVATEDNS", 253), ("PRIVATEOID", 254),
    ]

    private static let certificates: [(name: String, value: UInt16)] = [
        ("PKIX", 1), ("SPKI", 2), ("PGP", 3), ("IPKIX", 4), ("ISPKI", 5), ("IPGP", 6), ("ACPKIX", 7), ("IACPKIX", 8),
        ("URI", 253), ("OID", 254),
    ]

    private static let schemes: [(name: String, value: UInt16)] = [("NOTIFY", 1)]
}
