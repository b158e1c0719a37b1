/// A question as bytes that Landfall's code has no part in.
public struct DNSQuestion: Sendable, Hashable, CustomStringConvertible {
    /// Labels without escapes, with or without the final dot.
    public var name: String
    public var type: UInt16

    public init(_ name: String, _ type: UInt16) { (self.name, self.type) = (name, type) }

    /// By the type's name, or `TYPE65280`.
    public init(_ name: String, _ type: String) {
        let number = Self.types[type] ?? UInt16(type.dropFirst("TYPE".count))
        self.init(name, number ?? 0)
    }

    public var description: String {
        "\(name) \(Self.types.first { $0.value == type }?.key ?? "TYPE\(type)")"
    }

    public static let types: [String: UInt16] = [
        "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "HINFO": 13, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
        "NAPTR": 35, "DNAME": 39, "DS": 43, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51,
        "TLSA": 52, "ZONEMD": 63, "SVCB": 64, "HTTPS": 65, "ANY": 255, "CAA": 257,
    ]

    /// What is asked beside the question.
    public struct Options: Sendable {
        /// Nil: no EDNS.
        public var payload: UInt16?
        public var dnssec: Bool
        public init(payload: UInt16? = 1232, dnssec: Bool) { (self.payload, self.dnssec) = (payload, dnssec) }
    }

    public func query(id: UInt16, _ options: Options) -> [UInt8] {
        let additional: UInt8 = options.payload == nil ? 0 : 1
        var bytes: [UInt8] = [UInt8(id >> 8), UInt8(id & 255), 0, 0, 0, 1, 0, 0, 0, 0, 0, additional]
        for label in name.split(separator: ".") {
            bytes.append(UInt8(label.utf8.count))
            bytes += label.utf8
        }
        bytes += [0, UInt8(type >> 8), UInt8(type & 255), 0, 1]
        guard let payload = options.payload else { return bytes }
        return bytes + [0, 0, 41, UInt8(payload >> 8), UInt8(payload & 255), 0, 0, options.dnssec ? 0x80 : 0, 0, 0, 0]
    }
}
