public import Net

/// Everything that ends a session because of a rule of BGP. ``notification`` is the one place that says how each is told
/// to the peer.
public enum BGPError: Error, Hashable, Sendable {
    // RFC 4271 §6.1
    case notSynchronized
    case badMessageLength(MessageType, UInt16)
    case badMessageType(MessageType)

    // RFC 4271 §6.2
    case malformedOpen(String)
    case unsupportedVersion(UInt8)
    case badPeerAS(ASN, expected: ASN)
    case badIdentifier(RouterID)
    case unsupportedParameter(UInt8)
    case unacceptableHoldTime(seconds: UInt16)
    /// The peer can do none of what we were told to exchange (RFC 5492 §5).
    case noCommonFamily(wanted: [Family])
    /// What we are to the neighbor and what it is to us don't go together (RFC 9234 §4.2); nil when it didn't say and must.
    case roleMismatch(ours: Role, theirs: Role?)
    /// It said several that differ.
    case severalRoles([Role])

    // RFC 4271 §6.3, where RFC 7606 leaves no milder reaction
    /// A length inside the message that doesn't fit the message; `offset` counts from the end of the header.
    case malformedUpdate(String, offset: Int)
    case invalidNetworkField(Family, length: UInt8)
    case attribute(AttributeFault)

    // RFC 7313 §5
    /// A ROUTE-REFRESH of another length, with all of its bytes.
    case badRefreshLength([UInt8])

    // RFC 4271 §6.5 to §6.7
    case unexpectedMessage(MessageType, in: State)
    case holdTimerExpired(after: Duration)
    case sendHoldTimerExpired(after: Duration)
    case tooManyPrefixes(limit: Int)
    /// We were about to tell the neighbor more than it is to hear from us.
    case tooManyAnnouncements(Int, limit: Int)
    /// What the neighbor says about its routes takes more memory than it may.
    case tooManyAttributes(limitBytes: Int)
    /// Its routes lead to more next hops than may be watched.
    case tooManyNextHops(limit: Int)
    /// By an operator.
    case stopped(String, CeaseSubcode = .administrativeShutdown)
    case collision
    case rejected
}

extension BGPError {
    /// What the peer is told, with the data that RFC 4271 §6 and its successors ask for.
    public var notification: Notification {
        switch self {
        case .notSynchronized: header(.connectionNotSynchronized)
        case .badMessageLength(_, let length): header(.badMessageLength, length.networkOrder)
        case .badMessageType(let type): header(.badMessageType, [type.rawValue])

        case .malformedOpen: open(.unspecific)
        case .unsupportedVersion: open(.unsupportedVersion, UInt16(Open.version).networkOrder)
        case .badPeerAS: open(.badPeerAS)
        case .badIdentifier: open(.badIdentifier)
        case .unsupportedParameter: open(.unsupportedParameter)
        case .unacceptableHoldTime: open(.unacceptableHoldTime)
        case .noCommonFamily(let wanted): open(.unsupportedCapability, multiprotocol(wanted))
        case .roleMismatch, .severalRoles: open(.roleMismatch)

        case .malformedUpdate: update(.malformedAttributeList)
        case .invalidNetworkField: update(.invalidNetworkField)
        case .attribute(let fault): update(fault.problem.subcode(of: fault.code), fault.bytes)

        case .badRefreshLength(let bytes):
            Notification(.routeRefresh, RefreshSubcode.invalidMessageLength.rawValue, data: bytes)

        case .unexpectedMessage(let type, let state):
            Notification(.finiteStateMachine, state.subcode.rawValue, data: [type.rawValue])
        case .holdTimerExpired: Notification(.holdTimerExpired)
        case .sendHoldTimerExpired: Notification(.sendHoldTimerExpired)
        case .tooManyPrefixes, .tooManyAnnouncements: .cease(.maximumPrefixes)
        case .tooManyAttributes, .tooManyNextHops: .cease(.outOfResources)
        case .stopped(let text, .administrativeShutdown): .shutdown(text)
        case .stopped(_, let subcode): .cease(subcode)
        case .collision: .cease(.collisionResolution)
        case .rejected: .cease(.connectionRejected)
        }
    }

    private func header(_ subcode: HeaderSubcode, _ data: [UInt8] = []) -> Notification {
        Notification(.messageHeader, subcode.rawValue, data: data)
    }

    private func open(_ subcode: OpenSubcode, _ data: [UInt8] = []) -> Notification {
        Notification(.open, subcode.rawValue, data: data)
    }

    private func update(_ subcode: UpdateSubcode, _ data: [UInt8] = []) -> Notification {
        Notification(.update, subcode.rawValue, data: data)
    }

    /// The capabilities that we miss, as the peer would have had to send them (RFC 5492 §3).
    private func multiprotocol(_ wanted: [Family]) -> [UInt8] {
        var bytes: [UInt8] = []
        for family in wanted { Capability.multiprotocol(RouteFamily(family)).encode(into: &bytes) }
        return bytes
    }
}

extension State {
    /// RFC 6608: only states with a connection can get a message.
    fileprivate var subcode: StateSubcode {
        switch self {
        case .openConfirm: .openConfirm
        case .established: .established
        case .idle, .connect, .active, .openSent: .openSent
        }
    }
}

extension UInt16 {
    fileprivate var networkOrder: [UInt8] {
        var bytes: [UInt8] = []
        bytes.put(self)
        return bytes
    }
}

extension BGPError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .notSynchronized: "a message that doesn't begin with the marker"
        case .badMessageLength(let type, let length): "\(type) of \(length) bytes"
        case .badMessageType(let type): "\(type), which nobody has defined"
        case .malformedOpen(let what): "malformed OPEN: \(what)"
        case .unsupportedVersion(let version): "BGP version \(version), only 4 is supported"
        case .badPeerAS(let asn, let expected): "the neighbor says it is \(asn), expected \(expected)"
        case .badIdentifier(let id): "unacceptable BGP identifier \(id)"
        case .unsupportedParameter(let type): "unknown optional parameter \(type) in OPEN"
        case .unacceptableHoldTime(let seconds): "unacceptable hold time of \(seconds) s"
        case .noCommonFamily(let wanted):
            "the neighbor exchanges no \(wanted.map(\.description).joined(separator: " or "))"
        case .roleMismatch(let ours, nil): "the neighbor says no role, and ours is \(ours)"
        case .roleMismatch(let ours, let theirs?): "the neighbor's role is \(theirs), and ours is \(ours)"
        case .severalRoles(let roles):
            "the neighbor says several roles: \(roles.map(\.description).joined(separator: ", "))"
        case .malformedUpdate(let what, let offset): "malformed UPDATE: \(what) at byte \(offset)"
        case .invalidNetworkField(let family, let length):
            "a prefix of \(length) bits that doesn't fit \(family) or the message"
        case .attribute(let fault): fault.description
        case .badRefreshLength(let bytes): "ROUTE-REFRESH of \(bytes.count) bytes"
        case .unexpectedMessage(let type, let state): "\(type) in state \(state)"
        case .holdTimerExpired(let time): "hold timer expired: nothing received for \(time)"
        case .sendHoldTimerExpired(let time): "send hold timer expired: the neighbor has read nothing for \(time)"
        case .tooManyAnnouncements(let count, let limit): "\(count) prefixes to announce, at most \(limit) are allowed"
        case .tooManyPrefixes(let limit): "more than \(limit) prefixes received"
        case .tooManyNextHops(let limit): "routes to more than \(limit) next hops received"
        case .tooManyAttributes(let limit): "more than \(limit) bytes of path attributes received"
        case .stopped(let text, _): text.isEmpty ? "stopped" : "stopped: \(text)"
        case .collision: "connection collision"
        case .rejected: "connection rejected"
        }
    }
}
