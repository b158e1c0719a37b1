internal import Net

extension Message {
    /// From the wire, of at most 65535 bytes. What is kept is bounded by what came: a record takes at least eleven
    /// bytes, and a compressed name at most 255.
    public init(_ bytes: Span<UInt8>) throws(DNSError) {
        var decoder = MessageDecoder(end: bytes.count)
        self = try decoder.decode(bytes)
    }

    public init(_ bytes: [UInt8]) throws(DNSError) { try self.init(bytes.span) }
}

/// Walks through a message. Names can point anywhere before them, so it keeps a position in the whole instead of
/// shortening it.
private struct MessageDecoder {
    private var at = 0
    /// The end of what may be read: of the message, or of a record's data.
    private var end: Int

    init(end: Int) { self.end = end }

    mutating func decode(_ message: Span<UInt8>) throws(DNSError) -> Message {
        var rest = message
        let header: Header
        do { header = try Header(&rest) } catch { throw DNSError(error) }
        at = Header.length
        var decoded = Message(
            id: header.id, flags: header.flags, rcode: ResponseCode(rawValue: header.flags.rawValue & 0xf))
        for _ in 0..<header.questions { decoded.questions.append(try question(message)) }
        for _ in 0..<header.answers { decoded.answers.append(try record(message)) }
        for _ in 0..<header.authority { decoded.authority.append(try record(message)) }
        for _ in 0..<header.additional { try additional(message, into: &decoded) }
        guard at == message.count else { throw .malformed("\(message.count - at) bytes after the last record") }
        return decoded
    }

    // MARK: Pieces

    private mutating func require(_ length: Int) throws(DNSError) -> Int {
        guard end - at >= length else { throw .truncated(wanted: length, had: end - at) }
        at += length
        return at - length
    }

    private mutating func u16(_ message: Span<UInt8>) throws(DNSError) -> UInt16 {
        let start = try require(2)
        return UInt16(message[start]) << 8 | UInt16(message[start + 1])
    }

    private mutating func u32(_ message: Span<UInt8>) throws(DNSError) -> UInt32 {
        UInt32(try u16(message)) << 16 | UInt32(try u16(message))
    }

    private mutating func bytes(_ length: Int, _ message: Span<UInt8>) throws(DNSError) -> [UInt8] {
        let start = try require(length)
        return message.extracting(start..<start + length).array
    }

    /// Labels, then the root or a pointer to an earlier name (RFC 1035 §4.1.4). Each pointer must lead to before where
    /// the last piece began, so that following them ends.
    private mutating func name(_ message: Span<UInt8>) throws(DNSError) -> Name {
        var wire: [UInt8] = []
        var (piece, resume): (Int, Int?) = (at, nil)
        let (limit, start) = (end, at)
        defer { end = limit }
        while true {
            let length = message[try require(1)]
            switch length {
            case 0:
                at = resume ?? at
                return Name(checked: wire + [0])
            case 1...63:
                wire.append(length)
                wire += try bytes(Int(length), message)
                guard wire.count < Name.maxLength else { throw .nameTooLong }
            case 0xc0...:
                let target = Int(length & 0x3f) << 8 | Int(message[try require(1)])
                guard target < piece, target >= Header.length else { throw .badLabel(offset: at - 2) }
                resume = resume ?? at
                (at, piece, end) = (target, target, max(limit, start))
            default: throw .badLabel(offset: at - 1)
            }
        }
    }

    // MARK: Sections

    private mutating func question(_ message: Span<UInt8>) throws(DNSError) -> Question {
        let name = try name(message)
        let type = RecordType(rawValue: try u16(message))
        return Question(name, type, RecordClass(rawValue: try u16(message)))
    }

    private mutating func record(_ message: Span<UInt8>) throws(DNSError) -> Record {
        let name = try name(message)
        let type = RecordType(rawValue: try u16(message))
        let recordClass = RecordClass(rawValue: try u16(message))
        let ttl = try u32(message)
        return Record(name, type, recordClass, ttl: ttl, data: try data(type, message))
    }

    private mutating func data(_ type: RecordType, _ message: Span<UInt8>) throws(DNSError) -> [UInt8] {
        let length = Int(try u16(message))
        guard end - at >= length else { throw .truncated(wanted: length, had: end - at) }
        let layout = DataLayout(type)
        guard layout.names > 0 else {
            let data = try bytes(length, message)
            guard RecordData.isValid(data, type: type) else { throw .badData(type) }
            return data
        }
        let (outer, last) = (end, at + length)
        defer { end = outer }
        end = last
        var data = try bytes(Int(layout.prefix), message)
        for _ in 0..<layout.names { data += try name(message).wire }
        data += try bytes(last - at, message)
        guard RecordData.isValid(data, type: type) else { throw .badData(type) }
        return data
    }

    /// OPT isn't a record but what the message says about itself: once at most, with the root's name (RFC 6891 §6.1.1).
    private mutating func additional(_ message: Span<UInt8>, into decoded: inout Message) throws(DNSError) {
        let record = try record(message)
        guard record.type == .opt else { return decoded.additional.append(record) }
        guard decoded.edns == nil, record.name.isRoot else {
            throw .malformed("a second OPT record, or one with a name")
        }
        decoded.edns = EDNS(
            payloadSize: record.recordClass.rawValue, version: UInt8(record.ttl >> 16 & 0xff),
            dnssecOK: record.ttl & 0x8000 != 0, options: try Self.options(record.data))
        decoded.rcode = ResponseCode(rawValue: UInt16(record.ttl >> 24) << 4 | decoded.rcode.rawValue)
    }

    private static func options(_ data: [UInt8]) throws(DNSError) -> [EDNS.Option] {
        var rest = data.span
        var options: [EDNS.Option] = []
        do throws(WireError) {
            while !rest.isEmpty {
                let code = try rest.u16()
                options.append(EDNS.Option(code: code, data: try rest.bytes(Int(try rest.u16()))))
            }
        } catch { throw DNSError(error) }
        return options
    }
}
