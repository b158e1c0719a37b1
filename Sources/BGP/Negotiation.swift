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
    /// The neighbor sends its routes again when asked (RFC 2918).
    public var canRefresh: Bool
    /// Both say where such an answer begins and ends (RFC 7313).
    public var marksRefresh: Bool
    /// What the neighbor is to us: what our own role asks for, else what it says itself (RFC 9234 §4.2).
    public var peerRole: Role?
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

    /// What our OPEN offers.
    public var capabilities: [Capability] { open.capabilities }

    /// Graceful restart isn't among what we offer: a site that died must lose its routes at once.
    var open: Open {
        var list = families.sorted().map { Capability.multiprotocol(RouteFamily($0)) }
        list.append(.routeRefresh)
        if ipv4OverIPv6 { list.append(.extendedNextHop([.ipv4OverIPv6])) }
        if extendedMessages { list.append(.extendedMessage) }
        if let role = ownRole { list.append(.role(role)) }
        list += [.fourByteASN(asn), .enhancedRouteRefresh]
        return Open(asn: asn, holdTime: holdSeconds, id: id, capabilities: list)
    }

    /// Roles are for neighbors of other ASes (RFC 9234 §4).
    private var ownRole: Role? { isInternal ? nil : role }

    /// RFC 4271 §6.2, in the order of the fields.
    func negotiate(_ open: Open, local: Address) throws(BGPError) -> Negotiated {
        guard open.asn == peerASN else { throw .badPeerAS(open.asn, expected: peerASN) }
        guard open.holdTime == 0 || open.holdTime >= 3 else { throw .unacceptableHoldTime(seconds: open.holdTime) }
        // RFC 6286 §2.2: not zero, and within an AS nobody else's.
        guard open.id.rawValue != 0, !(isInternal && open.id == id) else { throw .badIdentifier(open.id) }
        let offered = open.families.compactMap(\.unicast)
        let common = families.sorted().filter(offered.contains)
        guard !common.isEmpty else { throw .noCommonFamily(wanted: families.sorted()) }
        let peerRole = try negotiateRole(open)
        return Negotiated(
            peerASN: open.asn, peerID: open.id, holdTime: .seconds(Int(min(open.holdTime, holdSeconds))),
            families: common, codec: codec(with: open), canRefresh: open.offers(.routeRefresh),
            marksRefresh: open.offers(.routeRefresh) && open.offers(.enhancedRouteRefresh), peerRole: peerRole,
            local: local, peerCapabilities: open.capabilities)
    }

    private func codec(with open: Open) -> Codec {
        let overIPv6 = open.capabilities.contains {
            if case .extendedNextHop(let list) = $0 { list.contains(.ipv4OverIPv6) } else { false }
        }
        return Codec(
            fourByteASN: open.fourByteASN, isInternal: isInternal,
            extendedMessages: extendedMessages && open.offers(.extendedMessage),
            ipv4OverIPv6: ipv4OverIPv6 && overIPv6)
    }

    /// RFC 9234 §4.2: the roles go together, or the session isn't wanted. Who says none is taken for what our role asks
    /// for, unless it has to say.
    private func negotiateRole(_ open: Open) throws(BGPError) -> Role? {
        guard !isInternal else { return nil }
        let said = open.capabilities.compactMap { if case .role(let role) = $0 { role } else { nil } }
        guard Set(said).count <= 1 else { throw .severalRoles(said) }
        guard let role else { return said.first?.opposite == nil ? nil : said.first }
        guard let theirs = said.first else {
            guard !requiresRole else { throw .roleMismatch(ours: role, theirs: nil) }
            return role.opposite
        }
        guard theirs == role.opposite else { throw .roleMismatch(ours: role, theirs: theirs) }
        return theirs
    }

    /// The longest that a send may be stuck (RFC 9687 §3.2); nil without KEEPALIVEs, as that section says.
    func sendHold(_ negotiated: Negotiated) -> Duration? {
        guard negotiated.holdTime > .zero else { return nil }
        return sendHoldTime ?? max(.seconds(480), negotiated.holdTime * 2)
    }

    func exportContext(_ negotiated: Negotiated) -> ExportContext {
        var context = ExportContext(
            asn: asn, codec: negotiated.codec, families: negotiated.families, nextHops: [negotiated.local] + nextHops)
        context.marksOnlyToCustomer = negotiated.peerRole?.getsOnlyToCustomer ?? false
        return context
    }

    /// Our addresses, to give as next hops of each family; none where it can't be told.
    public func nextHops(_ negotiated: Negotiated) -> [Family: [Address]] {
        let context = exportContext(negotiated)
        return Dictionary(uniqueKeysWithValues: negotiated.families.map { ($0, context.nextHops(for: $0)) })
    }

    func checks(_ negotiated: Negotiated) -> RouteChecks {
        var checks = RouteChecks(asn: asn, id: id, peerASN: peerASN)
        (checks.clusterID, checks.peerRole) = (clusterID, negotiated.peerRole)
        (checks.acceptsASSets, checks.enforcesFirstAS) = (acceptsASSets, enforcesFirstAS)
        checks.allowedOwnAS = allowedOwnAS
        return checks
    }
}

extension Open {
    fileprivate func offers(_ code: CapabilityCode) -> Bool {
        capabilities.contains { if case .other = $0 { false } else { $0.code == code } }
    }
}
