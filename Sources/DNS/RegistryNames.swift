internal import Net

/// Registered values by the names that operators write, in both directions and without case.
extension RecordType: CustomStringConvertible {
    /// What stands in no zone, or only as `\# length hex`: the rest is in `RecordFormat`.
    private static let others: [(name: String, value: UInt16)] = [
        ("NULL", 10), ("WKS", 11), ("NXT", 30), ("ATMA", 34), ("A6", 38), ("SINK", 40), ("UINFO", 100), ("UID", 101),
        ("GID", 102), ("UNSPEC", 103),
        ("OPT", 41), ("NXNAME", 128), ("TKEY", 249), ("TSIG", 250), ("IXFR", 251), ("AXFR", 252), ("MAILB", 253),
        ("MAILA", 254), ("ANY", 255),
    ]

    private static let names: [(name: String, value: UInt16)] =
        RecordFormat.all.map { ($0.name, $0.type.rawValue) } + others

    /// Up to sixteen letters as one number: a type is looked up for every record of a zone.
    private static let byName = Dictionary(
        names.compactMap { name, value in packed([UInt8](name.utf8).span).map { ($0, value) } }
    ) { first, _ in first }

    private static let byValue = Dictionary(names.map { ($0.value, $0.name) }) { first, _ in first }

    /// `AAAA`, or `TYPE65280` (RFC 3597 §5).
    public init?(name: some StringProtocol) { self.init([UInt8](name.utf8).span) }

    init?(_ name: Span<UInt8>) {
        guard let key = Self.packed(name) else { return nil }
        if let known = Self.byName[key] {
            self.init(rawValue: known)
        } else {
            guard name.count > 4, name.extracting(..<4).isWord("type"), let value = decimal(name.extracting(4...)),
                let value = UInt16(exactly: value)
            else { return nil }
            self.init(rawValue: value)
        }
    }

    private static func packed(_ name: Span<UInt8>) -> UInt128? {
        guard name.count <= 16 else { return nil }
        var packed: UInt128 = 0
        for index in name.indices { packed = packed << 8 | UInt128(fold(name[index])) }
        return packed
    }

    public var description: String { Self.byValue[rawValue] ?? "TYPE\(rawValue)" }
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
    return decimal([UInt8](text.utf8.dropFirst(prefix.utf8.count)).span).flatMap(UInt16.init(exactly:))
}

/// Digits only: Swift's own parsing takes a sign too. nil also beyond 64 bits.
func decimal(_ digits: Span<UInt8>) -> UInt64? {
    guard !digits.isEmpty, digits.count <= 20 else { return nil }
    var value: UInt64 = 0
    for index in digits.indices {
        guard isDigit(digits[index]) else { return nil }
        let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = scaled.addingReportingOverflow(UInt64(digits[index] - 0x30))
        guard !overflow, !carry else { return nil }
        value = sum
    }
    return value
}

@inline(__always)
func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
