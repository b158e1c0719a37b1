public import Net

/// The first message on a connection: who speaks, and what it can do (RFC 4271 §4.2).
public struct Open: Hashable, Sendable {
    static let version: UInt8 = 4

    /// The speaker's AS number, from the capability when there is one (RFC 6793 §4.1).
    public var asn: ASN
    /// Seconds; 0 means that no KEEPALIVEs are exchanged.
    public var holdTime: UInt16
    public var id: RouterID
    /// In the order of the message, unknown and repeated ones included.
    public var capabilities: [Capability]

    public init(asn: ASN, holdTime: UInt16, id: RouterID, capabilities: [Capability]) {
        (self.asn, self.holdTime, self.id, self.capabilities) = (asn, holdTime, id, capabilities)
    }

    public var fourByteASN: Bool { capabilities.contains { $0.code == .fourByteASN } }

    /// What the speaker wants to exchange. Without a single multiprotocol capability that is IPv4 unicast, as it was
    /// before there were any.
    public var families: [RouteFamily] {
        let named = capabilities.compactMap { if case .multiprotocol(let family) = $0 { family } else { nil } }
        return named.isEmpty ? [.ipv4Unicast] : named
    }
}

// MARK: Wire form

extension Open {
    /// Optional parameters whose length takes two bytes begin with this type (RFC 9072 §2).
    private static let extendedLength: UInt8 = 255
    private static let capabilitiesParameter: UInt8 = 2

    static func decode(_ body: Span<UInt8>) throws(BGPError) -> Self {
        var body = body
        let fixed: (version: UInt8, asn: UInt16, holdTime: UInt16, id: UInt32)
        do { fixed = (try body.u8(), try body.u16(), try body.u16(), try body.u32()) } catch {
            throw .malformedOpen("truncated")
        }
        guard fixed.version == version else { throw .unsupportedVersion(fixed.version) }
        var open = Self(
            asn: ASN(UInt32(fixed.asn)), holdTime: fixed.holdTime, id: RouterID(rawValue: fixed.id),
            capabilities: try parameters(&body))
        for case .fourByteASN(let asn) in open.capabilities { open.asn = asn }
        return open
    }

    private static func parameters(_ body: inout Span<UInt8>) throws(BGPError) -> [Capability] {
        let wide: Bool
        do { wide = try takeLength(&body) } catch { throw .malformedOpen("optional parameters don't fit") }
        var capabilities: [Capability] = []
        while !body.isEmpty {
            let type: UInt8
            let value: [UInt8]
            do {
                type = try body.u8()
                value = try body.bytes(wide ? Int(try body.u16()) : Int(try body.u8()))
            } catch { throw .malformedOpen("an optional parameter doesn't fit") }
            guard type == capabilitiesParameter else { throw .unsupportedParameter(type) }
            try decodeCapabilities(value.span, into: &capabilities)
        }
        return capabilities
    }

    /// The length of all parameters, which must be what is left; tells whether each has two bytes of length.
    private static func takeLength(_ body: inout Span<UInt8>) throws(WireError) -> Bool {
        var length = Int(try body.u8())
        var rest = body
        guard length == 0 || !rest.isEmpty else { throw .truncated(wanted: length, had: 0) }
        let wide = length == 0 ? false : try rest.u8() == extendedLength
        if wide {
            length = Int(try rest.u16())
            body = rest
        }
        guard body.count == length else { throw .truncated(wanted: length, had: body.count) }
        return wide
    }

    private static func decodeCapabilities(_ value: Span<UInt8>, into list: inout [Capability]) throws(BGPError) {
        var value = value
        while !value.isEmpty {
            let capability: Capability
            do { capability = try .decode(&value) } catch { throw .malformedOpen("a capability doesn't fit") }
            if case .other(let code, let bytes) = capability, code == .multiprotocol || code == .fourByteASN {
                throw .malformedOpen("capability \(code.rawValue) of \(bytes.count) bytes")
            }
            list.append(capability)
        }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.put(Self.version)
        bytes.put(asn.twoBytes)
        bytes.put(holdTime)
        bytes.put(id.rawValue)
        var list: [UInt8] = []
        for capability in capabilities { capability.encode(into: &list) }
        encodeParameters(list, into: &bytes)
    }

    /// All capabilities in one parameter; in the form of RFC 9072 only when there is no other way.
    private func encodeParameters(_ list: [UInt8], into bytes: inout [UInt8]) {
        if list.isEmpty {
            bytes.put(UInt8(0))
        } else if list.count <= 253 {
            bytes += [UInt8(list.count + 2), Self.capabilitiesParameter, UInt8(list.count)]
            bytes += list
        } else {
            bytes += [255, Self.extendedLength]
            bytes.put(UInt16(clamping: list.count + 3))
            bytes.put(Self.capabilitiesParameter)
            bytes.put(UInt16(clamping: list.count))
            bytes += list
        }
    }
}

extension ASN {
    /// Itself where it fits, AS_TRANS where it doesn't (RFC 6793 §4.2.2).
    var twoBytes: UInt16 { UInt16(exactly: rawValue) ?? 23456 }
}
