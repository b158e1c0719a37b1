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
    /// What was malformed and yet didn't end the session, ``AttributeFault/most`` at most; never sent.
    public var faults: [AttributeFault] = []
    /// Families whose prefixes can't be told from this message, in the order of it; never sent.
    public var unreadable: [Unreadable] = []
    /// Why the routes can't be used, although all is well formed: for whoever reads them, see ``RouteFlaw``; never sent.
    public var flaw: RouteFlaw?

    public init() {}

    /// The hardest of the reactions that the faults ask for; nil when there are none.
    public var reaction: Reaction? {
        let worst = faults.map(\.reaction).max()
        return unreadable.isEmpty ? worst : max(worst ?? .disableFamily, .disableFamily)
    }

    /// Whether the prefixes that it announces count as withdrawn.
    public var isWithdrawal: Bool { flaw != nil || faults.contains { $0.reaction == .treatAsWithdrawal } }

    /// All prefixes of both families that can now be reached: none when something makes the message a withdrawal.
    public var reachable: [Prefix] { isWithdrawal ? [] : named }

    public var unreachable: [Prefix] {
        let said = withdrawn + (unreach?.prefixes ?? [])
        return isWithdrawal ? said + named : said
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
        update.withdrawn = update.prefixes(rest.extracting(first: withdrawnCount))
        rest = rest.extracting(droppingFirst: withdrawnCount)

        let attributeCount = try count(of: "path attributes", &rest, body.count)
        let attributes = rest.extracting(first: attributeCount)
        let network = rest.extracting(droppingFirst: attributeCount)
        update.announced = update.prefixes(network)

        var decoder = AttributeDecoder(codec, announcesHere: !network.isEmpty)
        try decoder.decode(attributes)
        (update.attributes, update.reach) = (decoder.attributes, decoder.reach)
        (update.unreach, update.faults) = (decoder.unreach, decoder.faults)
        update.unreadable += decoder.unreadable
        update.noteMissing(codec)
        try update.checkNamed(decoder.announcesOthers || !network.isEmpty)
        return update
    }

    /// None where they can't be read: then that is noted (RFC 7606 §3 i, §5.3).
    private mutating func prefixes(_ field: Span<UInt8>) -> [Prefix] {
        var field = field
        do { return try Prefix.decodeAll(&field, .ipv4) } catch {
            unreadable.append(Unreadable(family: .ipv4Unicast, error: error))
            return []
        }
    }

    /// The length in bytes of what comes next. One that doesn't fit the message resets (RFC 7606 §3 b).
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
        guard !isWithdrawal else { return }
        faults.append(
            AttributeFault(code: code, problem: .missing, reaction: .treatAsWithdrawal, bytes: [code.rawValue]))
    }

    /// RFC 7606 §5.2: with nothing announced, a malformed attribute may have hidden what was.
    private func checkNamed(_ announcesMore: Bool) throws(BGPError) {
        guard named.isEmpty, !announcesMore, var worst = faults.first(where: { $0.reaction > .discardAttribute }) else {
            return
        }
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
        let hops = nextHops.flatMap(\.bytes)
        value.put(UInt8(truncatingIfNeeded: hops.count))
        value += hops
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
