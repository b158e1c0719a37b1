internal import Net

/// Answers queries from zones: bytes in, bytes out, nothing else.
///
///     query ─▶ header ─▶ Request ─▶ zone ─▶ Match ─▶ RRsets ─▶ answer
///                │          │         │
///             ignored    FORMERR   REFUSED
///
/// A value with memory of its own that it uses again for every query: one per thread.
public struct Responder: Sendable {
    public enum Transport: Sendable { case udp, tcp }

    public enum Outcome: Hashable, Sendable {
        /// An answer was appended.
        case answered(Reply)
        /// Nothing was appended: less than a header, or a response. Two servers that answered responses could be made
        /// to talk to each other for ever.
        case ignored
    }

    /// What an answer was, for whoever counts.
    public struct Reply: Hashable, Sendable {
        public var rcode: ResponseCode
        public var isTruncated = false
        /// Index into `Zones.all` of the zone that answered.
        public var zone: UInt16?
        /// What was asked for; 0 when the query couldn't be read.
        public var type = RecordType(rawValue: 0)
        public var opcode: Opcode
        public var hasEDNS = false
        public var dnssecOK = false
    }

    /// Replaced whole when a zone changes.
    public var zones: Zones
    /// For how long a TCP connection may be idle, in units of 100 ms: told to clients that ask (RFC 7828).
    public var keepalive: UInt16?
    private let identity: ServerIdentity
    /// The name that is being looked up.
    var name = LookupName()
    var writer = AnswerWriter()
    /// The aliases that this answer has followed: RRset and name; of a DNAME, where it stands in the message.
    var followed: [(set: Int, name: UInt64, position: Int)] = []
    /// Nodes whose NSEC or NSEC3 this answer needs.
    var provers: [UInt32] = []
    private var packing = Packing()
    /// A name that is being put together.
    var scratch: [UInt8] = []
    /// Of the answer that is being written.
    private var zone: UInt16?
    private var extendedError: ExtendedError?

    /// Beyond this many aliases in a row a resolver goes on by itself.
    static let longestChain = 16

    public init(zones: Zones, identity: ServerIdentity = ServerIdentity()) {
        (self.zones, self.identity) = (zones, identity)
        followed.reserveCapacity(Self.longestChain)
        provers.reserveCapacity(2 * Self.longestChain)
        scratch.reserveCapacity(2 * Name.maxLength)
    }

    /// Appends the answer to `query` at the end of `buffer`, when there is one.
    public mutating func respond(
        to query: Span<UInt8>, over transport: Transport, into buffer: inout [UInt8]
    ) -> Outcome {
        guard let header = Header(at: query), !header.flags.contains(.response) else { return .ignored }
        let opcode = header.flags.opcode
        guard opcode == .query || opcode == .notify else { return reply(header, query, .notImplemented, &buffer) }
        guard let request = try? Request(header, query, name: &name) else {
            return reply(header, query, .formatError, &buffer)
        }
        begin(request, query, transport)
        var (rcode, truncated) = opcode == .query ? answer(request) : answerNotify()
        if truncated, transport == .udp, writer.isNear(Packing.most) { (rcode, truncated) = pack(request, query) }
        if truncated { writer.insert(.truncated) }
        writer.finish(rcode, options(for: request, transport), into: &buffer)
        return .answered(
            Reply(
                rcode: rcode, isTruncated: truncated, zone: zone, type: request.type, opcode: opcode,
                hasEDNS: request.edns != nil, dnssecOK: request.edns?.dnssecOK ?? false))
    }

    /// Writes an answer that didn't fit once more, with names compressed by search; if that doesn't help, as it was.
    private mutating func pack(_ request: Request, _ query: Span<UInt8>) -> Result {
        begin(request, query, .udp, surplus: Packing.most)
        _ = name.read(query, at: Header.length)
        let packed = answer(request)
        if !packed.truncated, writer.pack(&packing, surplus: Packing.most) { return packed }
        begin(request, query, .udp)
        _ = name.read(query, at: Header.length)
        return answer(request)
    }

    /// A header alone.
    private mutating func reply(
        _ header: Header, _ query: Span<UInt8>, _ rcode: ResponseCode, _ buffer: inout [UInt8]
    ) -> Outcome {
        writer.begin(Request(id: header.id, flags: header.flags), query, limit: Header.length, reserve: 0)
        writer.finish(rcode, nil, into: &buffer)
        return .answered(Reply(rcode: rcode, opcode: header.flags.opcode))
    }

    private mutating func begin(
        _ request: Request, _ query: Span<UInt8>, _ transport: Transport, surplus: Int = 0
    ) {
        (zone, extendedError) = (nil, nil)
        if !followed.isEmpty { followed.removeAll(keepingCapacity: true) }
        if !provers.isEmpty { provers.removeAll(keepingCapacity: true) }
        writer.begin(
            request, query, limit: Self.limit(transport, request.edns) + surplus,
            reserve: reserve(for: request, transport))
    }

    /// 512 bytes without EDNS (RFC 1035 §4.2.1); with it what the client takes, but no more than passes unfragmented.
    /// Less than 512 counts as 512 (RFC 6891 §6.2.3).
    private static func limit(_ transport: Transport, _ edns: EDNSRequest?) -> Int {
        guard transport == .udp else { return 65535 }
        return Int(min(max(edns?.payloadSize ?? 512, 512), EDNS.payloadSize))
    }

    private func reserve(for request: Request, _ transport: Transport) -> Int {
        guard let edns = request.edns else { return 0 }
        return ReplyOptions.reserve(
            nsid: edns.wantsNSID ? identity.identity : nil, keepalive: edns.wantsKeepalive && transport == .tcp,
            version: edns.wantsZoneVersion)
    }

    private func options(for request: Request, _ transport: Transport) -> ReplyOptions? {
        guard let edns = request.edns else { return nil }
        var options = ReplyOptions(dnssecOK: edns.dnssecOK, extendedError: extendedError)
        // The longest names and identities together are more than 512 bytes.
        if edns.wantsNSID, writer.hasRoom(for: options) { options.nsid = identity.identity }
        // Over UDP it means nothing (RFC 7828 §3.2.1).
        if edns.wantsKeepalive, transport == .tcp { options.keepalive = keepalive }
        if edns.wantsZoneVersion, let zone {
            let answering = zones.all[Int(zone)]
            options.version = (UInt8(truncatingIfNeeded: answering.originLabelCount), answering.serial)
        }
        return options
    }

    private mutating func answer(_ request: Request) -> Result {
        if let edns = request.edns, edns.version > 0 { return (.badVersion, false) }
        switch (request.recordClass, request.type) {
        case (_, .axfr), (_, .ixfr): return refuse(.notSupported)
        case (_, let type) where type.isMeta:
            extendedError = .notSupported
            return (.notImplemented, false)
        case (.internet, _): return answerFromZones(request)
        case (.chaos, _): return answerChaos(request)
        default: return refuse(.notAuthoritative)
        }
    }

    private mutating func refuse(_ reason: ExtendedError) -> Result {
        extendedError = reason
        return (.refused, false)
    }

    private mutating func answerChaos(_ request: Request) -> Result {
        guard let text = identity.text(for: name) else { return refuse(.notAuthoritative) }
        writer.insert(.authoritative)
        guard request.type == .txt || request.type == .any else { return (.noError, truncated: false) }
        return (.noError, truncated: !writer.addText(text))
    }

    private mutating func answerFromZones(_ request: Request) -> Result {
        guard let index = zones.nearest(name, request.type) else { return refuse(.notAuthoritative) }
        zone = UInt16(truncatingIfNeeded: index)
        return answer(request, from: zones.all[index])
    }

    /// We have no primary whose word about a zone would count (RFC 1996 §3.10).
    private mutating func answerNotify() -> Result {
        guard let index = zones.nearest(name, .soa), zones.all[index].originLabelCount == name.labelCount else {
            return (.notAuthoritative, false)
        }
        zone = UInt16(truncatingIfNeeded: index)
        return (.refused, false)
    }
}

extension RecordType {
    /// Types of questions that aren't looked up (RFC 6895 §3.1): TKEY, TSIG, MAILB, MAILA and what may come.
    var isMeta: Bool { self == .opt || (128...254).contains(rawValue) }
}
