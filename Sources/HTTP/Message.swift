/// A header field; names compare without case (RFC 9110 §5.1).
public struct Field: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
}

extension [Field] {
    /// The value of the first field of that name.
    public func first(named name: String) -> String? {
        first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The values of all fields of that name, which is given in small letters.
    func all(named name: String) -> [String] { filter { $0.name.lowercased() == name }.map(\.value) }
}

/// A request with its whole body: control messages are small.
public struct Request: Hashable, Sendable {
    public var method: String
    public var target: String
    public var fields: [Field]
    public var body: [UInt8]
    /// Whether the client sends no other on this connection: it said so, or speaks HTTP/1.0 (RFC 9112 §9.3).
    public var isLast = false

    public init(_ method: String, _ target: String, fields: [Field] = [], body: [UInt8] = []) {
        (self.method, self.target, self.fields, self.body) = (method, target, fields, body)
    }

    /// The bytes on the wire; Content-Length is added (RFC 9112 §6.2), but not to what has no body and isn't expected to
    /// have one (RFC 9110 §8.6).
    public var encoded: [UInt8] {
        let hasLength = !body.isEmpty || method != "GET" && method != "HEAD"
        return head("\(method) \(target) HTTP/1.1", fields, contentLength: hasLength ? body.count : nil) + body
    }
}

public struct Response: Hashable, Sendable {
    public var status: Int
    public var fields: [Field]
    public var body: [UInt8]

    public init(_ status: Int, fields: [Field] = [], body: [UInt8] = []) {
        (self.status, self.fields, self.body) = (status, fields, body)
    }

    /// The bytes on the wire; Content-Length is added.
    public var encoded: [UInt8] { encoded(to: "GET") }

    /// As the answer to a request of that method: after HEAD there is no body, only its length (RFC 9110 §9.3.2).
    ///
    /// - Parameter isLast: the connection is closed afterwards, and the client is told (RFC 9112 §9.6).
    public func encoded(to method: String, isLast: Bool = false) -> [UInt8] {
        let fields = fields + (isLast ? [Field("Connection", "close")] : [])
        let head = head("HTTP/1.1 \(status) \(reason)", fields, contentLength: body.count)
        return method == "HEAD" ? head : head + body
    }

    /// Clients ignore it (RFC 9112 §4); people read it.
    private var reason: String {
        [
            200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout",
            409: "Conflict", 413: "Content Too Large", 422: "Unprocessable Content",
            431: "Request Header Fields Too Large",
            500: "Internal Server Error",
            501: "Not Implemented", 503: "Service Unavailable", 505: "HTTP Version Not Supported",
        ][status] ?? "Status"
    }
}

private func head(_ start: String, _ fields: [Field], contentLength: Int?) -> [UInt8] {
    let length = contentLength.map { ["Content-Length: \($0)"] } ?? []
    let lines = [start] + fields.map { "\($0.name): \($0.value)" } + length + ["", ""]
    return Array(lines.joined(separator: "\r\n").utf8)
}
