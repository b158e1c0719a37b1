internal import Net

/// What a query says, read without a copy: where its question is, and what EDNS adds.
struct Request: Sendable {
    var id: UInt16
    var flags: Flags
    /// The first byte behind the question; the question itself begins behind the header.
    var questionEnd = Header.length
    var type = RecordType(rawValue: 0)
    var recordClass = RecordClass(rawValue: 0)
    var edns: EDNSRequest?
}

/// What a query's OPT record asks for (RFC 6891 §6.1).
struct EDNSRequest: Hashable, Sendable {
    /// How many bytes the client can take in one datagram.
    var payloadSize: UInt16
    var version: UInt8
    /// Copied into the answer (RFC 3225 §3).
    var dnssecOK: Bool
    var wantsNSID = false
    var wantsKeepalive = false
    var wantsZoneVersion = false
}

/// A query that can't be read. Its FORMERR has a header and nothing else: what could be repeated?
struct Unreadable: Error {}

extension Request {
    /// `name` takes the name that is asked for.
    init(_ header: Header, _ message: Span<UInt8>, name: inout LookupName) throws(Unreadable) {
        (id, flags) = (header.id, header.flags)
        // One question (RFC 9619) and no answers, save the SOA that NOTIFY tells (RFC 1996 §3.7); IXFR has a record of
        // authority (RFC 1995 §3).
        let answers = header.flags.opcode == .notify ? header.answers : 0
        guard header.questions == 1, header.answers == answers, let end = name.read(message, at: Header.length) else {
            throw Unreadable()
        }
        guard end + 4 <= message.count else { throw Unreadable() }
        type = RecordType(rawValue: UInt16(message[end]) << 8 | UInt16(message[end + 1]))
        recordClass = RecordClass(rawValue: UInt16(message[end + 2]) << 8 | UInt16(message[end + 3]))
        questionEnd = end + 4
        if questionEnd == message.count, header.authority == 0, header.additional == 0 { return }
        var rest = message.extracting(droppingFirst: questionEnd)
        for _ in 0..<answers { _ = try skipRecord(&rest) }
        for _ in 0..<header.authority { _ = try skipRecord(&rest) }
        for _ in 0..<header.additional { try readAdditional(&rest) }
        guard rest.isEmpty else { throw Unreadable() }
    }

    /// Returns its type.
    private func skipRecord(_ rest: inout Span<UInt8>) throws(Unreadable) -> RecordType {
        do throws(WireError) {
            try skipName(&rest)
            let type = RecordType(rawValue: try rest.u16())
            try rest.skip(6)
            try rest.skip(Int(try rest.u16()))
            return type
        } catch { throw Unreadable() }
    }

    /// Over a name, compressed or not; whether it leads anywhere is no concern of a server that only steps over it.
    private func skipName(_ rest: inout Span<UInt8>) throws(WireError) {
        var length = try rest.u8()
        while length > 0, length < 0xc0 {
            try rest.skip(Int(length))
            length = try rest.u8()
        }
        if length >= 0xc0 { try rest.skip(1) }
    }

    /// An OPT record has the root's name and is alone (RFC 6891 §6.1.1, §6.1.2); any other record is stepped over.
    private mutating func readAdditional(_ rest: inout Span<UInt8>) throws(Unreadable) {
        guard rest.count > 2, rest[0] == 0, rest[1] == 0, rest[2] == RecordType.opt.rawValue else {
            guard try skipRecord(&rest) != .opt else { throw Unreadable() }
            return
        }
        guard edns == nil, rest.count >= 11 else { throw Unreadable() }
        // The sixth byte has the upper bits of a response code, which a query has none of.
        edns = EDNSRequest(
            payloadSize: UInt16(rest[3]) << 8 | UInt16(rest[4]), version: rest[6], dnssecOK: rest[7] & 0x80 != 0)
        let end = 11 + (Int(rest[9]) << 8 | Int(rest[10]))
        guard rest.count >= end else { throw Unreadable() }
        // What options look like in another version, nobody knows: that gets BADVERS, whatever they are (§6.1.3).
        if end > 11, rest[6] == 0 {
            do throws(WireError) { try readOptions(rest.extracting(11..<end)) } catch { throw Unreadable() }
        }
        rest = rest.extracting(droppingFirst: end)
    }

    private mutating func readOptions(_ options: Span<UInt8>) throws(WireError) {
        var rest = options
        while !rest.isEmpty {
            let code = try rest.u16()
            let length = Int(try rest.u16())
            try rest.skip(length)
            switch code {
            case EDNS.nsidCode: edns?.wantsNSID = true
            case EDNS.keepaliveCode: edns?.wantsKeepalive = true
            // A query's has no data (RFC 9660 §3.1).
            case EDNS.zoneVersionCode where length > 0: throw .truncated(wanted: 0, had: length)
            case EDNS.zoneVersionCode: edns?.wantsZoneVersion = true
            default: break
            }
        }
    }
}
