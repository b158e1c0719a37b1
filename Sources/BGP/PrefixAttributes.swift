internal import Net

/// A family of whose prefixes in this message nobody can say which they are (RFC 7606 §3 j): either it is disabled for the
/// rest of the session, or the session is reset.
public struct Unreadable: Hashable, Sendable {
    public var family: RouteFamily
    public var error: BGPError
}

extension Unreadable: CustomStringConvertible {
    public var description: String { "\(family) can't be read: \(error)" }
}

/// MP_REACH_NLRI and MP_UNREACH_NLRI (RFC 4760 §3, §4).
extension AttributeDecoder {
    /// Not even the family: then it is the session (RFC 7606 §5.3).
    mutating func takePrefixes(_ header: AttributeHeader, _ value: Span<UInt8>) throws(BGPError) {
        var rest = value
        guard let family = try? RouteFamily.decode(&rest) else {
            throw .attribute(header.fault(.length(value.count), .resetSession, value))
        }
        do throws(AttributeFault.Problem) {
            guard header.flags.kind == .optional else { throw .flags(header.flags.rawValue) }
            if header.code == .mpReach {
                try takeReach(header, family, rest, value)
            } else if let unicast = family.unicast {
                unreach = Unreach(family: unicast, prefixes: try prefixes(&rest, unicast))
            }
        } catch {
            if header.code == .mpReach { announcesOthers = true }
            let fault = header.fault(error, .disableFamily, value)
            unreadable.append(Unreadable(family: family, error: .attribute(fault)))
        }
    }

    private mutating func takeReach(
        _ header: AttributeHeader, _ family: RouteFamily, _ span: Span<UInt8>, _ value: Span<UInt8>
    ) throws(AttributeFault.Problem) {
        var rest = span
        let bytes: [UInt8]
        do {
            bytes = try rest.bytes(Int(try rest.u8()))
            try rest.skip(1)
        } catch { throw .length(value.count) }
        guard let unicast = family.unicast else { return announcesOthers = !rest.isEmpty }
        let nextHops = try nextHops(bytes, unicast)
        reach = Reach(family: unicast, nextHops: nextHops, prefixes: try prefixes(&rest, unicast))
        if nextHops.isEmpty {
            note(header.fault(.value("with a next hop that is none"), .treatAsWithdrawal, value))
        }
    }

    /// IPv6: 16 bytes, or 32 with a link-local address behind (RFC 2545 §3), for IPv4 prefixes too where both sides can do
    /// that (RFC 8950 §3). Another length leaves in doubt where the prefixes begin (RFC 7606 §7.11).
    private func nextHops(_ bytes: [UInt8], _ family: Family) throws(AttributeFault.Problem) -> [Address] {
        let isIPv6 = bytes.count == 16 || bytes.count == 32
        let isAllowed = family == .ipv6 ? isIPv6 : bytes.count == 4 || codec.ipv4OverIPv6 && isIPv6
        guard isAllowed else { throw .value("with a next hop of \(bytes.count) bytes") }
        let width = isIPv6 ? 16 : 4
        let all = stride(from: 0, to: bytes.count, by: width).compactMap { Address(bytes: bytes[$0..<$0 + width]) }
        return [all.first { $0.isUsable && !$0.isLinkLocal }, all.first { $0.isLinkLocal }].compactMap(\.self)
    }

    private func prefixes(_ span: inout Span<UInt8>, _ family: Family) throws(AttributeFault.Problem) -> [Prefix] {
        do { return try Prefix.decodeAll(&span, family) } catch { throw .value("with \(error)") }
    }
}

extension RouteFamily {
    fileprivate static func decode(_ span: inout Span<UInt8>) throws(WireError) -> Self {
        Self(afi: try span.u16(), safi: try span.u8())
    }
}

extension Address {
    fileprivate var isUsable: Bool { !isUnspecified && !isMulticast }
}
