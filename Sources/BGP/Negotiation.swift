public import Net

/// What both sides' OPENs come to.
public struct Negotiated: Hashable, Sendable {
    public var peerASN: ASN
    public var peerID: RouterID
    /// The smaller of both; zero means no KEEPALIVEs and no hold timer.
    public var holdTime: Duration
    /// Families that both offered, in order.
    public var families: [Family]
    public var codec: Codec
    /// Our end of the connection.
    public var local: Address
    /// All that the neighbor can do, unknown capabilities included.
    public var peerCapabilities: [Capability]

    /// A third of the hold time (RFC 4271 §10).
    public var keepalive: Duration { holdTime / 3 }
}

extension Session.Configuration {
    public var isInternal: Bool { asn == peerASN }

    /// Whole seconds; 1 and 2 aren't allowed (RFC 4271 §4.2), so they become 3.
    var holdSeconds: UInt16 {
        let seconds = UInt16(clamping: holdTime.components.seconds)
        return holdTime <= .zero ? 0 : max(3, seconds)
    }

    var open: Open {
        let families = families.sorted().map { Capability.multiprotocol(RouteFamily($0)) }
        return Open(asn: asn, holdTime: holdSeconds, id: id, capabilities: families + [.fourByteASN(asn)])
    }

    /// RFC 4271 §6.2, in the order of the fields.
    func negotiate(_ open: Open, local: Address) throws(BGPError) -> Negotiated {
        guard open.asn == peerASN else { throw .badPeerAS(open.asn, expected: peerASN) }
        guard open.holdTime == 0 || open.holdTime >= 3 else { throw .unacceptableHoldTime(seconds: open.holdTime) }
        // RFC 6286 §2.2: not zero, and within an AS nobody else's.
        guard open.id.rawValue != 0, !(isInternal && open.id == id) else { throw .badIdentifier(open.id) }
        let offered = open.families.compactMap(\.unicast)
        let common = families.sorted().filter(offered.contains)
        guard !common.isEmpty else { throw .noCommonFamily(wanted: families.sorted()) }
        return Negotiated(
            peerASN: open.asn, peerID: open.id, holdTime: .seconds(Int(min(open.holdTime, holdSeconds))),
            families: common, codec: Codec(fourByteASN: open.fourByteASN, isInternal: isInternal), local: local,
            peerCapabilities: open.capabilities)
    }

    /// The longest that a send may be stuck (RFC 9687 §3.2); nil without KEEPALIVEs, as that section says.
    func sendHold(_ negotiated: Negotiated) -> Duration? {
        guard negotiated.holdTime > .zero else { return nil }
        return sendHoldTime ?? max(.seconds(480), negotiated.holdTime * 2)
    }

    func exportContext(_ negotiated: Negotiated) -> ExportContext {
        ExportContext(
            asn: asn, codec: negotiated.codec, families: negotiated.families, nextHops: [negotiated.local] + nextHops)
    }
}
