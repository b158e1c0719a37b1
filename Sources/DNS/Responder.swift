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
    private let identity: ServerIdentity
    /// For how long a TCP connection may be idle, in units of 100 ms: told to clients that ask (RFC 7828).
    public var keepalive: UInt16?
    /// Of the answer that is being written.
    var zone: UInt16?
    /// The name that is being looked up.
    var name = LookupName()
    var writer = AnswerWriter()
    /// The CNAME RRsets that this answer has followed.
    var followed: [Int] = []

    /// Beyond this many aliases in a row a resolver goes on by itself.
    static let longestChain = 16

    public init(zones: Zones, identity: ServerIdentity = ServerIdentity()) {
        (self.zones, self.identity) = (zones, identity)
        followed.reserveCapacity(Self.longestChain)
    }

    /// Appends the answer to `query` at the end of `buffer`, when there is one.
    public mutating func respond(
        to query: Span<UInt8>, over transport: Transport, into buffer: inout [UInt8]
    ) -> Outcome {
        var rest = query
        guard let header = try? Header(&rest), !header.flags.contains(.response) else { return .ignored }
        let bare = Request(id: header.id, flags: header.flags)
        guard header.flags.opcode == .query else { return reply(bare, query, .notImplemented, &buffer) }
        guard let request = try? Request(header, query, name: &name) else {
            return reply(bare, query, .formatError, &buffer)
        }
        begin(request, query, transport, &buffer)
        let (rcode, truncated) = answer(request, &buffer)
        if truncated { writer.insert(.truncated) }
        writer.finish(rcode, request.edns, nsid: identity.identity, into: &buffer)
        return .answered(
            Reply(
                rcode: rcode, isTruncated: truncated, zone: zone, type: request.type, opcode: .query,
                hasEDNS: request.edns != nil, dnssecOK: request.edns?.dnssecOK ?? false))
    }

    /// A header alone.
    private mutating func reply(
        _ bare: Request, _ query: Span<UInt8>, _ rcode: ResponseCode, _ buffer: inout [UInt8]
    ) -> Outcome {
        writer.begin(bare, query, limit: Header.length, reserve: 0, into: &buffer)
        writer.finish(rcode, nil, nsid: nil, into: &buffer)
        return .answered(Reply(rcode: rcode, opcode: bare.flags.opcode))
    }

    private mutating func begin(
        _ request: Request, _ query: Span<UInt8>, _ transport: Transport, _ buffer: inout [UInt8]
    ) {
        zone = nil
        let reserve = AnswerWriter.reserve(request.edns, nsid: identity.identity)
        let limit = Self.limit(transport, request.edns)
        writer.begin(request, query, limit: limit, reserve: reserve, into: &buffer)
    }

    /// 512 bytes without EDNS (RFC 1035 §4.2.1); with it what the client takes, but no more than passes unfragmented.
    /// Less than 512 counts as 512 (RFC 6891 §6.2.3).
    private static func limit(_ transport: Transport, _ edns: EDNSRequest?) -> Int {
        guard transport == .udp else { return 65535 }
        return Int(min(max(edns?.payloadSize ?? 512, 512), EDNS.payloadSize))
    }

    private mutating func answer(_ request: Request, _ buffer: inout [UInt8]) -> Result {
        if let edns = request.edns, edns.version > 0 { return (.badVersion, false) }
        switch (request.recordClass, request.type) {
        case (_, .axfr), (_, .ixfr): return (.refused, false)
        case (_, let type) where type.isMeta: return (.notImplemented, false)
        case (.internet, _): return answerFromZones(request, &buffer)
        case (.chaos, _): return answerChaos(request, &buffer)
        default: return (.refused, false)
        }
    }

    private mutating func answerChaos(_ request: Request, _ buffer: inout [UInt8]) -> Result {
        guard let text = identity.text(for: name.bytes) else { return (.refused, truncated: false) }
        writer.insert(.authoritative)
        guard request.type == .txt || request.type == .any else { return (.noError, truncated: false) }
        return (.noError, truncated: !writer.addText(text, into: &buffer))
    }

    private mutating func answerFromZones(_ request: Request, _ buffer: inout [UInt8]) -> Result {
        guard let index = zones.nearest(name, request.type) else { return (.refused, truncated: false) }
        zone = UInt16(truncatingIfNeeded: index)
        return answer(request, from: zones.all[index], &buffer)
    }
}

extension RecordType {
    /// Types of questions that aren't looked up (RFC 6895 §3.1): TKEY, TSIG, MAILB, MAILA and what may come.
    var isMeta: Bool { self == .opt || (128...254).contains(rawValue) }
}
