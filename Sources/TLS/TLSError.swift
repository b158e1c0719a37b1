/// Why there is no secure connection.
public enum TLSError: Error, Hashable, Sendable {
    /// The authorities that were to be trusted can't be read: nothing is known about the peer.
    case unusableAuthorities(String)
    /// OpenSSL has no memory, or refuses a setting of ours.
    case setUp(String)
    /// The certificate isn't to be trusted: expired, of another name, by an unknown authority.
    case untrusted(String)
    /// The peer broke the protocol, or speaks another.
    case broken(String)
}

extension TLSError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .unusableAuthorities(let reason): "the authorities can't be read: \(reason)"
        case .setUp(let reason): "TLS can't be set up: \(reason)"
        case .untrusted(let reason): "the certificate is not to be trusted: \(reason)"
        case .broken(let reason): "TLS failed: \(reason)"
        }
    }
}
