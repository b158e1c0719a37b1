internal import Net

/// Reads the path attributes of one UPDATE. A malformed attribute becomes a fault and reading goes on, as far as it is
/// still clear where the next one begins (RFC 7606); what is not is thrown.
///
/// The values of single attributes are read in `AttributeValues`, those that carry prefixes in `PrefixAttributes`.
struct AttributeDecoder {
    let codec: Codec
    /// The message announces IPv4 prefixes outside of MP_REACH_NLRI, so that NEXT_HOP matters.
    private let announcesHere: Bool
    private(set) var attributes = PathAttributes()
    var reach: Reach?
    var unreach: Unreach?
    private(set) var faults: [AttributeFault] = []
    var unreadable: [Unreadable] = []
    /// Prefixes are announced that we don't read, or can't.
    var announcesOthers = false
    private var as4Path: ASPath?
    private var as4Aggregator: Aggregator?
    private var seen = CodeSet()

    init(_ codec: Codec, announcesHere: Bool) { (self.codec, self.announcesHere) = (codec, announcesHere) }

    mutating func decode(_ span: Span<UInt8>) throws(BGPError) {
        var span = span
        while !span.isEmpty {
            let header: AttributeHeader
            do { header = try .decode(&span) } catch {
                noteOverrun(span)
                break
            }
            try decode(header, span.extracting(first: header.length))
            span = span.extracting(droppingFirst: header.length)
        }
        if attributes.other.count > 1 { attributes.other.sort { $0.code.rawValue < $1.code.rawValue } }
        mergeFourByte()
    }

    /// RFC 7606 §4: what follows can't be told apart any more, but the prefixes stand elsewhere.
    private mutating func noteOverrun(_ rest: Span<UInt8>) {
        let code = AttributeCode(rawValue: rest.count > 1 ? rest[1] : 0)
        let bytes = rest.extracting(first: min(rest.count, AttributeFault.keptBytes)).array
        note(AttributeFault(code: code, problem: .overrun, reaction: .treatAsWithdrawal, bytes: bytes))
    }

    private mutating func decode(_ header: AttributeHeader, _ value: Span<UInt8>) throws(BGPError) {
        let isMultiprotocol = header.code == .mpReach || header.code == .mpUnreach
        guard seen.insert(header.code) else {
            // The first one counts, but of MP attributes there must be only one (RFC 7606 §3 g).
            guard !isMultiprotocol else { throw .attribute(header.fault(.repeated, .resetSession, value)) }
            return note(header.fault(.repeated, .discardAttribute, value))
        }
        if isMultiprotocol { return try takePrefixes(header, value) }
        guard let rule = AttributeRule.of(header.code) else { return try keep(header, value) }
        guard header.flags.kind == rule.kind else {
            return note(header.fault(.flags(header.flags.rawValue), .treatAsWithdrawal, value))
        }
        if rule.internalOnly, !codec.isInternal {
            return note(header.fault(.notExpected, .discardAttribute, value))
        }
        do { try take(header, value) } catch { note(header.fault(error, rule.reaction, value)) }
    }

    /// One that we don't know is carried along, unless it claims that everyone must (RFC 4271 §6.3).
    private mutating func keep(_ header: AttributeHeader, _ value: Span<UInt8>) throws(BGPError) {
        guard header.flags.contains(.optional) else {
            throw .attribute(header.fault(.unrecognized, .resetSession, value))
        }
        attributes.other.append(RawAttribute(header.flags, header.code, value.array))
    }

    /// Of many, those that come last are remembered only if they are the hardest.
    mutating func note(_ fault: AttributeFault) {
        if faults.count < AttributeFault.most {
            faults.append(fault)
        } else if !faults.contains(where: { $0.reaction >= fault.reaction }) {
            faults[faults.count - 1] = fault
        }
    }

    private mutating func take(_ header: AttributeHeader, _ value: Span<UInt8>) throws(AttributeFault.Problem) {
        switch header.code {
        case .origin: attributes.origin = try .decode(value)
        case .asPath: attributes.asPath = try asPath(value)
        case .nextHop: attributes.nextHop = try nextHop(value)
        case .med: attributes.med = try number(value)
        case .localPref: attributes.localPref = try number(value)
        case .atomicAggregate:
            guard value.isEmpty else { throw .length(value.count) }
            attributes.atomicAggregate = true
        case .aggregator: attributes.aggregator = try .decode(value, width: codec.fourByteASN ? 4 : 2)
        case .communities: attributes.communities = try Community.decodeAll(value)
        case .extendedCommunities: attributes.extendedCommunities = try ExtendedCommunity.decodeAll(value)
        case .largeCommunities: attributes.largeCommunities = try LargeCommunity.decodeAll(value)
        case .originatorID: attributes.originatorID = RouterID(rawValue: try number(value))
        case .clusterList: attributes.clusterList = try RouterID.decodeAll(value)
        case .onlyToCustomer: attributes.onlyToCustomer = ASN(try number(value))
        case .as4Path: as4Path = try as4Path(value)
        case .as4Aggregator: as4Aggregator = try .decode(value, width: 4)
        default: try takeOpaque(header, value)
        }
        if header.flags.isSuperset(of: [.optional, .partial]), header.code != .as4Path, header.code != .as4Aggregator {
            attributes.partial.insert(header.code)
        }
    }

    /// IPv6 address-specific communities, of which only the length is ours to judge (RFC 7606 §7.15).
    private mutating func takeOpaque(
        _ header: AttributeHeader, _ value: Span<UInt8>
    ) throws(AttributeFault.Problem) {
        guard !value.isEmpty, value.count % 20 == 0 else { throw .length(value.count) }
        attributes.other.append(RawAttribute(header.flags, header.code, value.array))
    }

    // MARK: Those that depend on what was negotiated

    /// A NEXT_HOP that nobody could use matters only if it is used: beside MP_REACH_NLRI alone it is to be ignored (RFC
    /// 4760 §3).
    private func nextHop(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> Address {
        let address = Address(v4: try number(value))
        guard !announcesHere || !address.isUnspecified && !address.isMulticast else { throw .value("\(address)") }
        return address
    }

    private func asPath(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> ASPath {
        let path = try path(value, width: codec.fourByteASN ? 4 : 2)
        guard codec.isInternal || !path.hasConfederation else {
            throw .value("with a confederation segment from outside")  // RFC 5065 §5
        }
        return path
    }

    private func path(_ value: Span<UInt8>, width: Int) throws(AttributeFault.Problem) -> ASPath {
        let path = try ASPath.decode(value, width: width)
        guard !path.contains(ASN(0)) else { throw .value("with AS 0") }  // RFC 7607 §2
        return path
    }

    /// RFC 6793 §6: at least one AS number.
    private func as4Path(_ value: Span<UInt8>) throws(AttributeFault.Problem) -> ASPath {
        guard value.count >= 6 else { throw .length(value.count) }
        return try path(value, width: 4).withoutConfederation
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

/// Codes of attributes, a bit each.
private struct CodeSet {
    private var bits: (UInt128, UInt128) = (0, 0)

    /// False when it was there already.
    mutating func insert(_ code: AttributeCode) -> Bool {
        let bit = UInt128(1) << UInt128(code.rawValue & 127)
        let word = code.rawValue < 128 ? bits.0 : bits.1
        if code.rawValue < 128 { bits.0 |= bit } else { bits.1 |= bit }
        return word & bit == 0
    }
}
