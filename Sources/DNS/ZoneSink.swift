internal import Net

/// What takes the records of zone files, one by one: bytes are lent only for the call.
protocol ZoneSink {
    /// Nothing more is wanted.
    var isDone: Bool { get }
    /// The number of another file.
    mutating func addFile(_ path: String) -> UInt16
    mutating func add(owner: Span<UInt8>, type: RecordType, ttl: UInt32, data: Span<UInt8>, at: Place)
    mutating func complain(_ reason: String, at: Place)
}

extension ZoneBuilder: ZoneSink {
    var isDone: Bool { false }
}
