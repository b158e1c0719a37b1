/// A resource record (RFC 1035 §3.2.1). Names in `data` are uncompressed.
public struct Record: Hashable, Sendable {
    public var name: Name
    public var type: RecordType
    public var recordClass: RecordClass
    /// Seconds.
    public var ttl: UInt32
    public var data: [UInt8]

    public init(
        _ name: Name, _ type: RecordType, _ recordClass: RecordClass = .internet, ttl: UInt32, data: [UInt8]
    ) {
        (self.name, self.type, self.recordClass, self.ttl, self.data) = (name, type, recordClass, ttl, data)
    }
}

extension Record: CustomStringConvertible {
    /// As a line of a zone file.
    public var description: String {
        "\(name) \(ttl) \(recordClass) \(type) \(RecordData.describe(data, type: type))"
    }
}
