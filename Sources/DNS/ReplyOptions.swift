/// What an answer's OPT record says (RFC 6891 §6.1). Only a query with EDNS gets one.
struct ReplyOptions: Sendable {
    var dnssecOK: Bool
    /// Who answers (RFC 5001).
    var nsid: [UInt8]?
    /// For how long the connection may be idle, in units of 100 ms (RFC 7828).
    var keepalive: UInt16?
    /// The zone that answers: how many labels its name has, and its serial (RFC 9660).
    var version: (labels: UInt8, serial: UInt32)?
    /// Why there is no better answer (RFC 8914).
    var extendedError: ExtendedError?

    private static let fixedLength = 11
    static let errorLength = 6

    /// What `write` needs at most, but for an extended error: that stands where there is nothing but the question.
    static func reserve(nsid: [UInt8]?, keepalive: Bool, version: Bool) -> Int {
        fixedLength + (nsid.map { 4 + $0.count } ?? 0) + (keepalive ? 6 : 0) + (version ? 10 : 0)
    }

    func write(_ rcode: ResponseCode, into page: inout Page) {
        page.put(UInt8(0))
        page.put(RecordType.opt.rawValue)
        page.put(EDNS.payloadSize)
        page.put(UInt8(truncatingIfNeeded: rcode.rawValue >> 4))
        page.put(UInt8(0))
        page.put(UInt16(dnssecOK ? 0x8000 : 0))
        let length = page.count
        page.put(UInt16(0))
        writeOptions(into: &page)
        page.patch(UInt16(truncatingIfNeeded: page.count - length - 2), at: length)
    }

    private func writeOptions(into page: inout Page) {
        if let nsid {
            page.put(EDNS.nsidCode)
            page.put(UInt16(truncatingIfNeeded: nsid.count))
            page.put(nsid.span)
        }
        if let keepalive {
            page.put(EDNS.keepaliveCode)
            page.put(UInt16(2))
            page.put(keepalive)
        }
        if let version {
            page.put(EDNS.zoneVersionCode)
            page.put(UInt16(6))
            page.put(version.labels)
            page.put(UInt8(0))  // SOA-SERIAL
            page.put(version.serial)
        }
        if let extendedError {
            page.put(EDNS.extendedErrorCode)
            page.put(UInt16(2))
            page.put(extendedError.rawValue)
        }
    }
}

/// What an answer says about what went wrong, beyond its response code (RFC 8914 §4).
public struct ExtendedError: RawRepresentable, Hashable, Sendable {
    public var rawValue: UInt16

    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The name is in none of the zones.
    public static let notAuthoritative = Self(rawValue: 20)
    /// A type, class or operation that we don't do.
    public static let notSupported = Self(rawValue: 21)
}
