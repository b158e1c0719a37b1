/// One request, and what its response must look like.
public struct HTTPCheck: Hashable, Sendable {
    public enum Method: String, Hashable, Sendable, CaseIterable {
        case get = "GET"
        case head = "HEAD"
    }

    public var method: Method
    /// Begins with a slash.
    public var path: String
    /// For `Host`, for SNI, and what the certificate must name; nil: the service's address.
    public var host: String?
    public var port: UInt16
    /// Codes that pass.
    public var status: [ClosedRange<Int>]
    /// Must stand in the first `mostRead` bytes of the body; nil: whatever it is.
    public var body: String?
    /// nil: without TLS.
    public var tls: TLSCheck?

    /// A longer body is not read to its end.
    public static let mostRead = 1 << 20

    public init(
        method: Method = .get, path: String = "/", host: String? = nil, port: UInt16 = 80,
        status: [ClosedRange<Int>] = [200...299], body: String? = nil, tls: TLSCheck? = nil
    ) {
        (self.method, self.path, self.host, self.port) = (method, path, host, port)
        (self.status, self.body, self.tls) = (status, body, tls)
    }
}

/// Whom to trust.
public struct TLSCheck: Hashable, Sendable {
    /// Whether the certificate must be valid now, signed by a known authority, and name the host.
    public var verify: Bool
    /// A PEM file with the authorities that are known; nil: the system's.
    public var authorities: String?

    public init(verify: Bool = true, authorities: String? = nil) {
        (self.verify, self.authorities) = (verify, authorities)
    }
}
