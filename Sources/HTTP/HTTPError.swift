/// Why bytes are no message that we take.
public enum HTTPError: Error, Hashable, Sendable {
    /// The start line isn't one.
    case badStart
    /// A header line without a colon, with a folded continuation, or with a forbidden byte.
    case badField
    /// More than one length, a length that is no number, or a length beside a transfer coding (RFC 9112 §6.3).
    case badLength
    case headTooLarge(limit: Int)
    case bodyTooLarge(limit: Int)
    /// Anything but HTTP/1.0 and HTTP/1.1.
    case unsupportedVersion
    /// A transfer coding, which small messages don't need.
    case unsupportedCoding

    /// What a server answers (RFC 9110 §15).
    public var status: Int {
        switch self {
        case .badStart, .badField, .badLength: 400
        case .headTooLarge: 431
        case .bodyTooLarge: 413
        case .unsupportedVersion: 505
        case .unsupportedCoding: 501
        }
    }
}
