internal import Net

/// What the OPT record of a message says (RFC 6891).
public struct EDNS: Hashable, Sendable {
    /// One option; unknown ones are kept as they are.
    public struct Option: Hashable, Sendable {
        public var code: UInt16
        public var data: [UInt8]

        public init(code: UInt16, data: [UInt8]) { (self.code, self.data) = (code, data) }
    }

    /// The largest datagram that its sender can take.
    public var payloadSize: UInt16
    public var version: UInt8
    public var dnssecOK: Bool
    public var options: [Option]

    public init(
        payloadSize: UInt16 = Self.payloadSize, version: UInt8 = 0, dnssecOK: Bool = false, options: [Option] = []
    ) {
        (self.payloadSize, self.version, self.dnssecOK, self.options) = (payloadSize, version, dnssecOK, options)
    }

    /// What we offer and what we send at most over UDP: it passes every link without fragments (RFC 9715 §3).
    public static let payloadSize: UInt16 = 1232
    /// "Name server identifier" (RFC 5001 §2.1).
    public static let nsidCode: UInt16 = 3
    /// For how long a connection may be idle (RFC 7828 §3.1).
    public static let keepaliveCode: UInt16 = 11
    /// Why there is no better answer (RFC 8914 §2).
    public static let extendedErrorCode: UInt16 = 15
    /// Which version of a zone answers (RFC 9660 §2).
    public static let zoneVersionCode: UInt16 = 19
    /// The option without data by which a client asks who answers.
    public static let nsidRequest = Option(code: nsidCode, data: [])

    /// Who answered, if it said so.
    public var nsid: [UInt8]? { options.first { $0.code == Self.nsidCode }?.data }

    /// Why there is no better answer, if it says so.
    public var extendedError: ExtendedError? {
        guard let data = options.first(where: { $0.code == Self.extendedErrorCode })?.data, data.count >= 2 else {
            return nil
        }
        return ExtendedError(rawValue: UInt16(data[0]) << 8 | UInt16(data[1]))
    }

    /// As the OPT record; the upper eight bits of the response code stand where others have their TTL (§6.1.3).
    func write(into buffer: inout [UInt8], _ rcode: ResponseCode) {
        buffer.append(0)
        buffer.put(RecordType.opt.rawValue)
        buffer.put(payloadSize)
        buffer.append(UInt8(truncatingIfNeeded: rcode.rawValue >> 4))
        buffer.append(version)
        buffer.put(UInt16(dnssecOK ? 0x8000 : 0))
        let length = buffer.count
        buffer.put(UInt16(0))
        for option in options {
            buffer.put(option.code)
            buffer.put(UInt16(truncatingIfNeeded: option.data.count))
            buffer += option.data
        }
        buffer.patch(UInt16(truncatingIfNeeded: buffer.count - length - 2), at: length)
    }
}
