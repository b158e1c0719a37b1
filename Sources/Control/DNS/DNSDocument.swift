/// What a host says about the DNS services that it answers itself: whose it is, and the content, in one JSON object.
/// Documented in docs/json.md. Times are RFC 3339 in UTC.
@dynamicMemberLookup
package struct DNSDocument<Content: DNSContent>: Codable, Hashable, Sendable {
    package var head = Head()
    package var content = Content()

    package init() {}

    package struct Head: Codable, Hashable, Sendable {
        package var schema = Content.schema
        package var network = ""
        package var site = ""
        package var host = ""
        package var time = ""

        package init() {}
    }

    package subscript<Part>(dynamicMember part: WritableKeyPath<Content, Part>) -> Part {
        get { content[keyPath: part] }
        set { content[keyPath: part] = newValue }
    }

    package init(from decoder: any Decoder) throws {
        (head, content) = (try Head(from: decoder), try Content(from: decoder))
    }

    package func encode(to encoder: any Encoder) throws {
        try head.encode(to: encoder)
        try content.encode(to: encoder)
    }
}

package protocol DNSContent: Codable, Hashable, Sendable {
    /// The name and the version of the document's shape.
    static var schema: String { get }

    init()
}
