internal import Net

extension Message {
    /// As on the wire, with names compressed. Throws what doesn't fit its length field.
    public func encode() throws(DNSError) -> [UInt8] {
        var encoder = MessageEncoder(self)
        try encoder.write(self)
        return encoder.bytes
    }
}

private struct MessageEncoder {
    var bytes: [UInt8] = []
    private var compressor = Compressor()

    init(_ message: Message) {
        bytes.reserveCapacity(512)
        compressor.begin(bytes)
    }

    mutating func write(_ message: Message) throws(DNSError) {
        var header = Header(id: message.id, flags: message.flags.with(message.rcode))
        header.questions = try count(message.questions.count)
        header.answers = try count(message.answers.count)
        header.authority = try count(message.authority.count)
        header.additional = try count(message.additional.count + (message.edns == nil ? 0 : 1))
        header.write(into: &bytes)
        for question in message.questions { write(question) }
        for record in message.answers + message.authority + message.additional { try write(record) }
        message.edns?.write(into: &bytes, message.rcode)
        guard bytes.count <= 65535 else { throw .tooLong(bytes.count) }
    }

    private func count(_ count: Int) throws(DNSError) -> UInt16 {
        guard let count = UInt16(exactly: count) else { throw .tooLong(count) }
        return count
    }

    private mutating func write(_ question: Question) {
        compressor.write(question.name.wire.span, at: 0, into: &bytes)
        bytes.put(question.type.rawValue)
        bytes.put(question.recordClass.rawValue)
    }

    private mutating func write(_ record: Record) throws(DNSError) {
        guard RecordData.isValid(record.data, type: record.type) else { throw .badData(record.type) }
        compressor.write(record.name.wire.span, at: 0, into: &bytes)
        bytes.put(record.type.rawValue)
        bytes.put(record.recordClass.rawValue)
        bytes.put(record.ttl)
        let length = bytes.count
        bytes.put(UInt16(0))
        let layout = DataLayout(record.type)
        var at = Int(layout.prefix)
        bytes += record.data[..<at]
        for _ in 0..<layout.names { at = compressor.write(record.data.span, at: at, into: &bytes) }
        bytes += record.data[at...]
        guard bytes.count - length - 2 <= 65535 else { throw .tooLong(record.data.count) }
        bytes.patch(UInt16(bytes.count - length - 2), at: length)
    }
}
