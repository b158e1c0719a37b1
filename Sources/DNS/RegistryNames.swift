/// Registered values by the names that operators write, in both directions and without case.
extension RecordType: CustomStringConvertible {
    private static let names: [(name: String, value: UInt16)] = [
        ("A", 1), ("NS", 2), ("CNAME", 5), ("SOA", 6), ("PTR", 12), ("HINFO", 13), ("MX", 15), ("TXT", 16), ("RP", 17),
        ("AAAA", 28), ("LOC", 29), ("SRV", 33), ("NAPTR", 35), ("DNAME", 39), ("OPT", 41), ("DS", 43), ("SSHFP", 44),
        ("RRSIG", 46), ("NSEC", 47), ("DNSKEY", 48), ("NSEC3", 50), ("NSEC3PARAM", 51), ("TLSA", 52), ("SMIMEA", 53),
        ("CDS", 59), ("CDNSKEY", 60), ("OPENPGPKEY", 61), ("CSYNC", 62), ("ZONEMD", 63), ("SVCB", 64), ("HTTPS", 65),
        ("SPF", 99), ("TSIG", 250), ("IXFR", 251), ("AXFR", 252), ("ANY", 255), ("URI", 256), ("CAA", 257),
    ]

    /// `AAAA`, or `TYPE65280` (RFC 3597 §5).
    public init?(name: some StringProtocol) {
        guard let value = value(name, in: Self.names, numbered: "TYPE") else { return nil }
        self.init(rawValue: value)
    }

    public var description: String {
        Self.names.first { $0.value == rawValue }?.name ?? "TYPE\(rawValue)"
    }
}

extension ResponseCode: CustomStringConvertible {
    private static let names: [(name: String, value: UInt16)] = [
        ("NOERROR", 0), ("FORMERR", 1), ("SERVFAIL", 2), ("NXDOMAIN", 3), ("NOTIMP", 4), ("REFUSED", 5),
        ("YXDOMAIN", 6), ("YXRRSET", 7), ("NXRRSET", 8), ("NOTAUTH", 9), ("NOTZONE", 10), ("BADVERS", 16),
        ("BADCOOKIE", 23),
    ]

    /// `NXDOMAIN`, or `RCODE12`; at most 4095, what 12 bits hold (RFC 6891 §6.1.3).
    public init?(name: some StringProtocol) {
        guard let value = value(name, in: Self.names, numbered: "RCODE"), value <= 4095 else { return nil }
        self.init(rawValue: value)
    }

    public var description: String {
        Self.names.first { $0.value == rawValue }?.name ?? "RCODE\(rawValue)"
    }
}

extension RecordClass: CustomStringConvertible {
    private static let names: [(name: String, value: UInt16)] = [("IN", 1), ("CH", 3), ("HS", 4), ("ANY", 255)]

    /// `IN`, or `CLASS32` (RFC 3597 §5).
    public init?(name: some StringProtocol) {
        guard let value = value(name, in: Self.names, numbered: "CLASS") else { return nil }
        self.init(rawValue: value)
    }

    public var description: String {
        Self.names.first { $0.value == rawValue }?.name ?? "CLASS\(rawValue)"
    }
}

private func value(
    _ text: some StringProtocol, in names: [(name: String, value: UInt16)], numbered prefix: String
) -> UInt16? {
    let text = text.uppercased()
    if let known = names.first(where: { $0.name == text }) { return known.value }
    guard text.hasPrefix(prefix) else { return nil }
    return decimal(text.utf8.dropFirst(prefix.utf8.count), as: UInt16.self)
}

/// Digits only: Swift's own parsing takes a sign too.
func decimal<Value: FixedWidthInteger>(_ digits: some Collection<UInt8>, as: Value.Type) -> Value? {
    guard !digits.isEmpty, digits.count <= 20, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return Value(String(decoding: digits, as: UTF8.self))
}
