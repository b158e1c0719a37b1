internal import Net

/// Reads the path attributes of one UPDATE. A malformed attribute becomes a fault and reading goes on, as far as it is
/// still clear where the next one begins (RFC 7606); what is not is thrown.
struct AttributeDecoder {
    private let codec: Codec
    private(set) var attributes = PathAttributes()
    private(set) var reach: Reach?
    private(set) var unreach: Unreach?
    private(set) var faults: [AttributeFault] = []
    private var as4Path: ASPath?
    private var as4Aggregator: Aggregator?
    private var seen = [Bool](repeating: false, count: 256)

    init(_ codec: Codec) { self.codec = codec }

    mutating func decode(_ span: Span<UInt8>) throws(BGPError) {
        var span = span
        while !span.isEmpty {
            let attribute: RawAttribute
            do { attribute = try RawAttribute.decode(&span) } catch { return overrun(span) }
            try decode(attribute)
        }
        finish()
    }

    /// RFC 7606 §4: what follows can't be told apart any more, but the prefixes stand elsewhere.
    private mutating func overrun(_ rest: Span<UInt8>) {
        let code = AttributeCode(rawValue: rest.count > 1 ? rest[1] : 0)
        let bytes = Array(rest.array.prefix(AttributeFault.keptBytes))
        faults.append(AttributeFault(code: code, problem: .overrun, reaction: .treatAsWithdrawal, bytes: bytes))
        finish()
    }

    /// Each code is there once, so this order is the only one.
    private mutating func finish() {
        attributes.other.sort { $0.code.rawValue < $1.code.rawValue }
        mergeFourByte()
    }

    private mutating func decode(_ attribute: RawAttribute) throws(BGPError) {
        guard !isRepeated(attribute) else { return try noteRepeated(attribute) }
        guard let rule = AttributeRule.of(attribute.code) else { return try keep(attribute) }
        if attribute.flags.kind != rule.kind {
            note(attribute, .flags(attribute.flags.rawValue), rule.reaction)
            guard attribute.code == .mpReach || attribute.code == .mpUnreach else { return }
        }
        if rule.internalOnly, !codec.isInternal { return note(attribute, .notExpected, .discardAttribute) }
        do { try take(attribute) } catch { try fault(attribute, error, rule) }
    }

    private mutating func isRepeated(_ attribute: RawAttribute) -> Bool {
        defer { seen[Int(attribute.code.rawValue)] = true }
        return seen[Int(attribute.code.rawValue)]
    }

    /// The first one counts, but of MP attributes there must be only one (RFC 7606 §3 g).
    private mutating func noteRepeated(_ attribute: RawAttribute) throws(BGPError) {
        if attribute.code == .mpReach || attribute.code == .mpUnreach {
            throw .attribute(attribute.fault(.repeated, .resetSession))
        }
        note(attribute, .repeated, .discardAttribute)
    }

    /// One that we don't know is carried along, unless it claims that everyone must (RFC 4271 §6.3).
    private mutating func keep(_ attribute: RawAttribute) throws(BGPError) {
        guard attribute.flags.contains(.optional) else {
            throw .attribute(attribute.fault(.unrecognized, .resetSession))
        }
        attributes.other.append(attribute)
    }

    private mutating func note(_ attribute: RawAttribute, _ problem: AttributeFault.Problem, _ reaction: Reaction) {
        faults.append(attribute.fault(problem, reaction))
    }

    /// MP attributes carry prefixes: if they can't be read, nobody knows which to withdraw (RFC 7606 §5.3, §7.11).
    private mutating func fault(
        _ attribute: RawAttribute, _ problem: AttributeFault.Problem, _ rule: AttributeRule
    ) throws(BGPError) {
        if attribute.code == .mpReach || attribute.code == .mpUnreach {
            throw .attribute(attribute.fault(problem, .resetSession))
        }
        note(attribute, problem, rule.reaction)
    }

    // MARK: Values

    private mutating func take(_ attribute: RawAttribute) throws(AttributeFault.Problem) {
        let value = attribute.value
        switch attribute.code {
        case .origin: attributes.origin = try origin(value)
        case .asPath: attributes.asPath = try path(value, width: codec.fourByteASN ? 4 : 2)
        case .nextHop: attributes.nextHop = try nextHop(value)
        case .med: attributes.med = try value.number()
        case .localPref: attributes.localPref = try value.number()
        case .atomicAggregate:
            guard value.isEmpty else { throw .length(value.count) }
            attributes.atomicAggregate = true
        case .aggregator: attributes.aggregator = try aggregator(value, width: codec.fourByteASN ? 4 : 2)
        case .communities: attributes.communities = try value.words(each: 4).map { Community(rawValue: $0[0]) }
        case .largeCommunities:
            attributes.largeCommunities = try value.words(each: 12).map { LargeCommunity($0[0], $0[1], $0[2]) }
        case .as4Path: as4Path = try path(value, width: 4).withoutConfederation
        case .as4Aggregator: as4Aggregator = try aggregator(value, width: 4)
        case .mpReach: try takeReach(attribute)
        case .mpUnreach: try takeUnreach(attribute)
        default: try takeOpaque(attribute)
        }
    }

    /// Attributes whose length alone is ours to judge.
    private mutating func takeOpaque(_ attribute: RawAttribute) throws(AttributeFault.Problem) {
        let unit: Int? =
            switch attribute.code {
            case .originatorID, .clusterList: 4
            case .extendedCommunities: 8
            case .ipv6ExtendedCommunities: 20
            default: nil
            }
        let count = attribute.value.count
        if let unit, count == 0 || count % unit != 0 { throw .length(count) }
        if attribute.code == .originatorID, count != 4 { throw .length(count) }
        attributes.other.append(attribute)
    }

    private func origin(_ value: [UInt8]) throws(AttributeFault.Problem) -> Origin {
        guard value.count == 1 else { throw .length(value.count) }
        let origin = Origin(rawValue: value[0])
        guard origin.isDefined else { throw .value("\(value[0])") }
        return origin
    }

    private func nextHop(_ value: [UInt8]) throws(AttributeFault.Problem) -> Address {
        guard value.count == 4, let address = Address(bytes: value) else { throw .length(value.count) }
        guard !address.isUnspecified, !address.isMulticast else { throw .value("\(address)") }
        return address
    }

    private func path(_ value: [UInt8], width: Int) throws(AttributeFault.Problem) -> ASPath {
        let path = try ASPath.decode(value.span, width: width)
        for segment in path.segments {
            if segment.members.contains(ASN(0)) { throw .value("with AS 0") }  // RFC 7607 §2
            if width == (codec.fourByteASN ? 4 : 2), !codec.isInternal, segment.kind.rawValue > 2 {
                throw .value("with a confederation segment from outside")  // RFC 5065 §5
            }
        }
        return path
    }

    private func aggregator(_ value: [UInt8], width: Int) throws(AttributeFault.Problem) -> Aggregator {
        guard value.count == width + 4 else { throw .length(value.count) }
        let asn = ASN(number(value.prefix(width)))
        guard asn != ASN(0) else { throw .value("with AS 0") }  // RFC 7607 §2
        return Aggregator(asn: asn, id: RouterID(rawValue: number(value.suffix(4))))
    }

    // MARK: MP-BGP

    private mutating func takeReach(_ attribute: RawAttribute) throws(AttributeFault.Problem) {
        var span = attribute.value.span
        let family: RouteFamily
        let hops: [UInt8]
        do {
            family = RouteFamily(afi: try span.u16(), safi: try span.u8())
            hops = try span.bytes(Int(try span.u8()))
            try span.skip(1)
        } catch { throw .length(attribute.value.count) }
        guard let unicast = family.unicast else { return attributes.other.append(attribute) }
        reach = Reach(
            family: unicast, nextHops: try nextHops(hops, unicast), prefixes: try prefixes(&span, unicast))
    }

    private mutating func takeUnreach(_ attribute: RawAttribute) throws(AttributeFault.Problem) {
        var span = attribute.value.span
        let family: RouteFamily
        do { family = RouteFamily(afi: try span.u16(), safi: try span.u8()) } catch {
            throw .length(attribute.value.count)
        }
        guard let unicast = family.unicast else { return attributes.other.append(attribute) }
        unreach = Unreach(family: unicast, prefixes: try prefixes(&span, unicast))
    }

    /// IPv6: 16 bytes, or 32 with a link-local address behind (RFC 2545 §3).
    private func nextHops(_ bytes: [UInt8], _ family: Family) throws(AttributeFault.Problem) -> [Address] {
        let width = family.width / 8
        guard bytes.count == width || family == .ipv6 && bytes.count == 32 else {
            throw .value("with a next hop of \(bytes.count) bytes")
        }
        return stride(from: 0, to: bytes.count, by: width).compactMap { Address(bytes: bytes[$0..<$0 + width]) }
    }

    private func prefixes(_ span: inout Span<UInt8>, _ family: Family) throws(AttributeFault.Problem) -> [Prefix] {
        do { return try Prefix.decodeAll(&span, family) } catch { throw .value("with \(error)") }
    }

    // MARK: Old peers

    /// RFC 6793 §4.2.3. Between speakers that both have four bytes, AS4_PATH and AS4_AGGREGATOR are ignored (§4.1).
    private mutating func mergeFourByte() {
        guard !codec.fourByteASN else { return }
        if let aggregator = attributes.aggregator, aggregator.asn != .trans { return }
        if attributes.aggregator != nil, let as4Aggregator { attributes.aggregator = as4Aggregator }
        if let as4Path, let asPath = attributes.asPath { attributes.asPath = asPath.merged(with: as4Path) }
    }
}

/// Up to four bytes in network order.
private func number(_ bytes: ArraySlice<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }

extension [UInt8] {
    fileprivate func number() throws(AttributeFault.Problem) -> UInt32 {
        guard count == 4 else { throw .length(count) }
        return BGP.number(self[...])
    }

    /// Groups of 32-bit words, `size` bytes each, at least one group.
    fileprivate func words(each size: Int) throws(AttributeFault.Problem) -> [[UInt32]] {
        guard !isEmpty, count % size == 0 else { throw .length(count) }
        return stride(from: 0, to: count, by: size).map { group in
            stride(from: group, to: group + size, by: 4).map { BGP.number(self[$0..<$0 + 4]) }
        }
    }
}
