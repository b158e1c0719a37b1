/// Why bytes are no message that we take.
public enum HTTPError: Error, Hashable, Sendable {
    /// The start line isn't one.
    case badStart
    /// A header line without a colon, with a folded continuation, or with a forbidden byte.
    case badField
    /// More than one length, a length that is no number, or a length beside a transfer coding (RFC 9112 §6.3).
    case badLength
    /// A chunk without a size, or longer or shorter than its size says (RFC 9112 §7.1).
    case badChunk
    /// The connection closed in the middle.
    case truncated
    case headTooLarge(limit: Int)
    case bodyTooLarge(limit: Int)
    /// Anything but HTTP/1.0 and HTTP/1.1.
    case unsupportedVersion
    /// A transfer coding, which small messages don't need.
    case unsupportedCoding

    /// What a server answers (RFC 9110 §15).
    public var status: Int {
        switch self {
        case .badStart, .badField, .badLength, .badChunk, .truncated: 400
        case .headTooLarge: 431
        case .bodyTooLarge: 413
        case .unsupportedVersion: 505
        case .unsupportedCoding: 501
        }
    }
}

extension HTTPError: CustomStringConvertible {
    /// What is wrong with a message.
    public var description: String {
        switch self {
        case .badStart: "does not begin as HTTP does"
        case .badField: "has a malformed header line"
        case .badLength: "has more than one length, or one that is no number"
        case .badChunk: "has a malformed chunk"
        case .truncated: "ends too early"
        case .headTooLarge(let limit): "has a header of more than \(limit) bytes"
        case .bodyTooLarge(let limit): "has a body of more than \(limit) bytes"
        case .unsupportedVersion: "is neither HTTP/1.0 nor HTTP/1.1"
        case .unsupportedCoding: "has a transfer coding that is not supported"
        }
    }
}
