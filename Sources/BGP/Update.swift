public import Net

/// Prefixes that can't be reached any more, and prefixes that can, with what is said about them (RFC 4271 §4.3).
public struct Update: Hashable, Sendable {
    /// IPv4, outside of MP_UNREACH_NLRI.
    public var withdrawn: [Prefix] = []
    public var unreach: Unreach?
    public var attributes = PathAttributes()
    public var reach: Reach?
    /// IPv4, outside of MP_REACH_NLRI.
    public var announced: [Prefix] = []
    /// What was malformed and yet didn't end the session; never sent.
    public var faults: [AttributeFault] = []

    public init() {}

    /// The hardest of the reactions that the faults ask for; nil when there are none.
    public var reaction: Reaction? { faults.map(\.reaction).max() }

    /// All prefixes of both families that can now be reached: none when a malformed attribute makes the message a
    /// withdrawal.
    public var reachable: [Prefix] { reaction == .treatAsWithdrawal ? [] : named }

    public var unreachable: [Prefix] {
        let said = withdrawn + (unreach?.prefixes ?? [])
        return reaction == .treatAsWithdrawal ? said + named : said
    }

    /// What the message calls reachable, whatever became of it.
    var named: [Prefix] { announced + (reach?.prefixes ?? []) }
}

// MARK: Wire form

extension Update {
    static func decode(_ body: Span<UInt8>, _ codec: Codec) throws(BGPError) -> Self {
        var update = Self()
        var rest = body
        let withdrawnCount = try count(of: "withdrawn routes", &rest, body.count)
        var withdrawn = rest.extracting(first: withdrawnCount)
        rest = rest.extracting(droppingFirst: withdrawnCount)
        update.withdrawn = try Prefix.decodeAll(&withdrawn, .ipv4)

        let attributeCount = try count(of: "path attributes", &rest, body.count)
        let attributes = rest.extracting(first: attributeCount)
        rest = rest.extracting(droppingFirst: attributeCount)
        update.announced = try Prefix.decodeAll(&rest, .ipv4)

        var decoder = AttributeDecoder(codec)
        try decoder.decode(attributes)
        (update.attributes, update.reach) = (decoder.attributes, decoder.reach)
        (update.unreach, update.faults) = (decoder.unreach, decoder.faults)
        update.noteMissing(codec)
        try update.checkNamed()
        return update
    }

    /// The length in bytes of what comes next. One that doesn't fit the message resets (RFC 7606 §3 a).
    private static func count(
        of part: String, _ rest: inout Span<UInt8>, _ total: Int
    ) throws(BGPError) -> Int {
        let offset = total - rest.count
        guard let length = try? Int(rest.u16()), rest.count >= length else {
            throw .malformedUpdate("the length of the \(part) doesn't fit the message", offset: offset)
        }
        return length
    }

    /// RFC 4271 §5: mandatory with prefixes that can be reached; RFC 7606 §3 d: else treated as withdrawn.
    private mutating func noteMissing(_ codec: Codec) {
        guard !named.isEmpty else { return }
        if attributes.origin == nil { missing(.origin) }
        if attributes.asPath == nil { missing(.asPath) }
        if attributes.nextHop == nil, !announced.isEmpty { missing(.nextHop) }
        if attributes.localPref == nil, codec.isInternal { missing(.localPref) }
    }

    private mutating func missing(_ code: AttributeCode) {
        guard !faults.contains(where: { $0.code == code && $0.reaction == .treatAsWithdrawal }) else { return }
        faults.append(
            AttributeFault(code: code, problem: .missing, reaction: .treatAsWithdrawal, bytes: [code.rawValue]))
    }

    /// RFC 7606 §5.2: with nothing announced, a malformed attribute may have hidden what was.
    private func checkNamed() throws(BGPError) {
        guard named.isEmpty, var worst = faults.first(where: { $0.reaction > .discardAttribute }) else { return }
        worst.reaction = .resetSession
        throw .attribute(worst)
    }

    func encode(into bytes: inout [UInt8], _ codec: Codec) {
        bytes.putCounted { bytes in for prefix in withdrawn { prefix.encode(into: &bytes) } }
        bytes.putCounted { bytes in
            if let unreach { unreach.attribute.encode(into: &bytes) }
            if let reach { reach.attribute.encode(into: &bytes) }
            attributes.encode(into: &bytes, codec)
        }
        for prefix in announced { prefix.encode(into: &bytes) }
    }
}

/// MP attributes stand first (RFC 7606 §5.1), and this one with two bytes of length, as BIRD writes it.
extension Reach {
    fileprivate var attribute: RawAttribute {
        var value: [UInt8] = []
        value.put(family.rawValue)
        value.put(RouteFamily(family).safi)
        value.put(UInt8(truncatingIfNeeded: nextHops.count * family.width / 8))
        for hop in nextHops { value += hop.bytes }
        value.put(UInt8(0))
        for prefix in prefixes { prefix.encode(into: &value) }
        return RawAttribute([.optional, .extendedLength], .mpReach, value)
    }
}

extension Unreach {
    fileprivate var attribute: RawAttribute {
        var value: [UInt8] = []
        value.put(family.rawValue)
        value.put(RouteFamily(family).safi)
        for prefix in prefixes { prefix.encode(into: &value) }
        return RawAttribute([.optional], .mpUnreach, value)
    }
}

extension [UInt8] {
    /// What `write` writes, with its length in two bytes before it.
    fileprivate mutating func putCounted(_ write: (inout Self) -> Void) {
        let start = count
        put(UInt16(0))
        write(&self)
        patch(UInt16(clamping: count - start - 2), at: start)
    }
}
