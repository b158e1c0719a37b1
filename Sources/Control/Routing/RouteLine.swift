/// A route as a line of JSON. A table has a million of them, and the encoder that serves for all other documents takes fifteen
/// times as long (20 µs a route); the bytes are the same.
extension RouteAnswer {
    package func writeLine(into bytes: inout [UInt8]) {
        var line = JSONLine(bytes)
        bytes = []
        line.object {
            $0.member("asn", asn)
            $0.name("attributes")
            $0.object { attributes.write(into: &$0) }
            $0.member("check", check)
            $0.member("letter", letter)
            $0.member("lostTo", lostTo)
            $0.member("neighbor", neighbor)
            $0.member("pathID", pathID)
            $0.member("policy", policy)
            $0.member("prefix", prefix)
            $0.member("reason", reason)
            $0.member("rule", rule)
            $0.member("schema", Self.schema)
            $0.member("since", since)
            $0.member("state", state.rawValue)
            $0.member("step", step)
        }
        bytes = line.bytes
        bytes.append(UInt8(ascii: "\n"))
    }
}

extension RouteAttributes {
    fileprivate func write(into line: inout JSONLine) {
        line.member("aggregator", aggregator)
        line.member("atomicAggregate", atomicAggregate)
        line.member("clusterList", clusterList)
        line.member("communities", communities)
        line.member("extendedCommunities", extendedCommunities)
        line.member("largeCommunities", largeCommunities)
        line.member("localPref", localPref)
        line.member("med", med)
        line.member("nextHops", nextHops)
        line.member("onlyToCustomer", onlyToCustomer)
        line.member("origin", origin)
        line.member("originatorID", originatorID)
        line.member("others", others)
        line.member("path", path)
    }
}

/// Objects as they are written; members that are nil are left out (RFC 8259).
private struct JSONLine {
    private(set) var bytes: [UInt8]
    private var isFirst = true

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func object(_ members: (inout Self) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        isFirst = true
        members(&self)
        bytes.append(UInt8(ascii: "}"))
        isFirst = false
    }

    mutating func name(_ key: String) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
        string(key)
        bytes.append(UInt8(ascii: ":"))
    }

    mutating func member(_ key: String, _ value: String?) {
        guard let value else { return }
        name(key)
        string(value)
    }

    mutating func member(_ key: String, _ value: UInt32?) {
        guard let value else { return }
        name(key)
        bytes += String(value).utf8
    }

    mutating func member(_ key: String, _ value: Bool?) {
        guard let value else { return }
        name(key)
        bytes += (value ? "true" : "false").utf8
    }

    mutating func member(_ key: String, _ values: [String]?) {
        guard let values else { return }
        name(key)
        bytes.append(UInt8(ascii: "["))
        for (index, value) in values.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            string(value)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// RFC 8259 §7.
    private mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x20...: bytes.append(byte)
            default: bytes += Self.escapes[Int(byte)].utf8
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Of control characters.
    private static let escapes = (0..<32).map { code in
        [8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r"][code]
            ?? "\\u00" + (code < 16 ? "0" : "") + String(code, radix: 16)
    }
}
